"""The office's hours of an ordinary week in words, for the public; it knows no clock. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from laksana.worktime.hours import WorkCalendar

_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_WEEKS = 8
"""How far to look for a weekday that is no holiday."""


@dataclass(frozen=True)
class Hours:
    """When the office works in an ordinary week."""

    lines: tuple[str, ...] = ()
    """Like ``Senin-Kamis 07.30-12.00 dan 13.00-16.00``."""
    shortest_day: int = 0
    """Working minutes of its shortest day; 0 where they are not known."""


def office_hours(calendar: WorkCalendar, on: date) -> Hours:
    """Return the hours of an ordinary week from a day on; a holiday in it stands for no weekday."""
    spans: dict[int, tuple[tuple[timedelta, timedelta], ...]] = {}
    for day in (on + timedelta(days=number) for number in range(7 * _WEEKS)):
        if day.weekday() not in spans and calendar.is_working_day(day):
            spans[day.weekday()] = calendar.spans(day)
    groups: list[tuple[int, int]] = []
    for weekday in sorted(spans):
        if groups and groups[-1][1] == weekday - 1 and spans[weekday] == spans[groups[-1][0]]:
            groups[-1] = groups[-1][0], weekday
        else:
            groups.append((weekday, weekday))
    lengths = (sum((end - start for start, end in parts), timedelta()) for parts in spans.values())
    lines = tuple(f"{_days(*group)} {_clock_times(spans[group[0]])}" for group in groups)
    return Hours(lines, min((int(length / timedelta(minutes=1)) for length in lengths), default=0))


def _days(first: int, last: int) -> str:
    return _WEEKDAYS[first] if first == last else f"{_WEEKDAYS[first]}-{_WEEKDAYS[last]}"


def _clock_times(spans: tuple[tuple[timedelta, timedelta], ...]) -> str:
    return " dan ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def _clock(moment: timedelta) -> str:
    minutes = int(moment / timedelta(minutes=1))
    return f"{minutes // 60:02d}.{minutes % 60:02d}"
