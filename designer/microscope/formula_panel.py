"""The formula behind the number at hand: in general, with its indices, with today's numbers, and what it comes to."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QScrollArea, QVBoxLayout, QWidget

from core.formulas.quantities import Quantity
from core.tracing.cursor import Grain
from core.tracing.explaining import PER_PARAMETER
from core.tracing.trace import Trace
from core.tracing.why import why
from core.tracing.writing import Writer, Written, heading
from designer.actions import ActionTable
from designer.microscope.check_view import CheckView
from designer.microscope.formula_line import FormulaLine
from designer.microscope.formula_parts import Origins, Pair, padded, paragraph, section
from designer.microscope.notations import DIGITS, NotationChoice
from designer.microscope.service import MicroscopeService
from designer.microscope.stage_strip import box_title
from designer.theme import ThemeService
from designer.translation import layer_names, shown
from designer.widgets.action_button import ActionButton
from designer.widgets.icon_button import IconButton
from designer.widgets.segmented import SegmentedControl

MORE_TERMS = 10
"""So many terms appear with each click on the rest of a folded sum."""
WIDE, NORMAL = 20.0, 18.0
"""Sizes of type, in pixels."""


class FormulaPanel(QWidget):
    """Shows where a number comes from; every number in it can be clicked."""

    def __init__(
        self,
        microscope: MicroscopeService,
        notations: NotationChoice,
        actions: ActionTable,
        theme: ThemeService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._microscope, self._notations, self._theme = microscope, notations, theme
        self._unfolded = 0
        self._folded: Written | None = None
        self._kept: int | None = None
        self._shown: tuple[Trace, Quantity, str, int, int] | None = None
        self._header = _Header(notations, actions, self._copy_menu())
        self._title = QLabel()
        self._title.setProperty("level", "strong")
        self._title.setWordWrap(True)
        self.matrix, self.general, self.indexed = (self._line(WIDE), self._line(NORMAL), self._line(NORMAL))
        self.numbers, self.result = self._line(NORMAL), self._line(WIDE)
        self.steps = [self._line(NORMAL) for _ in range(3)]
        self._full = QLabel()
        self._full.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._origins = Origins(theme)
        self._origins.clicked.connect(microscope.place.follow)
        self.check = CheckView(microscope)
        self.why = paragraph()
        self.slip = paragraph()
        self._lay_out()
        microscope.moved.connect(self._show)
        microscope.closed.connect(self._forget)
        notations.changed.connect(self._show)

    def header_widget(self) -> QWidget:
        """Back, on, digits and copy, for the head of the dock."""
        return self._header

    @property
    def writer(self) -> Writer:
        """Writes the formulas of the iteration at hand in the chosen notation."""
        choice = self._notations
        return Writer(self._microscope.explainer, choice.current, choice.digits, shown)

    def texts(self) -> dict[str, str]:
        """Return what is shown, as plain text, by section."""
        lines = {
            "matrix": self.matrix,
            "general": self.general,
            "indexed": self.indexed,
            "numbers": self.numbers,
            "result": self.result,
        }
        found = {key: line.written.plain if line.written is not None else "" for key, line in lines.items()}
        found["steps"] = " ".join(line.written.plain for line in self.steps if line.written is not None)
        return found | {"full": self._full.text(), "why": self.why.text(), "slip": self.slip.text()}

    def _line(self, size: float) -> FormulaLine:
        line = FormulaLine(self._theme, size)
        line.quantity_clicked.connect(self._microscope.place.follow)
        line.rest_clicked.connect(self._unfold)
        return line

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(5)
        column.addWidget(self._title)
        self._pairs = Pair(self.matrix, self.general), Pair(self.result, self._full)
        self._sections = {
            "general": section(column, self.tr("General"), self._pairs[0]),
            "indexed": section(column, self.tr("With the indices of this number"), self.indexed),
            "numbers": section(column, self.tr("With today's numbers"), self.numbers, *self.steps),
            "result": section(column, self.tr("Result"), self._pairs[1]),
            "origins": section(column, self.tr("Where the numbers come from"), self._origins),
            "check": section(column, self.tr("Gradient check"), self.check),
            "why": section(column, self.tr("Why"), self.why),
            "slip": section(column, self.tr("Beside the slide"), self.slip),
        }
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(page)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(area)

    def _show(self) -> None:
        microscope = self._microscope
        if not microscope.is_open:
            return
        quantity = microscope.place.quantity
        self._show_formula(quantity)
        term = self._term(quantity)
        self._keep_term(quantity, term)
        for line in (self.indexed, self.numbers):
            line.show_term(term)

    def _keep_term(self, quantity: Quantity, term: int | None) -> None:
        """Show the term at hand where its sum is folded and it is none of the largest."""
        folded = term is not None and not self._has_term(term)
        kept = term if folded else None
        if kept != self._kept:
            self._kept = kept
            writer = self.writer
            written = self._folded if kept is None else writer.numbers(quantity, unfolded=self._unfolded, kept=kept)
            self.numbers.show_written(written)

    def _has_term(self, term: int) -> bool:
        return self._folded is None or any(span.term == term for span in self._folded.spans)

    def _show_formula(self, quantity: Quantity) -> None:
        """Write everything anew, unless it is the same number in the same notation as before."""
        choice = self._notations
        shown_now = (self._microscope.trace, quantity, choice.current.key, choice.digits, self._unfolded)
        if self._shown is not None and all(a is b or a == b for a, b in zip(self._shown, shown_now, strict=True)):
            return
        if self._shown is None or self._shown[1] != quantity:
            self._unfolded = 0
        self._shown = (*shown_now[:4], self._unfolded)
        writer = self.writer
        self._title.setText(self._words(quantity))
        self.matrix.show_written(writer.matrix(quantity))
        self.general.show_written(writer.general(quantity))
        self.indexed.show_written(writer.indexed(quantity))
        self._folded, self._kept = writer.numbers(quantity, unfolded=self._unfolded), None
        self.numbers.show_written(self._folded)
        for line, written in zip(self.steps, padded(writer.steps(quantity), len(self.steps)), strict=True):
            line.show_written(written)
        result = writer.result(quantity)
        self.result.show_written(result.rounded)
        self._full.setText(self.tr("full value  {value}").format(value=result.full))
        origins = writer.origins(quantity)
        self._origins.show_origins(tuple(origin for origin in origins if origin.quantity != quantity))
        for pair in self._pairs:
            pair.arrange()
        self._show_words(writer, quantity)

    def _term(self, quantity: Quantity) -> int | None:
        """Return the number of the term that is at hand, where the formula has several and we walk term by term."""
        microscope = self._microscope
        position, walk = microscope.place.position, microscope.place.walk
        if microscope.place.grain is not Grain.TERM or walk.quantity(position) != quantity:
            return None
        return position.term if walk.terms(position.stage, position.unit) > 1 else None

    def _show_words(self, writer: Writer, quantity: Quantity) -> None:
        sentences = why(writer.explainer, quantity, writer.notation)
        self.why.setText(" ".join(shown(sentence) for sentence in sentences))
        self.slip.setText(" ".join(shown(sentence) for sentence in writer.slips(quantity)))
        self.check.show_weight(quantity if quantity.kind in PER_PARAMETER else None)
        for key, has_content in (
            ("general", self.general.written is not None or self.matrix.written is not None),
            ("indexed", self.indexed.written is not None),
            ("numbers", self.numbers.written is not None),
            ("origins", self._origins.count > 0),
            ("check", quantity.kind in PER_PARAMETER),
            ("why", bool(self.why.text())),
            ("slip", bool(self.slip.text())),
        ):
            self._sections[key].setVisible(has_content)

    def _words(self, quantity: Quantity) -> str:
        """Return what the number is, in words: the symbol of its stage, its layer, its unit."""
        microscope = self._microscope
        names, symbol = layer_names(microscope.trace.graph), heading(self._notations.current, quantity)
        position = microscope.place.walk.at(quantity)
        name = names.get(quantity.node, "")
        if position is None:
            given = self.tr("{name}, given").format(name=name) if name else self.tr("given")
            return f"{symbol} · {given}"
        stage = microscope.place.walk.stage(position)
        title = box_title(stage, names)
        weighs = quantity.kind in PER_PARAMETER and len(quantity.unit) > 1
        unit = (" → " if weighs else ", ").join(str(int(index) + 1) for index in quantity.unit)
        template = self.tr(" of weight {unit}") if weighs else self.tr(" of unit {unit}")
        where = template.format(unit=unit) if unit else ""
        return f"{symbol}{where} · {name or title}"

    def _unfold(self) -> None:
        self._unfolded += MORE_TERMS
        self._show()

    def _forget(self) -> None:
        self._shown = None
        self.check.show_weight(None)

    def _copy_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(self.tr("As LaTeX"), self._copy_latex)
        menu.addAction(self.tr("As text"), self._copy_text)
        menu.addAction(self.tr("As an image"), self._copy_image)
        return menu

    def _written(self) -> list[Written]:
        lines = (self.matrix, self.general, self.indexed, self.numbers, *self.steps, self.result)
        return [line.written for line in lines if line.written is not None]

    def _copy_latex(self) -> None:
        lines = " \\\\\n".join(written.latex() for written in self._written())
        QGuiApplication.clipboard().setText(f"\\begin{{gathered}}\n{lines}\n\\end{{gathered}}")

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(written.plain for written in self._written()))

    def _copy_image(self) -> None:
        parts = [self._sections[key] for key in ("general", "indexed", "numbers", "result")]
        last = next(part for part in reversed(parts) if not part.isHidden())
        page = last.parentWidget()
        assert page is not None
        area = page.rect()
        area.setBottom(last.geometry().bottom() + 8)
        QGuiApplication.clipboard().setPixmap(page.grab(area))


class _Header(QWidget):
    """Earlier and later number, how many digits, copy."""

    def __init__(self, notations: NotationChoice, actions: ActionTable, copy: QMenu) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for key, name in (("microscope.earlier", "arrow-left"), ("microscope.later", "arrow-right")):
            button = ActionButton(actions[key], name, flat=True, icon_only=True)
            button.setFixedSize(24, 24)
            row.addWidget(button)
        labels = {4: "4", 8: "8", 0: self.tr("all")}
        digits = SegmentedControl([(str(count), labels[count]) for count in DIGITS])
        digits.setToolTip(self.tr("Digits of the numbers"))
        digits.changed.connect(lambda key: notations.choose_digits(int(key)))
        row.addWidget(digits)
        copying = IconButton("duplicate", self.tr("Copy the formula"))
        copying.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        copying.setMenu(copy)
        row.addWidget(copying)
