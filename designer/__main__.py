"""The program ``layerloom``: the window, or one of the commands. Qt is imported only by what shows or draws."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

try:
    from core.commandline.arguments import file_path
    from core.commandline.cross_validate import CROSS_VALIDATE
    from core.commandline.evaluate import EVALUATE
    from core.commandline.files import require_writable
    from core.commandline.info import INFO
    from core.commandline.new import NEW
    from core.commandline.program import SUCCESS, Command, run_program
    from core.commandline.trace import TRACE
    from core.commandline.train import TRAIN
    from core.errors import LayerloomError
    from core.storage.reader import read_project
    from designer.prerequisites import has_display, how_to_install, missing_libraries, prepare_offscreen
except KeyboardInterrupt:
    # Loading takes half a second: Ctrl+C in it ends the program as it does later, without a traceback.
    sys.exit(130)

IMAGE_TYPES = (".png", ".svg")


class PlatformError(LayerloomError):
    """The operating system lacks what Qt needs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    return run_program(sys.argv[1:] if arguments is None else arguments, COMMANDS, WINDOW)


def _add_window_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=file_path, nargs="?", help="the project file to open")


def _open_window(arguments: argparse.Namespace) -> int:
    path: Path | None = arguments.project
    if path is not None and not path.exists():
        raise LayerloomError(
            "there is no file '{path}', and no command of that name. Commands: {commands}.",
            path=path,
            commands=", ".join(command.name for command in COMMANDS),
        )
    if path is not None:
        read_project(path)  # a file that cannot be opened is told here, before a window
    if not has_display() and "QT_QPA_PLATFORM" not in os.environ:
        raise PlatformError("there is no display to open a window on. See layerloom --help for what works without.")
    _require_libraries(display=has_display())
    from designer.app import open_window

    return open_window(path)


def _add_image_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=file_path, help="the project file")
    parser.add_argument("out", metavar="OUT.png|.svg", type=file_path, help="the picture to write")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="colours (default: light)")


def _export_image(arguments: argparse.Namespace) -> int:
    if arguments.out.suffix.lower() not in IMAGE_TYPES:
        raise LayerloomError("'{out}' is no picture that can be written: use .png or .svg.", out=arguments.out)
    project = read_project(arguments.project).project
    require_writable(arguments.out)
    prepare_offscreen()
    _require_libraries(display=False)
    from designer.canvas.export import export_image

    export_image(project, arguments.out, arguments.theme)
    return SUCCESS


def _require_libraries(*, display: bool) -> None:
    missing = missing_libraries(display=display)
    if missing:
        raise PlatformError("Qt needs libraries of the system: {how}", how=how_to_install(missing))


WINDOW = Command("window", "open the window, with a project if one is named", _add_window_arguments, _open_window)
EXPORT_IMAGE = Command("export-image", "draw the network into a picture", _add_image_arguments, _export_image)
COMMANDS = (NEW, TRAIN, EVALUATE, CROSS_VALIDATE, TRACE, INFO, EXPORT_IMAGE)

if __name__ == "__main__":
    sys.exit(main())
