"""The table of every action: menu, text, shortcut, tooltip and icon."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action.

    Attributes
    ----------
    key : ``menu.name``.
    text, tip : English; the tip is one sentence that says what happens.
    shortcuts : in Qt's portable writing; the first one is shown.
    icon : name in ``resources/icons``, or empty.
    checkable : whether it is a setting that is on or off.
    """

    key: str
    text: str
    tip: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False

    @property
    def menu(self) -> str:
        """Key of the menu that it stands in."""
        return self.key.partition(".")[0]


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "file.new",
        QT_TRANSLATE_NOOP("Actions", "New"),
        QT_TRANSLATE_NOOP("Actions", "Start with an empty canvas"),
        ("Ctrl+N",),
        "plus",
    ),
    ActionSpec(
        "file.open",
        QT_TRANSLATE_NOOP("Actions", "Open…"),
        QT_TRANSLATE_NOOP("Actions", "Open a project file"),
        ("Ctrl+O",),
        "folder",
    ),
    ActionSpec(
        "file.save",
        QT_TRANSLATE_NOOP("Actions", "Save"),
        QT_TRANSLATE_NOOP("Actions", "Save network, weights and position in training"),
        ("Ctrl+S",),
        "save",
    ),
    ActionSpec(
        "file.save_as",
        QT_TRANSLATE_NOOP("Actions", "Save as…"),
        QT_TRANSLATE_NOOP("Actions", "Save under another name"),
        ("Ctrl+Shift+S",),
    ),
    ActionSpec(
        "file.start_page",
        QT_TRANSLATE_NOOP("Actions", "Start page"),
        QT_TRANSLATE_NOOP("Actions", "Show templates and recent projects"),
        ("Ctrl+Shift+N",),
    ),
    ActionSpec(
        "file.quit",
        QT_TRANSLATE_NOOP("Actions", "Quit"),
        QT_TRANSLATE_NOOP("Actions", "Close the program"),
        ("Ctrl+Q",),
    ),
    ActionSpec(
        "edit.undo",
        QT_TRANSLATE_NOOP("Actions", "Undo"),
        QT_TRANSLATE_NOOP("Actions", "Take back the last change"),
        ("Ctrl+Z",),
        "undo",
    ),
    ActionSpec(
        "edit.redo",
        QT_TRANSLATE_NOOP("Actions", "Redo"),
        QT_TRANSLATE_NOOP("Actions", "Make the change again"),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo",
    ),
    ActionSpec(
        "edit.duplicate",
        QT_TRANSLATE_NOOP("Actions", "Duplicate"),
        QT_TRANSLATE_NOOP("Actions", "Copy the selected layers and the wires between them"),
        ("Ctrl+D",),
        "duplicate",
    ),
    ActionSpec(
        "edit.delete",
        QT_TRANSLATE_NOOP("Actions", "Delete"),
        QT_TRANSLATE_NOOP("Actions", "Delete the selected layers and wires"),
        ("Del",),
        "delete",
    ),
    ActionSpec(
        "edit.select_all",
        QT_TRANSLATE_NOOP("Actions", "Select all"),
        QT_TRANSLATE_NOOP("Actions", "Select every layer and wire"),
        ("Ctrl+A",),
        "select-all",
    ),
    ActionSpec(
        "edit.select_none",
        QT_TRANSLATE_NOOP("Actions", "Select nothing"),
        QT_TRANSLATE_NOOP("Actions", "Forget the selection"),
        ("Ctrl+Shift+A",),
    ),
    ActionSpec(
        "view.zoom_in",
        QT_TRANSLATE_NOOP("Actions", "Zoom in"),
        QT_TRANSLATE_NOOP("Actions", "Show the network larger"),
        ("Ctrl++", "Ctrl+="),
        "plus",
    ),
    ActionSpec(
        "view.zoom_out",
        QT_TRANSLATE_NOOP("Actions", "Zoom out"),
        QT_TRANSLATE_NOOP("Actions", "Show the network smaller"),
        ("Ctrl+-",),
        "minus",
    ),
    ActionSpec(
        "view.zoom_reset",
        QT_TRANSLATE_NOOP("Actions", "Actual size"),
        QT_TRANSLATE_NOOP("Actions", "Show the network at 100 %"),
        ("Ctrl+0",),
    ),
    ActionSpec(
        "view.fit",
        QT_TRANSLATE_NOOP("Actions", "Fit the network"),
        QT_TRANSLATE_NOOP("Actions", "Bring the whole network into sight"),
        ("Ctrl+9", "F"),
        "fit",
    ),
    ActionSpec(
        "view.light",
        QT_TRANSLATE_NOOP("Actions", "Light"),
        QT_TRANSLATE_NOOP("Actions", "Dark on white"),
        checkable=True,
    ),
    ActionSpec(
        "view.dark",
        QT_TRANSLATE_NOOP("Actions", "Dark"),
        QT_TRANSLATE_NOOP("Actions", "Light on dark"),
        checkable=True,
    ),
    ActionSpec(
        "view.auto",
        QT_TRANSLATE_NOOP("Actions", "Like the desktop"),
        QT_TRANSLATE_NOOP("Actions", "Light or dark, as the desktop is set"),
        checkable=True,
    ),
    ActionSpec(
        "view.switch_theme",
        QT_TRANSLATE_NOOP("Actions", "Switch light and dark"),
        QT_TRANSLATE_NOOP("Actions", "Change between the light and the dark look"),
        ("Ctrl+Shift+L",),
    ),
    ActionSpec(
        "view.full_screen",
        QT_TRANSLATE_NOOP("Actions", "Full screen"),
        QT_TRANSLATE_NOOP("Actions", "Use the whole screen, or leave it again"),
        ("F11",),
        checkable=True,
    ),
    ActionSpec(
        "layer.find",
        QT_TRANSLATE_NOOP("Actions", "Find a layer"),
        QT_TRANSLATE_NOOP("Actions", "Search the palette; Enter adds the layer"),
        ("L",),
        "search",
    ),
    ActionSpec(
        "layer.link",
        QT_TRANSLATE_NOOP("Actions", "Link the selected layers"),
        QT_TRANSLATE_NOOP("Actions", "Draw wires between the selected layers, in the order of selection"),
        ("Ctrl+L",),
        "network",
    ),
    ActionSpec(
        "layer.tidy",
        QT_TRANSLATE_NOOP("Actions", "Tidy up"),
        QT_TRANSLATE_NOOP("Actions", "Arrange all layers in columns"),
        ("Ctrl+T",),
        "layout",
    ),
    ActionSpec(
        "layer.open",
        QT_TRANSLATE_NOOP("Actions", "Open into units"),
        QT_TRANSLATE_NOOP("Actions", "Show the units of the selected layers in place, or close them again"),
        ("Ctrl+U",),
        "eye",
    ),
    ActionSpec(
        "layer.rename",
        QT_TRANSLATE_NOOP("Actions", "Rename…"),
        QT_TRANSLATE_NOOP("Actions", "Give the selected layer a name of its own"),
        ("F2",),
        "edit",
    ),
    ActionSpec(
        "train.run",
        QT_TRANSLATE_NOOP("Actions", "Run"),
        QT_TRANSLATE_NOOP("Actions", "Train until paused, or until the last epoch"),
        ("F5",),
        "run",
    ),
    ActionSpec(
        "train.step_iteration",
        QT_TRANSLATE_NOOP("Actions", "Step one iteration"),
        QT_TRANSLATE_NOOP("Actions", "Train on one batch and stop"),
        ("F6",),
        "step",
    ),
    ActionSpec(
        "train.step_epoch",
        QT_TRANSLATE_NOOP("Actions", "Step one epoch"),
        QT_TRANSLATE_NOOP("Actions", "Train to the end of the epoch and stop"),
        ("F7",),
    ),
    ActionSpec(
        "train.rewind",
        QT_TRANSLATE_NOOP("Actions", "Rewind"),
        QT_TRANSLATE_NOOP("Actions", "Go back to the same initial weights"),
        ("F8",),
        "rewind",
    ),
    ActionSpec(
        "train.new_weights",
        QT_TRANSLATE_NOOP("Actions", "New weights"),
        QT_TRANSLATE_NOOP("Actions", "Go to the initial weights of the next seed"),
        ("F9",),
        "dice",
    ),
    ActionSpec(
        "microscope.open",
        QT_TRANSLATE_NOOP("Actions", "Microscope"),
        QT_TRANSLATE_NOOP("Actions", "Walk through the next iteration number by number, or leave it"),
        ("Ctrl+M",),
        "eye",
        checkable=True,
    ),
    ActionSpec(
        "microscope.keep",
        QT_TRANSLATE_NOOP("Actions", "Keep these iterations"),
        QT_TRANSLATE_NOOP("Actions", "Leave the microscope with the weights that were reached, as one step of undo"),
    ),
    ActionSpec(
        "microscope.start",
        QT_TRANSLATE_NOOP("Actions", "To the start"),
        QT_TRANSLATE_NOOP("Actions", "Go to the beginning of the iteration"),
        ("Home",),
        "rewind",
    ),
    ActionSpec(
        "microscope.back",
        QT_TRANSLATE_NOOP("Actions", "Back"),
        QT_TRANSLATE_NOOP("Actions", "Go one step back"),
        ("Left",),
        "step-back",
    ),
    ActionSpec(
        "microscope.forward",
        QT_TRANSLATE_NOOP("Actions", "Forward"),
        QT_TRANSLATE_NOOP("Actions", "Work out what comes next"),
        ("Right",),
        "step",
    ),
    ActionSpec(
        "microscope.back_coarser",
        QT_TRANSLATE_NOOP("Actions", "Back, one grain coarser"),
        QT_TRANSLATE_NOOP("Actions", "Go back by a step one grain coarser than the chosen one"),
        ("Shift+Left",),
    ),
    ActionSpec(
        "microscope.forward_coarser",
        QT_TRANSLATE_NOOP("Actions", "Forward, one grain coarser"),
        QT_TRANSLATE_NOOP("Actions", "Go on by a step one grain coarser than the chosen one"),
        ("Shift+Right",),
    ),
    ActionSpec(
        "microscope.back_coarsest",
        QT_TRANSLATE_NOOP("Actions", "Back, two grains coarser"),
        QT_TRANSLATE_NOOP("Actions", "Go back by a step two grains coarser than the chosen one"),
        ("Ctrl+Left",),
    ),
    ActionSpec(
        "microscope.forward_coarsest",
        QT_TRANSLATE_NOOP("Actions", "Forward, two grains coarser"),
        QT_TRANSLATE_NOOP("Actions", "Go on by a step two grains coarser than the chosen one"),
        ("Ctrl+Right",),
    ),
    ActionSpec(
        "microscope.play",
        QT_TRANSLATE_NOOP("Actions", "Play"),
        QT_TRANSLATE_NOOP("Actions", "Go on by itself at the chosen speed, or stop"),
        ("F10",),
        checkable=True,
    ),
    ActionSpec(
        "microscope.earlier",
        QT_TRANSLATE_NOOP("Actions", "Earlier number"),
        QT_TRANSLATE_NOOP("Actions", "Explain the number that was explained before"),
        ("Alt+Left",),
        "arrow-left",
    ),
    ActionSpec(
        "microscope.later",
        QT_TRANSLATE_NOOP("Actions", "Later number"),
        QT_TRANSLATE_NOOP("Actions", "Explain the number that was left by “Earlier number”"),
        ("Alt+Right",),
        "arrow-right",
    ),
    ActionSpec(
        "microscope.sheet",
        QT_TRANSLATE_NOOP("Actions", "Solved sheet…"),
        QT_TRANSLATE_NOOP("Actions", "Write the iteration with all its numbers as a web page, LaTeX or a table"),
        ("Ctrl+Shift+E",),
        "file",
    ),
    ActionSpec(
        "microscope.check",
        QT_TRANSLATE_NOOP("Actions", "Check all gradients…"),
        QT_TRANSLATE_NOOP("Actions", "Compare the gradient of every weight with a numeric derivative"),
        (),
        "check-circle",
    ),
    ActionSpec(
        "train.earlier",
        QT_TRANSLATE_NOOP("Actions", "Earlier moment"),
        QT_TRANSLATE_NOOP("Actions", "Look at the kept moment before the one in view"),
        ("Ctrl+PgUp",),
    ),
    ActionSpec(
        "train.later",
        QT_TRANSLATE_NOOP("Actions", "Later moment"),
        QT_TRANSLATE_NOOP("Actions", "Look at the kept moment after the one in view"),
        ("Ctrl+PgDown",),
    ),
    ActionSpec(
        "train.back_to_now",
        QT_TRANSLATE_NOOP("Actions", "Back to now"),
        QT_TRANSLATE_NOOP("Actions", "Look at the present again"),
        ("Ctrl+End",),
        "arrow-right",
    ),
    ActionSpec(
        "train.branch",
        QT_TRANSLATE_NOOP("Actions", "Branch from here"),
        QT_TRANSLATE_NOOP("Actions", "Make the moment in view the present; undo gives back what came after it"),
        ("Ctrl+B",),
        "branch",
    ),
    ActionSpec(
        "panels.fold",
        QT_TRANSLATE_NOOP("Actions", "Fold the lower panels"),
        QT_TRANSLATE_NOOP("Actions", "Give the canvas their room, or open them again"),
        ("Ctrl+J",),
        checkable=True,
    ),
    ActionSpec(
        "panels.reset",
        QT_TRANSLATE_NOOP("Actions", "Reset panels"),
        QT_TRANSLATE_NOOP("Actions", "Put every panel back where it was at the first start"),
        (),
        "panels",
    ),
    ActionSpec(
        "help.shortcuts",
        QT_TRANSLATE_NOOP("Actions", "Keyboard shortcuts"),
        QT_TRANSLATE_NOOP("Actions", "List every shortcut"),
        ("F1",),
        "keyboard",
    ),
    ActionSpec(
        "help.about",
        QT_TRANSLATE_NOOP("Actions", "About Layerloom"),
        QT_TRANSLATE_NOOP("Actions", "Version, licence and libraries"),
        (),
        "info",
    ),
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
