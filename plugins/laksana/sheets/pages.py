"""Rows to pages: no row is split, and between two pages there is a strip for connectors on either. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from laksana.sheets import measures
from laksana.sheets.layout import Page, Row
from laksana.sheets.outcomes import exits_of, remarks
from laksana.spec.model import SELESAI, Spec, Step


def row_texts(spec: Spec, step: Step) -> tuple[str, ...]:
    """Return what stands in a step's row: No, Kegiatan, Kelengkapan, Waktu, Output, Keterangan."""
    inputs = "\n".join(item.nama for item in step.kelengkapan)
    return str(step.no), step.kegiatan, inputs, step.waktu, "\n".join(step.output), remarks(spec, step)


def symbol_room(step: Step) -> float:
    """Return the height that a step's symbols need, capsules included."""
    exits = exits_of(step)
    height = measures.DIAMOND_HEIGHT if exits.is_decision else measures.BOX_HEIGHT
    ends = any(edge.ke == SELESAI for _, edge in exits.drawn)
    capsules = measures.CAPSULE_ROOM * ((step.no == 1) + ends)
    return measures.ABOVE + height + measures.BELOW + capsules


def paged(spec: Spec, text_heights: Sequence[float]) -> tuple[Page, ...]:
    """Lay the rows out on pages.

    Args:
        spec: the SOP.
        text_heights: height of the highest text of each step's row, in millimetres.
    """
    heights = [
        max(symbol_room(step), text + 2 * measures.PADDING)
        for step, text in zip(spec.langkah, text_heights, strict=True)
    ]
    first = measures.MARGIN + measures.TITLE + sum(measures.HEAD)
    last = measures.HEIGHT - measures.MARGIN - measures.NOTE
    pages = [Page(1, top=first)]
    y = first
    for step, height in zip(spec.langkah, heights, strict=True):
        to_come = sum(heights[step.no :])
        room = last if y + height + to_come <= last else last - measures.BAND
        if y + height > room and pages[-1].rows:
            pages[-1].bottom = y + measures.BAND
            pages.append(Page(len(pages) + 1, top=first))
            y = first + measures.BAND
        pages[-1].rows.append(Row(step.no, y, height, row_texts(spec, step)))
        y += height
    pages[-1].bottom = y
    return tuple(pages)
