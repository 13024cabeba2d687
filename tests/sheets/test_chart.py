"""The flowchart's layout: nothing meets what it should not, no way is lost; and the checker sees what is planted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laksana.sheets import measures
from laksana.sheets.chart import chart_of
from laksana.sheets.checking import faults, missing_ways, page_faults
from laksana.sheets.layout import BOX, CAPSULE, DIAMOND, PENTAGON, Label, Line, Page, Rect, Symbol
from laksana.sheets.outcomes import exits_of, remarks
from laksana.spec.model import SELESAI, Edge, Spec
from tests.building.conftest import SPECS
from tests.sheets.flows import HEIGHTS, flows

SOP_11 = SPECS["permohonan-sub-domain"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(flows(), st.data())
def test_made_up_sops_have_no_faults_and_lose_no_way(spec: Spec, data: st.DataObject) -> None:
    heights = [data.draw(HEIGHTS) for _ in spec.langkah]

    chart = chart_of(spec, heights)

    assert faults(chart, heights) == []
    assert missing_ways(spec, chart) == []


@pytest.mark.parametrize("slug", sorted(SPECS))
def test_every_way_of_the_offices_sops_is_drawn(slug: str) -> None:
    heights = [14.0] * len(SPECS[slug].langkah)
    chart = chart_of(SPECS[slug], heights)

    assert chart.said == frozenset()
    assert faults(chart, heights) == []
    assert missing_ways(SPECS[slug], chart) == []


def test_steps_have_the_five_symbols_and_no_other() -> None:
    chart = chart_of(SOP_11, [14.0] * 9)
    symbols = [symbol for page in chart.pages for symbol in page.symbols]
    kinds = {
        step.no: next(s.kind for s in symbols if s.step == step.no and s.kind != CAPSULE) for step in SOP_11.langkah
    }

    assert {symbol.kind for symbol in symbols} == {CAPSULE, BOX, DIAMOND, PENTAGON}
    assert [no for no, kind in kinds.items() if kind == DIAMOND] == [2, 3, 5, 7]
    assert [symbol.text for symbol in symbols if symbol.kind == CAPSULE] == ["Mulai", "Selesai"]


def test_symbols_stand_in_their_performers_columns() -> None:
    chart = chart_of(SOP_11, [14.0] * 9)
    grid = measures.columns(len(SOP_11.pelaksana))

    for symbol in (symbol for page in chart.pages for symbol in page.symbols if symbol.step):
        lane = SOP_11.pelaksana.index(SOP_11.step(symbol.step).pelaksana)
        assert symbol.place.x + symbol.place.width / 2 == pytest.approx(grid.centre(lane))


def test_connectors_come_in_pairs_of_one_letter() -> None:
    spec = SPECS["permohonan-vps-pdn"]
    chart = chart_of(spec, [14.0] * 14)
    names = [symbol.text for page in chart.pages for symbol in page.symbols if symbol.kind == PENTAGON]

    assert len(chart.pages) > 1
    assert sorted(names) == sorted(2 * list(dict.fromkeys(names)))


def test_rows_are_never_split_and_keep_their_order() -> None:
    chart = chart_of(SOP_11, [60.0] * 9)

    assert [row.step for page in chart.pages for row in page.rows] == list(range(1, 10))
    assert all(row.y + row.height <= page.bottom for page in chart.pages for row in page.rows)


def test_decision_has_two_exits_and_the_rest_is_said() -> None:
    exits = exits_of(SOP_11.step(2))

    assert [(label, edge.bila) for label, edge in exits.drawn] == [("Ya", "teruskan"), ("Tidak", "kembalikan")]
    assert exits.said == (
        "Ya: teruskan, ke langkah 3. Tidak: kembalikan, ke langkah 1 (paling banyak 3 kali). Tolak: ke langkah 6."
    )


@pytest.mark.parametrize(
    ("edges", "labels", "said"),
    [
        ([Edge("selalu", 4)], [""], ""),
        ([Edge("selalu", 7)], [""], "Ke langkah 7."),
        ([Edge("selesai", 4), Edge("tolak", 4)], [""], ""),
        ([Edge("selalu", 4), Edge("cabut", 6)], [""], "Cabut: ke langkah 6."),
        ([Edge("down", 4), Edge("up", 5)], ["Ya", "Tidak"], "Ya: up, ke langkah 5. Tidak: down, ke langkah 4."),
        ([Edge("terima", SELESAI)], [""], ""),
    ],
)
def test_exits_are_drawn_or_said(edges: list[Edge], labels: list[str], said: str) -> None:
    exits = exits_of(replace(SOP_11.step(3), lanjut=tuple(edges)))

    assert ([label for label, _ in exits.drawn], exits.said) == (labels, said)


def test_remarks_name_the_rulings_of_the_step() -> None:
    assert remarks(SOP_11, SOP_11.step(6)) == "(R3)"


def faults_with(page: Page, **changes: Any) -> list[str]:
    return list(page_faults(replace(page, **changes)))


@pytest.fixture
def page() -> Page:
    return chart_of(SOP_11, [14.0] * 9).pages[0]


def test_checker_sees_a_symbol_on_another(page: Page) -> None:
    first = next(symbol for symbol in page.symbols if symbol.step == 3)
    moved = replace(first, place=replace(first.place, x=first.place.x + 1), step=4)

    assert "belah-ketupat meets belah-ketupat" in faults_with(page, symbols=[*page.symbols, moved])


def test_checker_sees_a_line_through_a_symbol(page: Page) -> None:
    place = next(symbol.place for symbol in page.symbols if symbol.step == 3)
    line = Line(((place.x - 5, place.y + 3), (place.right + 5, place.y + 3)), 1, 2)

    assert "the line 1-2 runs through a belah-ketupat" in faults_with(page, lines=[line])


def test_checker_sees_lines_on_each_other_and_slanted_ones(page: Page) -> None:
    one, other = Line(((150, 60), (150, 90)), 1, 2), Line(((150, 80), (150, 99)), 3, 4)
    found = faults_with(page, symbols=[], labels=[], lines=[one, other, Line(((120, 60), (125, 70)), 5, 6)])

    assert found == ["the line 5-6 is not of right angles", "the line 1-2 lies on 3-4"]


def test_checker_sees_labels_in_the_way_and_what_leaves_the_page(page: Page) -> None:
    label, line = Label("Tidak", Rect(120, 70, 7, 3), 9), Line(((110, 71), (140, 71)), 1, 2)
    outside = Symbol(BOX, Rect(290, 70, 13, 6), "", 8)
    found = faults_with(page, symbols=[outside], lines=[line], labels=[label])

    assert found == ["Tidak of step 9 meets a line", "a kotak leaves the table"]


def test_checker_sees_text_that_is_too_high() -> None:
    chart = chart_of(SOP_11, [14.0] * 9)

    assert faults(chart, [14.0] * 8 + [90.0])[0].startswith("row 9: its text is ")


def test_checker_sees_a_way_that_is_not_there() -> None:
    chart = chart_of(SOP_11, [14.0] * 9)
    for page in chart.pages:
        page.lines = [line for line in page.lines if (line.source, line.target) != (3, 6)]

    assert missing_ways(SOP_11, chart) == [(3, "ditolak")]
