"""Looks at a laid-out flowchart for what a reader would stumble over; says each fault in a line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from laksana.sheets import measures
from laksana.sheets.layout import PENTAGON, Chart, Line, Page, Rect, Symbol
from laksana.sheets.outcomes import exits_of
from laksana.sheets.routing import rects_of
from laksana.spec.model import Spec

_TOUCH = 0.2
_STRAIGHT = 0.01


def faults(chart: Chart, text_heights: Sequence[float]) -> list[str]:
    """Return what overlaps, runs through something, or leaves its place."""
    found = [f"page {page.number}: {fault}" for page in chart.pages for fault in page_faults(page)]
    rows = [row for page in chart.pages for row in page.rows]
    for row, height in zip(rows, text_heights, strict=True):
        if height > row.height:
            found.append(f"row {row.step}: its text is {height - row.height:.1f} mm too high")
    return found


def missing_ways(spec: Spec, chart: Chart) -> list[tuple[int, str]]:
    """Return the ways (step, outcome) that are neither drawn to their end nor told by the remarks."""
    lost = []
    for step in spec.langkah:
        exits = exits_of(step)
        for _, edge in exits.drawn:
            target = edge.ke if isinstance(edge.ke, int) else 0
            if not _is_drawn(chart, step.no, target) and (step.no, edge.bila) not in chart.said:
                lost.append((step.no, edge.bila))
        told = {edge.bila for _, edge in exits.drawn}
        only_one = len({edge.ke for edge in step.lanjut}) == 1
        lost += [
            (step.no, edge.bila) for edge in step.lanjut
            if edge.bila not in told and not only_one and edge.bila not in exits.said.lower()
        ]  # fmt: skip
        lost += [
            (step.no, edge.bila) for _, edge in exits.drawn
            if (step.no, edge.bila) in chart.said and f"langkah {edge.ke}" not in exits.said
        ]  # fmt: skip
    return lost


def _is_drawn(chart: Chart, source: int, target: int) -> bool:
    """Tell whether lines lead from a step's symbol to another's, from page to page by connectors of one name."""
    starts = [
        (page, line) for page in chart.pages for line in page.lines if (line.source, line.target) == (source, target)
    ]
    return any(_arrives(chart, page, line, target) for page, line in starts if _touches(page, line.points[0], source))


def _arrives(chart: Chart, page: Page, line: Line, target: int) -> bool:
    end = line.points[-1]
    for symbol in page.symbols:
        if not _near(symbol.place, end):
            continue
        if symbol.kind != PENTAGON:
            return symbol.step == (target or line.source)
        twins = [
            (other, twin) for other in chart.pages for twin in other.symbols
            if twin.kind == PENTAGON and twin.text == symbol.text and twin is not symbol
        ]  # fmt: skip
        return any(
            _near(twin.place, onward.points[0]) and _arrives(chart, other, onward, target)
            for other, twin in twins
            for onward in other.lines
        )
    return False


def page_faults(page: Page) -> Iterator[str]:
    """Yield what overlaps on one page, runs through something, or leaves its place."""
    yield from (f"{a.kind} meets {b.kind}" for a, b in combinations(page.symbols, 2) if a.place.meets(b.place))
    for line in page.lines:
        yield from _line_faults(page, line)
    for one, other in combinations(page.lines, 2):
        may_meet = one.target == other.target != 0
        if not may_meet and any(_lie_on_each_other(a, b) for a in rects_of(one) for b in rects_of(other)):
            yield f"the line {one.source}-{one.target} lies on {other.source}-{other.target}"
    for label in page.labels:
        taken = [(symbol.kind, symbol.place) for symbol in page.symbols if not _is_own(symbol, label.step)]
        taken += [("label", other.place) for other in page.labels if other is not label]
        taken += [("line", rect) for line in page.lines for rect in rects_of(line)]
        yield from (
            f"{label.text} of step {label.step} meets a {name}" for name, place in taken if label.place.meets(place)
        )
    yield from _outside(page)


def _line_faults(page: Page, line: Line) -> Iterator[str]:
    for symbol in page.symbols:
        inner = Rect(
            symbol.place.x + _TOUCH, symbol.place.y + _TOUCH, symbol.place.width - 2 * _TOUCH,
            symbol.place.height - 2 * _TOUCH,
        )  # fmt: skip
        if any(rect.meets(inner) for rect in rects_of(line)):
            yield f"the line {line.source}-{line.target} runs through a {symbol.kind}"
    for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
        if abs(x1 - x2) > _STRAIGHT and abs(y1 - y2) > _STRAIGHT:
            yield f"the line {line.source}-{line.target} is not of right angles"


def _outside(page: Page) -> Iterator[str]:
    low, right = measures.HEIGHT - measures.MARGIN, measures.WIDTH - measures.MARGIN
    for row in page.rows:
        if row.y < page.top or row.y + row.height > page.bottom + 0.01:
            yield f"row {row.step} leaves the table"
    if page.bottom > low:
        yield "the table leaves the page"
    for symbol in page.symbols:
        place = symbol.place
        if place.x < measures.MARGIN or place.right > right or place.y < page.top or place.bottom > page.bottom:
            yield f"a {symbol.kind} leaves the table"


def _lie_on_each_other(one: Rect, other: Rect) -> bool:
    """Tell whether two thin pieces run along each other; crossing at a right angle is no fault."""
    across = (one.width > one.height) != (other.width > other.height)
    return not across and one.meets(other)


def _is_own(symbol: Symbol, step: int) -> bool:
    """Tell whether a label may stand over the slope of a symbol's corner."""
    return symbol.step == step and symbol.kind != PENTAGON


def _touches(page: Page, point: tuple[float, float], step: int) -> bool:
    return any(symbol.step == step and _near(symbol.place, point) for symbol in page.symbols)


def _near(place: Rect, point: tuple[float, float]) -> bool:
    return (
        place.x - _TOUCH <= point[0] <= place.right + _TOUCH and place.y - _TOUCH <= point[1] <= place.bottom + _TOUCH
    )
