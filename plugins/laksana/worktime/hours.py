"""The office's calendar: which stretches of a day are working time; it knows no clock and counts nothing."""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from laksana.errors import WorktimeError
from laksana.worktime import days_off
from laksana.worktime.days_off import Changes
from laksana.worktime.reading import HoursRow, Span, read_changes, read_hours

_log = logging.getLogger(__name__)


class Interval(NamedTuple):
    """A stretch of working time; the end does not belong to it."""

    start: datetime
    end: datetime


class WorkCalendar:
    """Working hours with days off; days are worked out when first asked for and kept.

    A year whose cuti bersama is not known yet counts with its public holidays alone, so that a running case never
    stops because of a missing decree; ``provisional_years`` names such years and ``require_complete`` refuses them.
    """

    def __init__(self, zone: ZoneInfo, rows: tuple[HoursRow, ...], changes: Changes) -> None:
        """Keep the table; ``rows`` are in the file's order, the last one that covers a day wins."""
        self.zone = zone
        self._rows = rows
        self._changes = changes
        self._days: dict[date, tuple[Span, ...]] = {}
        self._provisional: set[int] = set()

    @classmethod
    def load(cls, directory: Path) -> WorkCalendar:
        """Read ``jam-kerja.yaml`` and, where there is one, ``libur.yaml`` of a folder.

        Raises:
            WorktimeError: a file is missing or wrong.
        """
        zone, rows = read_hours(directory / "jam-kerja.yaml")
        return cls(zone, rows, read_changes(directory / "libur.yaml"))

    def spans(self, day: date) -> tuple[Span, ...]:
        """Return the stretches of work of a day, counted from midnight; empty for a day off."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._work_out(day)
        return found

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """Return the stretches of work of a day in the office's time zone; empty for a day off."""
        midnight = datetime.combine(day, time.min, tzinfo=self.zone)
        return tuple(Interval(midnight + start, midnight + end) for start, end in self.spans(day))

    def is_working_day(self, day: date) -> bool:
        """Tell whether the office works on that day."""
        return bool(self.spans(day))

    def day_off_name(self, day: date) -> str:
        """Return the holiday's name in Bahasa Indonesia, or an empty text where the day is none."""
        return days_off.reason(day, self._changes)

    def working_length(self, day: date) -> timedelta:
        """Return how long the office works on that day."""
        return sum((end - start for start, end in self.spans(day)), timedelta())

    def provisional_years(self) -> tuple[int, ...]:
        """Return the years used so far whose cuti bersama is not known."""
        return tuple(sorted(self._provisional))

    def require_complete(self, first: int, last: int) -> None:
        """Refuse years whose cuti bersama is not known; for builds and checks, not for running cases.

        Raises:
            WorktimeError: names the years and the mend.
        """
        missing = [str(year) for year in range(first, last + 1) if not days_off.is_complete(year, self._changes)]
        if missing:
            raise WorktimeError(
                f"calendar: no cuti bersama known for {', '.join(missing)}; update the package `holidays`, "
                "add the days to libur.yaml (tambah, jenis: cuti_bersama), "
                "or list the year under tahun_tanpa_cuti_bersama"
            )

    def _work_out(self, day: date) -> tuple[Span, ...]:
        """Look one day up in the table and the days off."""
        row = next((row for row in reversed(self._rows) if row.covers(day)), None)
        if row is None:
            raise WorktimeError(f"calendar: no row of jam-kerja.yaml covers {day}; add one, or leave out its dates")
        self._note_year(day.year)
        spans = row.spans[day.weekday()]
        return () if spans and days_off.reason(day, self._changes) else spans

    def _note_year(self, year: int) -> None:
        """Say once that a year's cuti bersama is not known."""
        if year not in self._provisional and not days_off.is_complete(year, self._changes):
            self._provisional.add(year)
            _log.warning("calendar: no cuti bersama known for %s; due times of that year are provisional", year)
