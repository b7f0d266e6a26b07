"""The table of every action, put together from those of the menus."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from designer.menus.action_spec import ActionSpec
from designer.menus.edit import EDIT
from designer.menus.file import FILE
from designer.menus.help import HELP
from designer.menus.layer import LAYER
from designer.menus.microscope import MICROSCOPE
from designer.menus.panels import PANELS
from designer.menus.train import TRAIN
from designer.menus.view import VIEW

__all__ = ["ACTIONS", "MENUS", "ActionSpec"]

ACTIONS: tuple[ActionSpec, ...] = (
    *(*FILE, *EDIT, *VIEW, *LAYER),
    *(*TRAIN, *MICROSCOPE, *PANELS, *HELP),
)

MENUS: tuple[tuple[str, str], ...] = (
    ("file", QT_TRANSLATE_NOOP("Actions", "&File")),
    ("edit", QT_TRANSLATE_NOOP("Actions", "&Edit")),
    ("view", QT_TRANSLATE_NOOP("Actions", "&View")),
    ("layer", QT_TRANSLATE_NOOP("Actions", "&Layer")),
    ("data", QT_TRANSLATE_NOOP("Actions", "&Data")),
    ("train", QT_TRANSLATE_NOOP("Actions", "&Train")),
    ("microscope", QT_TRANSLATE_NOOP("Actions", "&Microscope")),
    ("panels", QT_TRANSLATE_NOOP("Actions", "&Panels")),
    ("help", QT_TRANSLATE_NOOP("Actions", "&Help")),
)
