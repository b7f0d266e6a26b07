"""One program of several commands: parses, runs one of them, and turns every fault into one line and a status."""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn, TextIO

import core
from core.commandline.arguments import shortened
from core.errors import LayerloomError
from core.loops.library import Compilation

NAME = "layerloom"
OPTIONS = ("-h", "--help", "--version")
"""What may stand in the place of a command."""

ALIKE = 0.65
"""From this share of equal letters on, one word is taken for another that is misspelt."""

# Exit statuses. The last two are those of a program that a signal ended: 128 + its number.
SUCCESS = 0
RUN_FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130
PIPE_CLOSED = 141


@dataclass(frozen=True, slots=True)
class Command:
    """A word after the program's name.

    Attributes
    ----------
    help : one sentence for the list of commands.
    add_arguments : declares its arguments.
    run : does the work and returns the exit status; raises LayerloomError or OSError for what the user must know.
    """

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without repeating the whole usage."""

    def error(self, message: str) -> NoReturn:
        # argparse's own words for a value behind a switch, such as --json=1.
        message = re.sub(r"ignored explicit argument (.*)$", r"it takes no value, but got \1", message)
        complain(f"{message} (see {self.prog} --help)")
        sys.exit(BAD_INPUT)

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """End the program for arguments that nothing takes."""
        first = unknown[0]
        name = first.partition("=")[0]
        options = [option for action in self._actions for option in action.option_strings if option.startswith("--")]
        if first.startswith("-") and name not in options:
            meant = get_close_matches(name, options, 1, ALIKE)
            expected = f"did you mean {meant[0]}?" if meant else f"expected one of {', '.join(options)}"
            self.error(f"there is no option '{shortened(name)}': {expected}")
        taken = " ".join(str(action.metavar) for action in self._actions if not action.option_strings)
        self.error(f"'{shortened(first)}' is one argument too many: expected {taken} and options only")


def run_program(arguments: Sequence[str], commands: Sequence[Command], default: Command) -> int:
    """Run one command; returns the exit status. What the user did wrong comes out as one line on standard error.

    `default` is what the program does where its first argument is neither a command nor an option.
    """
    for name in ("stdout", "stderr"):
        _make_usable(name)
    Compilation.told = lambda: complain("compiling fast loops (first use only) …")
    try:
        parsed = _parsed(arguments, commands, default)
        status: int = parsed.command.run(parsed)
        sys.stdout.flush()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        forget(sys.stdout)
        return PIPE_CLOSED
    except (LayerloomError, OSError, MemoryError) as error:
        forget(sys.stdout)
        complain(_sentence(error))
        return BAD_INPUT
    return status


def complain(message: str) -> None:
    """Print one line on standard error, whatever the message holds."""
    try:
        print(f"{NAME}: {' '.join(message.split())}", file=sys.stderr)
    except OSError:
        forget(sys.stderr)


def forget(stream: TextIO) -> None:
    """Let go of a stream that cannot be written, or Python fails on it once more when it ends."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _parsed(arguments: Sequence[str], commands: Sequence[Command], default: Command) -> argparse.Namespace:
    named = bool(arguments) and (arguments[0].startswith("-") or arguments[0] in {c.name for c in commands})
    if not named:
        parser = OneLineParser(prog=NAME, description=default.help, allow_abbrev=False)
        default.add_arguments(parser)
        parsed, unknown = parser.parse_known_args(arguments, argparse.Namespace(command=default))
        if unknown:
            # Two words, of which the first is no command: most likely one that is misspelt.
            names = [command.name for command in commands]
            meant = get_close_matches(arguments[0].lower().replace("_", "-"), names, 1, ALIKE)
            expected = f"did you mean {meant[0]}?" if meant else f"expected PROJECT alone, or one of {', '.join(names)}"
            parser.error(f"there is no command '{shortened(arguments[0])}': {expected}")
        return parsed
    parser = OneLineParser(
        prog=NAME,
        usage=f"{NAME} [PROJECT]\n       {NAME} COMMAND …",
        description=f"Without a command: {default.help}.",
        epilog=f"'{NAME} COMMAND --help' says what a command takes.",
        allow_abbrev=False,
    )
    if arguments[0].startswith("-") and arguments[0] not in OPTIONS:
        known = ", ".join(command.name for command in commands)
        parser.error(f"there is no option '{shortened(arguments[0])}': expected PROJECT, or a command ({known})")
    parser.add_argument("--version", action="version", version=f"Layerloom {core.__version__}")
    parser_of: dict[str, OneLineParser] = {}
    parsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in commands:
        sub = parsers.add_parser(
            command.name,
            prog=f"{NAME} {command.name}",
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.",
            allow_abbrev=False,
        )
        command.add_arguments(sub)
        sub.set_defaults(command=command)
        parser_of[command.name] = sub
    parsed, unknown = parser.parse_known_args(arguments)
    if unknown:
        parser_of.get(arguments[0], parser).refuse(unknown)
    return parsed


def _sentence(error: LayerloomError | OSError | MemoryError) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory for this network."
    if isinstance(error, OSError):
        if error.errno == errno.ENOSPC:
            return "the disk is full."
        place = "" if error.filename is None else f"'{error.filename}': "
        return f"{place}{error.strerror or error}."
    return str(error)


def _make_usable(name: str) -> None:
    """Let a stream take whatever is written to it."""
    stream = getattr(sys, name)
    if stream is None:
        # Python has none where the program was started with it closed.
        setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        return
    # A terminal that knows no × or η shows something else instead of stopping the program.
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
