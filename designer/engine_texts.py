"""Lists the engine's texts for translation tools: the engine knows no Qt, so they cannot find them by themselves.

::

    python -m designer.engine_texts engine_texts.py
    pyside6-lupdate engine_texts.py $(git ls-files 'designer/*.py') -ts layerloom_es.ts
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from core.data.reference import DATA_OPTIONS
from core.data.sources import SOURCES
from core.layers.catalog import LAYERS
from core.layers.layer_type import Family
from core.numerics.activations import ACTIVATIONS
from core.numerics.clipping import CLIPPINGS
from core.numerics.initializers import INITIALIZERS
from core.numerics.losses import LOSSES
from core.numerics.optimizers import OPTIMIZERS
from core.numerics.schedules import SCHEDULES
from core.project.templates import TEMPLATES
from core.storage.schema import REFUSALS
from core.tracing.notation import notations
from core.training.settings import TRAINING_GROUPS

CONTEXT = "core"
"""The context under which ``designer.translation`` looks a text up."""

CATALOGUES: tuple[Iterable[object], ...] = (
    *(LAYERS, ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES, CLIPPINGS, INITIALIZERS, SOURCES, TEMPLATES),
    *(TRAINING_GROUPS, DATA_OPTIONS, Family),
)
_SHOWN = ("label", "short_label", "title", "description", "help")
"""What the window shows of an entry, where it is a text; what it is made of is in `_INSIDE`."""
_INSIDE = ("options", "choices", "presets")
_FIRST = frozenset({"text", "Text", "phrase"})
"""Calls whose first argument is a text, besides errors."""


def engine_texts() -> tuple[str, ...]:
    """Return every text of the engine that a user can see, each once, in alphabetical order."""
    found = {sentence for catalogue in CATALOGUES for entry in catalogue for sentence in _of_entry(entry)}
    for package in ("core", "designer"):
        found |= {sentence for path in _sources(resources.files(package)) for sentence in _texts_in(path)}
    found |= set(REFUSALS.values())
    found |= {slip.sentence.template for notation in notations().values() for slip in notation.slips}
    return tuple(sorted(sentence for sentence in found if any(character.isalpha() for character in sentence)))


def listing() -> str:
    """Return the texts as a Python file that translation tools read."""
    lines = (f"QT_TRANSLATE_NOOP({_quoted(CONTEXT)}, {_quoted(sentence)})" for sentence in engine_texts())
    return "\n".join(("from PySide6.QtCore import QT_TRANSLATE_NOOP", "", *lines, ""))


def _quoted(sentence: str) -> str:
    escaped = sentence.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _of_entry(entry: object) -> Iterator[str]:
    """Yield the texts of an entry of a catalogue, and of what it is made of."""
    if isinstance(entry, Family):
        yield entry.value
        return
    yield from (found for name in _SHOWN if isinstance(found := getattr(entry, name, None), str))
    for name in _INSIDE:
        # The options of a preset are values.
        if isinstance(parts := getattr(entry, name, ()), tuple):
            for part in parts:
                yield from _of_entry(part)


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith(".py"):
            yield entry


def _texts_in(path: Traversable) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tables = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else (node.target,))
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        for part in _parts(node):
            # A template may be chosen from a table of the module.
            chosen = tables.get(part.value.id) if _is_choice(part) else None  # type: ignore[attr-defined]
            yield from _constants(part if chosen is None else chosen)


def _parts(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the template of a text or an error that is made at a node."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in _FIRST or name.endswith("Error"):
            yield first


def _is_choice(part: ast.expr) -> bool:
    return isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name)


def _constants(part: ast.expr) -> Iterator[str]:
    match part:
        case ast.Constant(value=str() as sentence):
            yield sentence
        case ast.IfExp(body=one, orelse=other):
            yield from (*_constants(one), *_constants(other))
        case ast.Dict(values=parts) | ast.Call(args=parts):
            yield from (sentence for inner in parts for sentence in _constants(inner))


def main() -> None:
    """Write the listing to the file that is named."""
    Path(sys.argv[1]).write_text(listing(), encoding="utf-8")


if __name__ == "__main__":
    main()
