"""Puts a flowchart together: rows on pages, symbols in their rows and columns, then the lines between them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from laksana.sheets import measures
from laksana.sheets.layout import BOX, CAPSULE, DIAMOND, Chart, Line, Page, Rect, Row, Symbol
from laksana.sheets.measures import Columns, columns
from laksana.sheets.outcomes import exits_of
from laksana.sheets.pages import paged, symbol_room
from laksana.sheets.routing import Router, Stop, is_end
from laksana.spec.model import Spec


def chart_of(spec: Spec, text_heights: Sequence[float]) -> Chart:
    """Lay a flowchart out.

    Args:
        spec: the SOP.
        text_heights: height of the highest text of each step's row, in millimetres.
    """
    grid = columns(len(spec.pelaksana))
    pages = paged(spec, text_heights)
    router = Router(grid, {}, {})
    for page in pages:
        for row in page.rows:
            _place(spec, page, row, grid, router)
    router.draw(spec)
    return Chart(pages, spec.pelaksana, frozenset(router.undrawn))


def _place(spec: Spec, page: Page, row: Row, grid: Columns, router: Router) -> None:
    """Put a row's symbols one below the other: the start, the step, the end."""
    step = spec.step(row.step)
    decision = exits_of(step).is_decision
    height = measures.DIAMOND_HEIGHT if decision else measures.BOX_HEIGHT
    x = grid.centre(spec.pelaksana.index(step.pelaksana))
    y = row.y + measures.ABOVE + (row.height - symbol_room(step)) / 2
    if step.no == 1:
        start = _capsule(x, y, "Mulai", step.no)
        page.symbols.append(start)
        y += measures.CAPSULE_ROOM
        page.lines.append(Line(((x, start.place.bottom), (x, y)), 0, step.no))
    place = Rect(x - grid.symbol_width / 2, y, grid.symbol_width, height)
    page.symbols.append(Symbol(DIAMOND if decision else BOX, place, "", step.no))
    router.stops[step.no] = Stop(page, row.y, place, step.no == 1)
    if is_end(spec, step.no):
        y = place.bottom + measures.CAPSULE_ROOM - measures.CAPSULE[1]
        router.ends[step.no] = _capsule(x, y, "Selesai", step.no)
        page.symbols.append(router.ends[step.no])


def _capsule(x: float, y: float, text: str, step: int) -> Symbol:
    width, height = measures.CAPSULE
    return Symbol(CAPSULE, Rect(x - width / 2, y, width, height), text, step)
