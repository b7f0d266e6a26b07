"""Which editor a declared option has: a new kind of option gets its line here."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from core.options import ChoiceOption, FlagOption, IntegerOption, NumbersOption, Option, RealOption, ShapeOption
from designer.widgets.activation_picker import ActivationPicker, picks_activation
from designer.widgets.number_editors import PlainNumberEditor, SliderEditor
from designer.widgets.option_editor import OptionEditor
from designer.widgets.simple_editors import ChoiceEditor, FlagEditor, NumbersEditor, ShapeEditor


def editor_for(option: Option, parent: QWidget | None = None, slider: bool = True) -> OptionEditor:
    """Return the editor of a declared option; raises TypeError for a kind of option that has none."""
    match option:
        case IntegerOption():
            return SliderEditor(option, parent) if slider else PlainNumberEditor(option, parent)
        case RealOption():
            return SliderEditor(option, parent)
        case FlagOption():
            return FlagEditor(option, parent)
        case ChoiceOption():
            return ActivationPicker(option, parent) if picks_activation(option) else ChoiceEditor(option, parent)
        case ShapeOption():
            return ShapeEditor(option, parent)
        case NumbersOption():
            return NumbersEditor(option, parent)
    raise TypeError(f"no editor for {type(option).__name__}")
