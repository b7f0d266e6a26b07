"""The training form: loss, optimiser and everything else that a run is configured by."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.errors import LayerloomError
from core.graph.model import Node
from core.layers.catalog import LAYERS
from core.layers.output_layer import OutputLayer
from core.options import IntegerOption, Option, OptionValue
from core.project import edits
from core.project.model import Project
from core.training.settings import CHOICES_WITH_OPTIONS, TRAINING_OPTIONS, own_options
from designer.document import Document
from designer.run.controller import RunController
from designer.translation import label, shown
from designer.widgets.line import horizontal_line
from designer.widgets.option_form import BLEED, FormField, OptionForm
from designer.widgets.panel_header import PanelHeader

MARGIN = 12
LIVE = ("training.learning_rate",)
"""What a run in progress takes over at its next step."""


class TrainingSection(QWidget):
    """Edits the training configuration; the loss is the option of the Output layer."""

    def __init__(self, document: Document, run: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._run = document, run
        self._chosen: dict[str, str] = {}
        self._form = OptionForm(())
        self._header = PanelHeader(self.tr("Training"))
        self._hint = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._header)
        self._column.addWidget(horizontal_line())
        self._body = QVBoxLayout()
        self._body.setContentsMargins(MARGIN - BLEED, 4, MARGIN - BLEED, 4)
        self._column.addLayout(self._body)
        self._body.addWidget(self._form)
        run.status_changed.connect(self.show_hints)
        self.show_project()

    @property
    def form(self) -> OptionForm:
        """The form."""
        return self._form

    @property
    def hint(self) -> str:
        """What the head says about when changes apply."""
        return self._hint

    def show_project(self) -> None:
        """Show the configuration of the project as it is now."""
        training = self._document.project.training
        chosen = {key: str(training.value(key)) for key in CHOICES_WITH_OPTIONS}
        if chosen != self._chosen:
            self._chosen = chosen
            self._build_form()
        output = self._output()
        values: dict[str, OptionValue | None] = {
            f"training.{option.key}": training.value(option.key) for option in TRAINING_OPTIONS
        }
        for choice in CHOICES_WITH_OPTIONS:
            values |= {f"{choice}.{key}": value for key, value in training.options_of(choice).items()}
        if output is not None:
            values["loss"] = output.options["loss"]
        self._form.set_values(values)
        self.show_hints()

    def show_hints(self) -> None:
        """Say when a change applies: the rate at once, all else in the next run."""
        running = self._run.running
        # In the head, where it moves nothing: a hint must not push the form away under the pointer.
        if not running:
            self._hint = ""
        elif self._run.stale:
            self._hint = self.tr("changes apply to the next run")
        else:
            self._hint = self.tr("η applies at the next step")
        self._header.set_subtitle(self._hint)
        later = self.tr("Applies to the next run.")
        no_output = self.tr("The network has no Output layer, which holds the loss.")
        if self._output() is not None:
            no_output = ""
        for key in self._form.keys:
            reason = no_output if key == "loss" else ""
            self._form.set_usable(key, not reason, reason)
            if running and not reason and key not in LIVE:
                option = self._form.editor(key).option
                self._form.set_usable(key, True, f"{label(option.help)}\n{later}".strip())

    def _output(self) -> Node | None:
        nodes = self._document.project.graph.nodes
        return next((node for node in nodes if isinstance(LAYERS[node.kind], OutputLayer)), None)

    def _fields(self) -> list[FormField]:
        loss = next(option for option in OutputLayer.options if option.key == "loss")
        fields = [FormField("loss", loss)]
        for option in TRAINING_OPTIONS:
            # Counts of training have no range worth a slider; they stand side by side.
            fields.append(FormField(f"training.{option.key}", option, slider=not isinstance(option, IntegerOption)))
            if option.key in CHOICES_WITH_OPTIONS:
                own = own_options(option.key, self._chosen[option.key])
                fields += [
                    FormField(f"{option.key}.{extra.key}", extra, slider=not isinstance(extra, IntegerOption))
                    for extra in own
                ]
        return fields

    def _build_form(self) -> None:
        focused = self._focused_key()
        form = OptionForm(self._fields(), parent=self)
        old, self._form = self._form, form
        form.edited.connect(partial(self._on_edited, form))
        self._body.replaceWidget(old, form)
        form.show()
        old.hide()
        old.deleteLater()
        if focused in form.keys:
            form.editor(focused).setFocus()

    def _focused_key(self) -> str:
        """Return the row of the form that has the keyboard, empty for none."""
        focus, form = self.focusWidget(), self._form
        found = (key for key in form.keys if form.editor(key).isAncestorOf(focus))
        return next(found, "") if focus is not None else ""

    def _on_edited(self, form: OptionForm, key: str, value: OptionValue, merge: str) -> None:
        option = form.editor(key).option
        text = self.tr("Set {option}").format(option=label(option.label))
        try:
            self._apply(text, key, option, value, merge)
        except LayerloomError as error:
            form.refuse(key, shown(error))

    def _apply(self, text: str, key: str, option: Option, value: OptionValue, merge: str) -> None:
        scope = key.partition(".")[0]
        apply = self._document.apply
        if scope == "loss":
            output = self._output()
            if output is not None:
                apply(text, edits.set_option, output.id, option.key, value)
            return
        if scope in CHOICES_WITH_OPTIONS:
            edit: Callable[[Project], Project] = partial(
                edits.set_choice_option, choice=scope, key=option.key, value=value
            )
        else:
            edit = partial(edits.set_training, key=option.key, value=value)
        if merge:
            self._document.apply_merging(f"{merge} {key}", text, edit)
        else:
            apply(text, edit)
