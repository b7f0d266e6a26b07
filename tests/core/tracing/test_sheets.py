"""Solved sheets: complete, well formed, exact; large networks are cut and say so."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from core.formulas.quantities import Kind
from core.graph.model import Graph
from core.texts import Text
from core.tracing.explaining import Explainer
from core.tracing.notation import KEYS, notation
from core.tracing.recording import IterationRecorder
from core.tracing.sheets import SheetTypeError, sheet_bytes, sheet_of
from core.tracing.sheets.html import BROADEST, html_of
from core.tracing.sheets.latex import in_text, latex_of
from core.tracing.sheets.table import COLUMNS, csv_of
from core.tracing.stages import stages_of
from core.tracing.writing import Writer
from core.tracing.writing.breadth import breadth
from core.tracing.writing.wrapping import wrapped
from core.training.session import Session
from tests.core.graph import networks
from tests.core.graph.networks import chain
from tests.core.tracing.course_examples import bill, perceptron
from tests.core.tracing.random_iterations import random_config, random_data, random_network
from tests.core.tracing.traces import explained, of_unit
from tests.core.training.prepared import random_data as plain_data

VOID = {"meta", "br"}


class _Tags(HTMLParser):
    """Checks that tags are closed in their order, and notes texts and what is fetched from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.fetched: list[str] = []
        self.ids: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        self.fetched += [value or "" for name, value in attributes if name in ("src", "data") or tag == "link"]
        self.links += [value or "" for name, value in attributes if name == "href"]
        if named.get("id"):
            self.ids.add(str(named["id"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _html(explainer: Explainer, key: str, title: str = "Bill") -> _Tags:
    return _checked(html_of(sheet_of(Writer(explainer, notation(key)), title)))


def _checked(page: str) -> _Tags:
    tags = _Tags()
    tags.feed(page)
    assert not tags.open
    for formula in re.findall(r"<math.*?</math>", page):
        ElementTree.fromstring(formula)
    return tags


@pytest.mark.parametrize("key", KEYS)
def test_the_page_is_well_formed_and_needs_nothing_else(key: str) -> None:
    tags = _html(perceptron(), key)
    assert tags.fetched == []
    assert tags.links and all(link.startswith("#") and link[1:] in tags.ids for link in tags.links)
    assert "None" not in tags.text and "nan" not in tags.text
    assert notation(key).document in tags.text


def test_the_page_has_the_bill_as_the_slide_has_it() -> None:
    tags = _html(bill(), "UGR")
    squeezed = re.sub(r"\s+", "", tags.text)
    for line in ("=5·0.5+2·0.5+3·0.5", "=2.5+1+1.5", "=5−8.5", "=0.5−(−0.5)=1", "=½", "6.125"):
        assert line.replace("½", "12") in squeezed, line


def test_nothing_of_a_small_network_is_left_out() -> None:
    explainer = perceptron()
    sheet = sheet_of(Writer(explainer, notation("UPV")), "5-3-3")
    assert sheet.left_out == 0
    entries = sum(len(entries) for section in sheet.sections for _, entries in section.groups)
    # z and a of 6 units, two losses, ∂C/∂a and δ of 6, gradients and updates of 30 weights.
    assert entries == 12 + 2 + 12 + 30 + 30


def test_markup_in_names_is_shown_and_not_obeyed() -> None:
    tags = _html(bill(), "UNIR", title="<b>A & B</b>")
    assert "<b>A & B</b>" in tags.text


@pytest.mark.parametrize("seed", range(3))
def test_random_networks_make_whole_pages_and_documents(seed: int) -> None:
    graph = random_network(seed)
    explainer = Explainer(IterationRecorder(Session(graph, random_config(seed), random_data(graph, seed))).next())
    sheet = sheet_of(Writer(explainer, notation(KEYS[seed])), "random")
    _checked(html_of(sheet))
    _check_latex(latex_of(sheet))


_KNOWN = """
documentclass usepackage definecolor allowdisplaybreaks setlength parindent parskip raggedright begin end
Large bfseries section emph textcolor frac tfrac sqrt text quad dots left right Big underbrace sum max min
log tanh operatorname cdot le ge leftarrow to partial nabla odot mathbb mathrm hat tilde bar infty textwidth
alpha beta gamma delta varepsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega
Delta Theta Phi Pi Sigma surd ne times textbackslash textasciicircum textasciitilde
mathindent newsavebox broad newcommand fitted savebox displaystyle resizebox linewidth usebox
"""
COMMANDS = set(_KNOWN.split())
"""What LaTeX knows with amsmath, amssymb, geometry, graphicx and xcolor, and what the preamble defines."""


def _check_latex(document: str) -> None:
    """Check what can be checked without setting it: braces, environments, commands, alignment, signs."""
    open_environments: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", document):
        if kind == "begin":
            open_environments.append(name)
        else:
            assert open_environments.pop() == name
    assert not open_environments
    bare = re.sub(r"\\[{}]", "", document)
    depth = 0
    for sign in bare:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    found = set(re.findall(r"\\([A-Za-z]+)", document))
    assert found <= COMMANDS, found - COMMANDS
    assert len(re.findall(r"\\left(?![a-z])", document)) == len(re.findall(r"\\right(?![a-z])", document))
    body = document.split("\\begin{document}")[1]
    outside = re.sub(r"\\begin\{(align\*|tabular)\}.*?\\end\{\1\}", "", body, flags=re.DOTALL)
    outside = re.sub(r"\\begin\{cases\}.*?\\end\{cases\}", "", outside, flags=re.DOTALL)
    assert not re.search(r"(?<!\\)&", outside)
    for block in re.findall(r"\\begin\{align\*\}(.*?)\\end\{align\*\}", body, flags=re.DOTALL):
        assert "\n\n" not in block, "an empty line ends a formula"
        for row in re.sub(r"\\begin\{cases\}.*?\\end\{cases\}", "", block, flags=re.DOTALL).split("\\\\"):
            assert len(re.findall(r"(?<!\\)&", row)) == 1
    # Two superscripts at one base are an error.
    assert not re.search(r"\^\{[^{}]*\}\s*\^", document) and "'^" not in document.replace("'}^", "")
    assert all(ord(sign) < 0x180 for sign in document), {sign for sign in document if ord(sign) >= 0x180}
    assert (body.count("$") - body.count("\\$")) % 2 == 0


@pytest.mark.parametrize("key", KEYS)
def test_the_latex_document_is_a_plain_article(key: str) -> None:
    document = latex_of(sheet_of(Writer(perceptron(), notation(key)), "5-3-3 & more_100%"))
    _check_latex(document)
    assert document.startswith("\\documentclass") and document.rstrip().endswith("\\end{document}")
    assert "5-3-3 \\& more\\_100\\%" in document


def test_the_latex_document_of_the_bill_has_its_lines() -> None:
    document = latex_of(sheet_of(Writer(bill(), notation("UGR")), "Bill"))
    flat = re.sub(r"\\textcolor\{\w+\}|[{} ]", "", document)
    assert "&=5\\cdot0.5+2\\cdot0.5+3\\cdot0.5" in flat
    assert "&=2.5+1+1.5" in flat and "&\\leftarrow0.5-0.0286\\cdot5\\cdot(-3.5)" in flat


def normalised() -> Graph:
    """A dense layer in front of batch normalisation."""
    return networks.graph_of(
        networks.row("x", "input", shape=(2,)),
        networks.row("d", "dense", "x", units=2, activation="linear"),
        networks.row("b", "batch_normalization", "d"),
        networks.row("out", "output", "b"),
    )


def test_long_sums_are_broken_before_a_sign_and_no_term_is_lost() -> None:
    explainer = explained(chain(40, 2), plain_data(4, 40, 2))
    entry = sheet_of(Writer(explainer, notation("UNIR")), "wide").sections[0].groups[0][1][0]
    numbers = entry.sides[1]
    lines = wrapped(numbers, breadth, BROADEST)
    # The words below a folded rest take no room beside it.
    assert len(lines) > 1 and all(len(re.sub(r" \[.*?\]", "", line.plain)) <= BROADEST for line in lines)
    assert all(line.plain.startswith("+ ") for line in lines[1:])
    assert "".join(line.plain for line in lines).replace(" ", "") == numbers.plain.replace(" ", "")


def test_what_cannot_be_broken_is_made_smaller_on_paper() -> None:
    sheet = sheet_of(Writer(explained(normalised(), plain_data(4, 2, 2)), notation("UNIR")), "normalised")
    assert "--fit: 0." in html_of(sheet) and "\\fitted{" in latex_of(sheet)
    _check_latex(latex_of(sheet))


def test_letters_with_primes_and_accents_are_letters() -> None:
    explainer = explained(chain(2, 2), plain_data(4, 2, 2), optimizer="adam")
    page = html_of(sheet_of(Writer(explainer, notation("UNIR")), "Adam"))
    assert "<msup><mi>σ</mi><mo>′</mo></msup>" in page
    assert '<mover accent="true"><mi>m</mi><mo stretchy="false">^</mo></mover>' in page
    assert not re.search(r"<mi>[^<]′", page)


def test_the_weights_before_the_iteration_are_given_where_there_is_room() -> None:
    sheet = sheet_of(Writer(bill(), notation("UGR")), "Bill")
    assert [number.plain for number in sheet.given[-1].numbers] == ["w¹₁₁ = 0.5", "w¹₂₁ = 0.5", "w¹₃₁ = 0.5"]
    wide = sheet_of(Writer(explained(chain(40, 2), plain_data(4, 40, 2)), notation("UGR")), "wide")
    assert len(wide.given) == 4


def test_words_with_mathematical_signs_are_set() -> None:
    assert in_text("δˡ ← 50 % of v̂") == "$\\delta$$^{l}$ $\\leftarrow$ 50 \\% of $\\hat v$"
    assert in_text("2·10⁻⁵") == "2$\\cdot$10$^{-}$$^{5}$"


@pytest.mark.parametrize(("rate", "written"), [(0.5, "0.5"), (2e-5, "2·10⁻⁵"), (1 / 35, "0.0285714")])
def test_the_learning_rate_is_written_as_the_numbers_of_the_sheet_are(rate: float, written: str) -> None:
    explainer = explained(chain(2, 2), plain_data(4, 2, 2), learning_rate=rate)
    facts = {str(label): value for label, value in sheet_of(Writer(explainer, notation("intro")), "small").facts}
    assert facts["Learning rate"] == written


def _rows(explainer: Explainer, key: str, **options: bool) -> list[dict[str, str]]:
    table, left_out = csv_of(explainer, notation(key), **options)
    assert left_out == 0
    rows = list(csv.DictReader(io.StringIO(table)))
    assert tuple(rows[0]) == COLUMNS
    return rows


def test_the_table_reads_back_exactly() -> None:
    explainer = explained(chain(4, 3, 3), plain_data(5, 4, 3), optimizer="adam")
    rows, trace = _rows(explainer, "UNIR"), explainer.trace
    counts = Counter(row["quantity"] for row in rows)
    assert counts == {
        "parameter": 27, "target": 15, "output": 5 * 10, "pre_activation": 5 * 6, "sample_loss": 5, "loss": 1,
        "upstream": 5 * 6, "delta": 5 * 6, "gradient": 27, "new_parameter": 27, "new_slot.mean": 27,
        "new_slot.mean_square": 27,
    }  # fmt: skip
    new = np.zeros((4, 3))
    for row in rows:
        if row["quantity"] == "new_parameter" and row["parameter"] == "kernel.x-d1":
            new[int(row["from"]) - 1, int(row["to"]) - 1] = float(row["value"])
    np.testing.assert_array_equal(new, trace.new["d1", "kernel.x-d1"])
    for row in rows:
        if row["quantity"] == "delta" and row["layer"] == "d2":
            delta = of_unit(Kind.DELTA, "d2", int(row["unit"]) - 1, sample=int(row["sample"]) - 1)
            assert float(row["value"]) == explainer.number(delta)


def test_every_number_of_every_stage_is_in_the_table() -> None:
    graph = random_network(3)
    explainer = Explainer(IterationRecorder(Session(graph, random_config(3), random_data(graph, 3))).next())
    counts = Counter(row["quantity"] for row in _rows(explainer, "UNIR"))
    wanted: Counter[str] = Counter()
    for stage in stages_of(explainer.trace):
        wanted[stage.kind.value] += stage.units * (explainer.trace.batch_size if stage.each_sample else 1)
    assert {key: counts[key] for key in wanted} == wanted


def test_the_table_has_the_signs_of_the_notation() -> None:
    explainer = perceptron()
    unir, upv = (_rows(explainer, key) for key in ("UNIR", "UPV"))
    for one, other in zip(unir, upv, strict=True):
        turned = one["quantity"] in ("delta", "upstream")
        assert float(other["value"]) == (-1.0 if turned else 1.0) * float(one["value"])


def test_single_precision_reads_back_exactly() -> None:
    explainer = explained(chain(4, 3), plain_data(5, 4, 3, dtype="float32"), dtype="float32")
    values = [row["value"] for row in _rows(explainer, "UNIR") if row["quantity"] == "new_parameter"]
    arrays = [explainer.trace.new[key] for key in explainer.trace.trained]
    np.testing.assert_array_equal(np.array(values, dtype=np.float32), np.concatenate([a.reshape(-1) for a in arrays]))


def test_of_a_large_network_the_sheet_says_how_much_is_left_out() -> None:
    explainer = explained(chain(60, 20, 10), plain_data(12, 60, 10))
    writer = Writer(explainer, notation("UNIR"))
    sheet = sheet_of(writer, "large")
    shown = sum(len(entries) for section in sheet.sections for _, entries in section.groups)
    given = sum(len(each.numbers) for each in sheet.given) - 4 * 10
    stages = [stage for stage in stages_of(explainer.trace) if stage.node != "x"]
    total = sum(stage.units * (12 if stage.each_sample else 1) for stage in stages)
    assert shown + sum(section.left_out for section in sheet.sections) == total
    assert given + sum(each.left_out for each in sheet.given) == 4 * 60
    assert f"{sheet.left_out:,} numbers are left out" in _html(explainer, "UNIR").text


def test_everything_is_shown_where_that_is_wanted() -> None:
    explainer = explained(chain(30, 2), plain_data(6, 30, 2))
    writer = Writer(explainer, notation("UNIR"))
    assert sheet_of(writer, "whole").left_out > 0
    assert sheet_of(writer, "whole", everything=True).left_out == 0


def test_the_ending_of_the_name_says_what_is_written() -> None:
    writer = Writer(bill(), notation("UGR"))
    starts = {".html": b"<!doctype html>", ".tex": b"\\documentclass", ".csv": b"quantity,layer,"}
    for ending, start in starts.items():
        content, left_out = sheet_bytes(writer, Path(f"sheet{ending.upper()}"), "Bill")
        assert content.startswith(start) and left_out == 0
    with pytest.raises(SheetTypeError, match=r"'sheet.pdf' is no sheet that can be written: use .html, .tex or .csv"):
        sheet_bytes(writer, Path("sheet.pdf"), "Bill")


def test_words_are_translated() -> None:
    def say(message: Text) -> str:
        return f"«{message}»"

    page = html_of(sheet_of(Writer(bill(), notation("UGR"), say=say), "Bill"), say)
    assert "«One iteration, solved step by step»" in page and "«d1: weighted sums»" in page
