"""What the inspector shows of the selected layers: their problems, options, function and parameters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.compiler.problems import Fix, Problem
from core.errors import LayerloomError
from core.layers.catalog import LAYERS
from core.layers.layer_type import LayerType
from core.options import Option, OptionValue
from core.project import edits
from core.project.model import Project
from designer.document import Document
from designer.inspector.activation_plot import ActivationPlot
from designer.inspector.figures import parameter_sum, shape_line
from designer.problems.service import ProblemService
from designer.run.controller import RunController
from designer.translation import label, shown
from designer.widgets.activation_picker import picks_activation
from designer.widgets.line import horizontal_line
from designer.widgets.option_form import BLEED, FormField, OptionForm
from designer.widgets.problem_card import ProblemCard

MARGIN = 12


class LayerSection(QWidget):
    """Edits the options of one layer, or those that several have in common."""

    def __init__(
        self, document: Document, problems: ProblemService, run: RunController, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._problems, self._run = document, problems, run
        self._nodes: tuple[str, ...] = ()
        self._declared: tuple[Option, ...] | None = None
        self._shown_problems: tuple[Problem, ...] = ()
        self._cards: list[ProblemCard] = []
        self._form = OptionForm(())
        self.plot = ActivationPlot()
        self._figures = ParameterLine()
        self._notice = QLabel(self.tr("These layers have no options in common."))
        self._notice.setProperty("level", "third")
        self._notice.setWordWrap(True)
        self._notice.setContentsMargins(BLEED, 8, BLEED, 6)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._problem_box = QVBoxLayout()
        self._problem_box.setSpacing(0)
        self._column.addLayout(self._problem_box)
        self._body = QVBoxLayout()
        self._body.setContentsMargins(MARGIN - BLEED, 4, MARGIN - BLEED, 6)
        self._body.setSpacing(0)
        self._column.addLayout(self._body)
        for widget in (self._form, self._notice, self._figures):
            self._body.addWidget(widget)
        self.plot.setParent(self)
        self.plot.hide()
        run.refresher.add(self.plot)

    @property
    def form(self) -> OptionForm:
        """The form of the options."""
        return self._form

    @property
    def figures(self) -> str:
        """Shapes and parameters, as written."""
        return self._figures.text

    def tab_stops(self) -> tuple[QWidget, ...]:
        """Return the widgets that Tab leads to, from top to bottom."""
        buttons = [button for card in self._cards for button in card.findChildren(QPushButton)]
        return (*buttons, *self._form.tab_stops())

    def show_layers(self, nodes: tuple[str, ...]) -> None:
        """Show these layers; at least one."""
        new = nodes != self._nodes
        self._nodes = nodes
        kinds = self._kinds()
        declared = common_options(kinds)
        if new or declared != self._declared:
            self._declared = declared
            self._build_form()
        self._form.set_values(self._values())
        self._notice.setVisible(len(nodes) > 1 and not declared)
        self._show_function(kinds)
        self._show_figures()
        self._show_problems()

    def _kinds(self) -> list[LayerType]:
        graph = self._document.project.graph
        return [LAYERS[graph.node(node_id).kind] for node_id in self._nodes]

    def _build_form(self) -> None:
        declared = self._declared or ()
        function = next((option.key for option in declared if picks_activation(option)), "")
        self.plot.setParent(self)
        self.plot.hide()
        fields = [FormField(option.key, option) for option in declared]
        form = OptionForm(fields, {function: self.plot} if function else None, self)
        old, self._form = self._form, form
        form.edited.connect(partial(self._on_edited, form, self._nodes))
        self._body.replaceWidget(old, form)
        form.setVisible(bool(form.keys))
        # What was being typed into the old form is taken when it is hidden: for the layers that it belonged to.
        old.hide()
        old.deleteLater()

    def _values(self) -> dict[str, OptionValue | None]:
        """Return the value of each option; None where the layers differ."""
        graph = self._document.project.graph
        options = [graph.node(node_id).options for node_id in self._nodes]
        first = options[0]
        return {
            key: first[key] if all(other[key] == first[key] for other in options) else None
            for key in self._form.keys
        }

    def _on_edited(
        self, form: OptionForm, nodes: tuple[str, ...], key: str, value: OptionValue, merge: str
    ) -> None:
        if any(node_id not in self._document.project.graph for node_id in nodes):
            return
        option = form.editor(key).option
        text = self.tr("Set {option}").format(option=label(option.label))
        try:
            if merge:
                self._document.apply_merging(f"{merge} {key} {nodes}", text, set_options, nodes, key, value)
            else:
                self._document.apply(text, set_options, nodes, key, value)
        except LayerloomError as error:
            form.refuse(key, shown(error))

    def _show_function(self, kinds: Sequence[LayerType]) -> None:
        node = self._document.project.graph.node(self._nodes[0])
        single = len(kinds) == 1 and any(picks_activation(option) for option in kinds[0].options)
        activation = kinds[0].activation(node.options) if single else None
        self.plot.setVisible(activation is not None)
        if activation is not None:
            self.plot.show_layer(node.id, activation, self._run.snapshot)

    def _show_figures(self) -> None:
        shape = self._problems.shapes.get(self._nodes[0])
        self._figures.setVisible(len(self._nodes) == 1 and shape is not None)
        if shape is not None:
            terms, total = parameter_sum(shape.parameters)
            self._figures.set_figures(shape_line(shape), terms, total if shape.parameters else "")

    def _show_problems(self) -> None:
        found = self._problems.of(self._nodes[0]) if len(self._nodes) == 1 else ()
        if found == self._shown_problems:
            return
        self._shown_problems, self._cards = found, []
        while (item := self._problem_box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for problem in found:
            card = ProblemCard(problem)
            card.fix_requested.connect(self._fix)
            self._problem_box.addWidget(card)
            card.show()
            self._cards.append(card)
        if found:
            self._problem_box.addWidget(horizontal_line())

    def _fix(self, fix: Fix) -> None:
        try:
            self._problems.apply_fix(fix)
        except LayerloomError as error:
            self._notice.setText(shown(error))
            self._notice.show()


class ParameterLine(QWidget):
    """Shapes at the left, parameters as a sum at the right; one below the other where they do not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shapes, self._sum = QLabel(), QLabel()
        for part in (self._shapes, self._sum):
            part.setProperty("level", "second")
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sum.setWordWrap(True)
        self._sum_width = 0
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(BLEED, 6, BLEED, 2)
        self._row.setSpacing(4)
        self._row.addWidget(self._shapes)
        self._row.addWidget(self._sum, 1)

    @property
    def text(self) -> str:
        """All that is said."""
        return f"{self._shapes.text()} {self._sum.text()}".replace("<b>", "").replace("</b>", "")

    def set_figures(self, shapes: str, terms: str, total: str) -> None:
        """Show the shapes and, where there are parameters, their sum."""
        self._shapes.setText(shapes)
        if not total:
            shown_sum = self.tr("no parameters")
        else:
            shown_sum = f"{terms} = <b>{total}</b>" if terms != total else f"<b>{total}</b>"
        self._sum.setText(shown_sum)
        self._sum_width = self._sum.fontMetrics().horizontalAdvance(f"{terms} = {total}" if total else shown_sum) + 8
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        fits = self._shapes.sizeHint().width() + 12 + self._sum_width <= self.width()
        direction = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        if direction != self._row.direction():
            self._row.setDirection(direction)
        side = Qt.AlignmentFlag.AlignRight if fits else Qt.AlignmentFlag.AlignLeft
        self._sum.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        # Fixed: a label that may wrap asks for room for lines that it does not need.
        line = self._shapes.sizeHint().height()
        below = 0 if fits else self._row.spacing() + self._sum.heightForWidth(max(60, self.width() - 2 * BLEED))
        margins = self._row.contentsMargins()
        self.setFixedHeight(line + below + margins.top() + margins.bottom())


def common_options(kinds: Sequence[LayerType]) -> tuple[Option, ...]:
    """Return the options that all these kinds declare alike, in the order of the first."""
    first, *others = kinds
    return tuple(option for option in first.options if all(option in other.options for other in others))


def set_options(project: Project, nodes: tuple[str, ...], key: str, value: OptionValue) -> Project:
    """Set one option of several layers."""
    for node_id in nodes:
        project = edits.set_option(project, node_id, key, value)
    return project


