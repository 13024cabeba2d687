"""Reports of the routine SOPs as data and as PDF: what was seen, what was done, what is left, with small charts.

Long rounds stay readable: the tables hold what is not in order, and of the rest there is one compact list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from laksana.documents.dates import indonesian_date
from laksana.documents.letters import post_of
from laksana.documents.office import read_office
from laksana.documents.rendering import compile_template
from laksana.records import Person

TEMPLATE = "laporan-rutin.typ"
LONGEST_TABLE = 60
"""Rows that a table shows; the number of those left out stands below it."""
MOST_BARS = 24
MOST_CURVES = 12
_KIB = 1024
_MINUTES_A_DAY = 1440


@dataclass(frozen=True)
class Table:
    """One table of a report."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    """One line below it."""
    widths: tuple[float, ...] = ()
    """Shares of the columns; equal where it is empty."""


@dataclass(frozen=True)
class Bar:
    """One bar of a chart."""

    label: str
    value: float
    over: bool
    """True where it lies beyond the limit."""
    shown: str
    """The value in words."""


@dataclass(frozen=True)
class BarChart:
    """Bars against a limit."""

    title: str
    bars: tuple[Bar, ...]
    limit: float
    limit_label: str


@dataclass(frozen=True)
class Curve:
    """Use of one service over time."""

    label: str
    points: tuple[tuple[float, float], ...]
    """Days since the first point, percent; at least one."""


@dataclass(frozen=True)
class RoutineReport:
    """All that a report says; plain text, never markup."""

    title: str
    ticket: str
    at: datetime
    """When it was drafted, in the office's time."""
    summary: tuple[tuple[str, str], ...]
    """One glance: label and value."""
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    ages: BarChart | None = None
    """Age of the backups against the SOP's threshold."""
    uses: tuple[Curve, ...] = ()
    """Use over time of the fullest services."""
    use_limit: float = 0
    in_order: tuple[str, ...] = ()
    """Names of what nothing is to be said about."""
    attachments: tuple[tuple[str, str], ...] = ()
    """Label and address."""
    performer: Person | None = None
    validator: Person | None = None
    """Who validated it; nothing while it is a draft."""
    validated_on: str = ""


def render_routine_report(report: RoutineReport, *, letters_dir: Path) -> bytes:
    """Render a report as PDF/A; without a validator it is marked as a draft.

    Raises:
        DocumentError: the template or its data can't be rendered.
    """
    office = read_office(letters_dir)
    data = {
        "judul": report.title, "tiket": report.ticket, "draf": report.validator is None,
        "huruf": list(office.fonts),
        "kop": {
            "pemerintah": office.government, "perangkat_daerah": office.agency, "alamat": list(office.address),
            "lambang": office.emblem,
        },
        "waktu": f"{indonesian_date(report.at.date())} pukul {report.at:%H.%M}",
        "ringkasan": [list(row) for row in report.summary],
        "paragraf": list(report.paragraphs),
        "tabel": [_table(table) for table in report.tables if table.rows],
        "umur": _bars(report.ages) if report.ages and report.ages.bars else None,
        "pemakaian": [_curve(curve, report.use_limit) for curve in report.uses[:MOST_CURVES]],
        "pemakaian_lainnya": _others(len(report.uses) - MOST_CURVES, "semuanya tidak lebih penuh"),
        "batas_pemakaian": report.use_limit,
        "baik": list(report.in_order),
        "lampiran": [list(item) for item in report.attachments],
        "tempat_tanggal": f"{office.place}, {indonesian_date(report.at.date())}",
        "penyusun": _signature(report.performer),
        "pemeriksa": _signature(report.validator),
        "divalidasi": report.validated_on,
    }  # fmt: skip
    return compile_template(
        letters_dir, TEMPLATE, {"laporan": data}, at=report.at.astimezone(UTC).replace(microsecond=0)
    )


def bytes_in_words(size: int) -> str:
    """Return a size as people write it: ``1,2 GB``."""
    value, units = float(size), ["B", "KB", "MB", "GB", "TB"]
    while round(value) >= _KIB and len(units) > 1:
        value, units = value / _KIB, units[1:]
    text = f"{value:.0f}" if value >= 10 or units[0] == "B" else f"{value:.1f}"  # noqa: PLR2004  # two digits are enough
    return f"{text.replace('.', ',')} {units[0]}"


def duration_in_words(minutes: int) -> str:
    """Return a length of time as people say it: ``2 jam 5 menit``."""
    days, rest = divmod(max(minutes, 0), _MINUTES_A_DAY)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "hari"), (hours, "jam"), (minutes, "menit")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "kurang dari 1 menit"


def _table(table: Table) -> dict[str, Any]:
    """Cut a table where it grows too long; what is left out is named below it, for a paper must not hide a fault."""
    left_out = [row[0] for row in table.rows[LONGEST_TABLE:]]
    more = f"Dan {len(left_out)} lainnya. Yaitu {', '.join(left_out)}." if left_out else ""
    return {
        "judul": table.title, "kepala": list(table.head), "baris": [list(row) for row in table.rows[:LONGEST_TABLE]],
        "catatan": f"{more} {table.note}".strip(), "lebar": list(table.widths) or [1.0] * len(table.head),
    }  # fmt: skip


def _bars(chart: BarChart) -> dict[str, Any]:
    """Lay the longest bars out as shares of the chart's width."""
    longest = max([chart.limit, *(bar.value for bar in chart.bars)]) * 1.1 or 1.0
    worst = sorted(chart.bars, key=lambda bar: -bar.value)[:MOST_BARS]
    bars = [{"nama": bar.label, "bagian": bar.value / longest, "lewat": bar.over, "nilai": bar.shown} for bar in worst]
    return {
        "judul": chart.title, "balok": bars, "batas": chart.limit / longest, "nama_batas": chart.limit_label,
        "lainnya": _others(len(chart.bars) - MOST_BARS, "semuanya tidak lebih tua"),
    }  # fmt: skip


def _curve(curve: Curve, limit: float) -> dict[str, Any]:
    """Give a curve its caption: how full it is, and how full it was when it was first seen."""
    (_, first), (days, percent) = curve.points[0], curve.points[-1]
    since = f"{days:.0f} hari lalu" if round(days) else "hari ini"
    return {
        "nama": curve.label, "titik": [list(point) for point in curve.points], "nilai": f"{percent:.0f} %",
        "dulu": f"{since}: {first:.0f} %" if len(curve.points) > 1 else "baru sekali dilihat",
        "lewat": percent > limit,
    }  # fmt: skip


def _others(count: int, what: str) -> str:
    """Say how many a chart leaves out."""
    return f"Dan {count} lainnya, {what}." if count > 0 else ""


def _signature(person: Person | None) -> dict[str, str] | None:
    """Return post, name and number of who signs."""
    if person is None:
        return None
    nip = f"NIP {person.nip}" if person.nip else ""
    return {"jabatan": post_of(person), "nama": person.name, "keterangan": nip}
