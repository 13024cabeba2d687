"""The sheet as files: identity page and flowchart, as PDF, SVG or PNG, out of one layout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from laksana.sheets import measures
from laksana.sheets.chart import chart_of
from laksana.sheets.layout import Chart, Page, Rect, Row
from laksana.sheets.measures import Columns, columns
from laksana.sheets.pages import row_texts
from laksana.spec.model import Spec
from laksana.typesetting import ask, typeset_pages, typeset_pdf

_HERE = Path(__file__).parent
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
_HEADS = ("No", "Kegiatan", "Kelengkapan", "Waktu", "Output", "Keterangan")
_GAP_BETWEEN_PAGES = 20.0
_CENTRED = frozenset({"No", "Waktu"})
_SIZE = re.compile(rb'<svg[^>]*?width="([\d.]+)pt" height="([\d.]+)pt"')


@dataclass(frozen=True)
class Letterhead:
    """What the sheet needs of the office besides the SOP."""

    root: Path
    """Folder of the office's templates, in which its emblem and fonts lie."""
    government: str
    agency: str
    fonts: tuple[str, ...]
    emblem: str = ""
    """File name of the emblem in ``root``; empty for none."""


def sheet_pdf(spec: Spec, head: Letterhead) -> bytes:
    """Return the sheet as PDF/A of vectors and text: the identity page, then the flowchart (PermenPAN-RB 35/2012).

    Raises:
        DocumentError: the emblem is missing or a font can't be used.
    """
    return typeset_pdf(_template("sheet"), head.root, {"sop": _data(spec, head)}, at=_moment(spec))


def sheet_pngs(spec: Spec, head: Letterhead, *, dpi: float = 100.0) -> list[bytes]:
    """Return the sheet's pages as pictures."""
    return typeset_pages(_template("sheet"), head.root, {"sop": _data(spec, head)}, as_="png", dpi=dpi)


def flowchart_svg(spec: Spec, head: Letterhead) -> bytes:
    """Return the flowchart as one SVG, its pages one under another."""
    data = {**_data(spec, head), "identitas": False}
    return _stacked(typeset_pages(_template("sheet"), head.root, {"sop": data}, as_="svg"))


def measured_chart(spec: Spec, head: Letterhead) -> tuple[Chart, list[float]]:
    """Return the flowchart's layout, and the height in millimetres of the highest text of each row."""
    widths = [width - 2 * measures.PADDING for _, width in columns(len(spec.pelaksana)).edges]
    rows = [list(zip(row_texts(spec, step), widths, strict=True)) for step in spec.langkah]
    asked = {"huruf": list(head.fonts), "ukuran": measures.TEXT_SIZE, "baris": rows}
    heights = ask(_template("measure"), head.root, {"teks": asked}, "<tinggi>")
    highest = [max(row) for row in heights]
    return chart_of(spec, highest), highest


def _template(name: str) -> bytes:
    return (_HERE / f"{name}.typ").read_bytes()


def _moment(spec: Spec) -> datetime:
    """Return the date of the sheet's last change, which the file carries as its own."""
    day = date.fromisoformat(spec.identity["tanggal_revisi"] or spec.identity["tanggal_pembuatan"])
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _data(spec: Spec, head: Letterhead) -> dict[str, Any]:
    """Lay the sheet out in the template's words."""
    identity = spec.identity
    chart, _ = measured_chart(spec, head)
    grid = columns(len(spec.pelaksana))
    unit = str(identity["penerbit"]).partition(", ")[2]
    return {
        "huruf": list(head.fonts), "lambang": head.emblem, "instansi": head.agency, "identitas": True,
        "kop": [head.government, head.agency, *([unit.upper()] if unit else [])],
        "nomor": spec.nomor, "judul": spec.judul, "pengesah": identity["disahkan_oleh"],
        "tanggal": [_day(identity[key]) for key in ("tanggal_pembuatan", "tanggal_revisi", "tanggal_efektif")],
        "tujuan": identity["tujuan"], "dasar_hukum": identity["dasar_hukum"], "keterkaitan": identity["keterkaitan"],
        "kualifikasi": identity["kualifikasi_pelaksana"], "peralatan": identity["peralatan"],
        "peringatan": identity["peringatan"], "pencatatan": identity["pencatatan"],
        "halaman": [_page(spec, chart, page, grid) for page in chart.pages],
    }  # fmt: skip


def _day(text: str | None) -> str:
    if not text:
        return ""
    day = date.fromisoformat(text)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _page(spec: Spec, chart: Chart, page: Page, grid: Columns) -> dict[str, Any]:
    boxes: list[dict[str, float]] = []
    cells = [*_title(spec, chart, page), *_head(chart, page, grid, boxes)]
    spans = [*grid.edges[:2], *((x, grid.lane_width) for x in grid.lanes), *grid.edges[2:]]
    for x, width in spans:
        boxes.append(_box(x, page.top, width, page.bottom - page.top))
    for row in page.rows:
        boxes.append(_box(measures.MARGIN, row.y, measures.WIDTH - 2 * measures.MARGIN, row.height))
        cells += _row(row, grid)
    return {
        "kotak": boxes, "sel": cells,
        "jalur": [{"titik": [list(point) for point in line.points]} for line in page.lines],
        "simbol": [{"jenis": item.kind, "teks": item.text, **_placed(item.place)} for item in page.symbols],
        "label": [{"teks": item.text, **_placed(item.place)} for item in page.labels],
    }  # fmt: skip


def _title(spec: Spec, chart: Chart, page: Page) -> list[dict[str, Any]]:
    """Name SOP and page above and below the table."""
    width = measures.WIDTH - 2 * measures.MARGIN
    foot = f"{spec.nomor}  ·  Bagan alir halaman {page.number} dari {len(chart.pages)}"
    below = measures.HEIGHT - measures.MARGIN - measures.NOTE
    return [
        _cell(spec.judul, measures.MARGIN, measures.MARGIN, width, measures.TITLE, size=11.0, bold=True),
        _cell(foot, measures.MARGIN, below, width, measures.NOTE, size=7.5),
    ]


def _head(chart: Chart, page: Page, grid: Columns, boxes: list[dict[str, float]]) -> list[dict[str, Any]]:
    """Draw the table's head: performers under one head, and what the standard calls Mutu Baku under another."""
    top, (upper, lower) = page.top - sum(measures.HEAD), measures.HEAD
    lanes_width = grid.lane_width * len(chart.lanes)
    quality_x = grid.edges[2][0]
    quality_width = grid.edges[-1][0] + grid.edges[-1][1] - quality_x
    spans = [(name, x, top, width, upper + lower) for name, (x, width) in zip(_HEADS[:2], grid.edges, strict=False)]
    spans += [
        ("Pelaksana", grid.lanes[0], top, lanes_width, upper),
        ("Mutu Baku", quality_x, top, quality_width, upper),
    ]
    spans += [(name, x, top + upper, grid.lane_width, lower) for name, x in zip(chart.lanes, grid.lanes, strict=True)]
    spans += [(name, x, top + upper, width, lower) for name, (x, width) in zip(_HEADS[2:], grid.edges[2:], strict=True)]
    boxes += [_box(x, y, width, height) for _, x, y, width, height in spans]
    return [_cell(name, x, y, width, height, size=8.0, bold=True) for name, x, y, width, height in spans]


def _row(row: Row, grid: Columns) -> list[dict[str, Any]]:
    cells = []
    for name, text, (x, width) in zip(_HEADS, row.texts, grid.edges, strict=True):
        centred = name in _CENTRED
        cells.append(
            _cell(text, x, row.y, width, row.height, size=measures.TEXT_SIZE, centred=centred, padding=measures.PADDING)
        )
    return cells


def _cell(  # noqa: PLR0913  # all but the place are keywords
    text: str, x: float, y: float, width: float, height: float, *, size: float, bold: bool = False,
    centred: bool = True, padding: float = 0.6,
) -> dict[str, Any]:  # fmt: skip
    return {
        **_box(x, y, width, height), "teks": text, "ukuran": size, "berat": "bold" if bold else "regular",
        "rata": "tengah" if centred else "kiri", "tegak": "tengah", "tepi": padding,
    }  # fmt: skip


def _placed(place: Rect) -> dict[str, float]:
    return _box(place.x, place.y, place.width, place.height)


def _box(x: float, y: float, width: float, height: float) -> dict[str, float]:
    return {"x": round(x, 3), "y": round(y, 3), "w": round(width, 3), "h": round(height, 3)}


def _stacked(pages: Sequence[bytes]) -> bytes:
    """Put pages one under another in one picture."""
    sizes = [(float(found[1]), float(found[2])) for page in pages if (found := _SIZE.search(page))]
    width = max(size[0] for size in sizes)
    height = sum(size[1] for size in sizes) + _GAP_BETWEEN_PAGES * (len(sizes) - 1)
    parts, y = [], 0.0
    for page, size in zip(pages, sizes, strict=True):
        parts.append(page.strip().replace(b"<svg", f'<svg x="0" y="{y:g}"'.encode(), 1))
        y += size[1] + _GAP_BETWEEN_PAGES
    opening = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">\n'
    )
    return opening.encode() + b"\n".join(parts) + b"\n</svg>\n"
