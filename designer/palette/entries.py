"""What the palette offers, taken from the layer catalogue alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.layers.catalog import LAYERS
from core.layers.layer_type import Family
from core.options import OptionValue
from designer.translation import label


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One entry: a layer kind, or one of its presets.

    Attributes
    ----------
    kind, options : what a drop makes.
    label, description : as shown, translated.
    icon, family : what it is drawn with.
    """

    kind: str
    options: Mapping[str, OptionValue]
    label: str
    description: str
    icon: str
    family: Family


def palette_entries() -> tuple[PaletteEntry, ...]:
    """Return every layer kind of the catalogue, each followed by its presets."""
    entries = []
    for kind in LAYERS:
        entries.append(
            PaletteEntry(kind.key, {}, label(kind.label), label(kind.description), kind.icon, kind.family)
        )
        for preset in kind.presets:
            entries.append(
                PaletteEntry(
                    kind.key, preset.options, label(preset.label), label(preset.description), preset.icon, kind.family
                )
            )
    return tuple(entries)


def by_family(entries: Iterable[PaletteEntry]) -> dict[Family, list[PaletteEntry]]:
    """Return the entries by family, families in the order of the catalogue."""
    groups: dict[Family, list[PaletteEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.family, []).append(entry)
    return {family: groups[family] for family in Family if family in groups}


def matching(entries: Sequence[PaletteEntry], typed: str) -> tuple[PaletteEntry, ...]:
    """Return the entries that fit what was typed, those whose name begins with it first.

    Every word must occur in the name, the family or the description; capitals and accents make no difference.
    """
    words = _plain(typed).split()

    def fits(entry: PaletteEntry) -> bool:
        text = _plain(f"{entry.label} {label(entry.family.value)} {entry.description} {entry.kind}")
        return all(word in text for word in words)

    found = [entry for entry in entries if fits(entry)]
    named = [entry for entry in found if all(word in _plain(entry.label) for word in words)]
    return tuple(named or found)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
