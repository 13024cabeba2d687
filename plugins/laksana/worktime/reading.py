"""Reads the calendar's two files, ``jam-kerja.yaml`` and ``libur.yaml``; unknown keys and odd hours are refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from laksana.errors import WorktimeError
from laksana.worktime.days_off import Changes

Span = tuple[timedelta, timedelta]
"""A stretch of work: from and until, counted from midnight."""

_WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_CLOCK = re.compile(r"([01]\d|2[0-3])[.:]([0-5]\d)", re.ASCII)


@dataclass(frozen=True)
class HoursRow:
    """One row of the table of working hours."""

    name: str
    """What the row is called, e.g. ``Ramadan 1448 H``."""
    first: date
    """First day on which it holds."""
    last: date
    """Last day on which it holds."""
    spans: tuple[tuple[Span, ...], ...]
    """Stretches of work, Monday first; an empty one is a day off."""

    def covers(self, day: date) -> bool:
        """Tell whether the row holds on that day."""
        return self.first <= day <= self.last


def read_hours(path: Path) -> tuple[ZoneInfo, tuple[HoursRow, ...]]:
    """Read the time zone and the table of working hours.

    Raises:
        WorktimeError: the file is missing or wrong; the message names the row and the key.
    """
    data = _read(path, required={"zona_waktu", "jam_kerja"})
    try:
        zone = ZoneInfo(str(data["zona_waktu"]))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise WorktimeError(
            f"{path}: zona_waktu: unknown time zone {data['zona_waktu']!r} (e.g. Asia/Jakarta)"
        ) from error
    rows = data["jam_kerja"]
    if not isinstance(rows, list) or not rows:
        raise WorktimeError(f"{path}: jam_kerja: must be a list of at least one row")
    return zone, tuple(_hours_row(row, f"{path}: jam_kerja[{index}]") for index, row in enumerate(rows))


def read_changes(path: Path) -> Changes:
    """Read the office's own changes to the days off; no file means no changes.

    Raises:
        WorktimeError: the file is wrong; the message names the entry and the key.
    """
    if not path.exists():
        return Changes()
    data = _read(path, required=set(), optional={"tambah", "hapus", "tahun_tanpa_cuti_bersama"})
    added: dict[date, str] = {}
    removed: dict[date, str] = {}
    complete = set(_years(data.get("tahun_tanpa_cuti_bersama") or [], f"{path}: tahun_tanpa_cuti_bersama"))
    for index, entry in enumerate(data.get("tambah") or []):
        where = f"{path}: tambah[{index}]"
        _keys(entry, where, required={"tanggal", "nama", "jenis"}, optional={"dasar"})
        if entry["jenis"] not in {"libur", "cuti_bersama"}:
            raise WorktimeError(f"{where}.jenis: {entry['jenis']!r} (allowed: libur, cuti_bersama)")
        day = _date(entry["tanggal"], f"{where}.tanggal")
        added[day] = str(entry["nama"])
        if entry["jenis"] == "cuti_bersama":
            complete.add(day.year)
    for index, entry in enumerate(data.get("hapus") or []):
        where = f"{path}: hapus[{index}]"
        _keys(entry, where, required={"tanggal", "alasan"}, optional={"dasar"})
        removed[_date(entry["tanggal"], f"{where}.tanggal")] = str(entry["alasan"])
    both = sorted(added.keys() & removed.keys())
    if both:
        raise WorktimeError(f"{path}: {both[0]} stands under both tambah and hapus; keep one")
    return Changes(added, removed, frozenset(complete))


def _read(path: Path, *, required: set[str], optional: set[str] | None = None) -> dict[str, Any]:
    """Read a YAML mapping and check its keys."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorktimeError(f"{path}: calendar file can't be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WorktimeError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    _keys({} if data is None else data, str(path), required=required, optional=optional or set())
    return dict(data or {})


def _keys(data: object, where: str, *, required: set[str], optional: set[str]) -> None:
    """Refuse what is no mapping, lacks a key or has an unknown one."""
    if not isinstance(data, Mapping):
        raise WorktimeError(f"{where}: must be a mapping with the keys {', '.join(sorted(required | optional))}")
    missing = required - set(data)
    unknown = set(data) - required - optional
    if missing:
        raise WorktimeError(f"{where}: key {min(missing)!r} is missing")
    if unknown:
        allowed = ", ".join(sorted(required | optional))
        raise WorktimeError(f"{where}: unknown key {min(map(str, unknown))!r} (allowed: {allowed})")


def _hours_row(row: object, where: str) -> HoursRow:
    """Turn one row of the table into a model."""
    _keys(row, where, required={"nama", "hari"}, optional={"dasar", "mulai", "sampai"})
    values: Mapping[str, Any] = row  # type: ignore[assignment]  # _keys refused anything but a mapping
    week = values["hari"]
    _keys(week, f"{where}.hari", required=set(), optional=set(_WEEKDAYS))
    first = _date(values["mulai"], f"{where}.mulai") if values.get("mulai") else date.min
    last = _date(values["sampai"], f"{where}.sampai") if values.get("sampai") else date.max
    if last < first:
        raise WorktimeError(f"{where}: sampai {last} lies before mulai {first}")
    spans = tuple(_day(week[name], f"{where}.hari.{name}") if name in week else () for name in _WEEKDAYS)
    if not any(spans):
        raise WorktimeError(f"{where}.hari: no working day at all")
    return HoursRow(str(values["nama"]), first, last, spans)


def _day(entry: object, where: str) -> tuple[Span, ...]:
    """Turn one day's hours into stretches of work."""
    _keys(entry, where, required={"masuk", "pulang"}, optional={"istirahat"})
    values: Mapping[str, Any] = entry  # type: ignore[assignment]  # _keys refused anything but a mapping
    start, end = _clock(values["masuk"], f"{where}.masuk"), _clock(values["pulang"], f"{where}.pulang")
    if not start < end:
        raise WorktimeError(f"{where}: pulang must be later than masuk")
    if "istirahat" not in values:
        return ((start, end),)
    parts = str(values["istirahat"]).split("-")
    if len(parts) != 2:  # noqa: PLR2004  # from and until
        raise WorktimeError(f'{where}.istirahat: {values["istirahat"]!r} (allowed: "12.00-13.00")')
    away, back = (_clock(part.strip(), f"{where}.istirahat") for part in parts)
    if not start < away < back < end:
        raise WorktimeError(f"{where}.istirahat: must lie within masuk and pulang")
    return ((start, away), (back, end))


def _clock(value: object, where: str) -> timedelta:
    """Read a clock time such as ``"07.30"``."""
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise WorktimeError(f'{where}: {value!r} is no clock time (write it in quotes, like "07.30")')
    return timedelta(hours=int(found[1]), minutes=int(found[2]))


def _date(value: object, where: str) -> date:
    """Accept what YAML reads as a date, and nothing else."""
    if type(value) is not date:
        raise WorktimeError(f"{where}: {value!r} is no date (write it like 2026-03-20)")
    return value


def _years(value: object, where: str) -> list[int]:
    """Accept a list of years."""
    if not isinstance(value, list) or any(type(year) is not int for year in value):
        raise WorktimeError(f"{where}: must be a list of years, like [2031]")
    return value
