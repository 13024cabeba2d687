"""Due times and elapsed working minutes on a calendar; naive times are refused, and nothing here knows what time it is.

Working time is half open: 12.00 sharp belongs to the break, 16.00 sharp to the evening. A start outside working time
counts from the next working moment. A due time in minutes may fall on the very end of a stretch (16.00).
``N Hari`` is due at the same clock time N working days later, word for word: where that clock time lies outside the
due day's hours (a Friday 06.45 start is due Monday 06.45, before opening; 11.45 may fall into Friday's break), it is
left as it is. No working minute lies between it and the nearest working moment on either side, so that whether
work is late does not depend on it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from laksana.errors import WorktimeError
from laksana.worktime.duration import Duration, Unit
from laksana.worktime.hours import WorkCalendar

_DAY = timedelta(days=1)
_SEARCH_DAYS = 400
"""How far to look for the next working day before calling the calendar wrong."""


def due(start: datetime, duration: Duration, calendar: WorkCalendar) -> datetime:
    """Return when work that can start at ``start`` must be done, in the office's time zone.

    Raises:
        WorktimeError: ``start`` has no time zone, or the calendar holds no working time.
    """
    day, clock = _next_working(*_split(start, calendar, "start"), calendar)
    try:
        if duration.unit is Unit.DAY:
            for _ in range(duration.value):
                day = _next_working_day(day + _DAY, calendar)
        else:
            day, clock = _consume(day, clock, timedelta(minutes=duration.minutes), calendar)
    except OverflowError as error:
        raise WorktimeError(f"due: {duration} after {start.isoformat()} lies beyond the year 9999") from error
    return _join(day, clock, calendar)


def working_minutes(start: datetime, end: datetime, calendar: WorkCalendar) -> float:
    """Return the working minutes from ``start`` to ``end``.

    Raises:
        WorktimeError: one of them has no time zone, or ``end`` lies before ``start``.
    """
    first, first_clock = _split(start, calendar, "start")
    last, last_clock = _split(end, calendar, "end")
    if (last, last_clock) < (first, first_clock):
        raise WorktimeError(f"elapsed: end {end.isoformat()} lies before start {start.isoformat()}")
    if first == last:
        return _minutes(_worked(first, first_clock, last_clock, calendar))
    total = _worked(first, first_clock, _DAY, calendar) + _worked(last, timedelta(), last_clock, calendar)
    for ordinal in range(first.toordinal() + 1, last.toordinal()):
        total += calendar.working_length(date.fromordinal(ordinal))
    return _minutes(total)


def next_working_moment(moment: datetime, calendar: WorkCalendar) -> datetime:
    """Return the moment itself where it is working time, else the start of the next stretch of work.

    Raises:
        WorktimeError: ``moment`` has no time zone, or the calendar holds no working time.
    """
    return _join(*_next_working(*_split(moment, calendar, "moment"), calendar), calendar)


def _split(moment: datetime, calendar: WorkCalendar, name: str) -> tuple[date, timedelta]:
    """Return day and clock time in the office's zone."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise WorktimeError(f"{name} {moment.isoformat()} has no time zone (write it like 2026-03-02T08:00:00+07:00)")
    local = moment.astimezone(calendar.zone).replace(tzinfo=None)
    return local.date(), local - datetime.combine(local.date(), time.min)


def _join(day: date, clock: timedelta, calendar: WorkCalendar) -> datetime:
    """Put day and clock time together in the office's zone."""
    return datetime.combine(day, time.min, tzinfo=calendar.zone) + clock


def _next_working_day(day: date, calendar: WorkCalendar) -> date:
    """Return the day itself where the office works, else the next one on which it does."""
    for _ in range(_SEARCH_DAYS):
        if calendar.is_working_day(day):
            return day
        day += _DAY
    raise WorktimeError(f"calendar: no working day in the {_SEARCH_DAYS} days before {day}; mend libur.yaml")


def _next_working(day: date, clock: timedelta, calendar: WorkCalendar) -> tuple[date, timedelta]:
    """Return day and clock time of the first working moment that is not earlier."""
    for start, end in calendar.spans(day):
        if clock < end:
            return day, max(clock, start)
    day = _next_working_day(day + _DAY, calendar)
    return day, calendar.spans(day)[0][0]


def _consume(day: date, clock: timedelta, left: timedelta, calendar: WorkCalendar) -> tuple[date, timedelta]:
    """Walk forward over working time until nothing is left."""
    while True:
        for start, end in calendar.spans(day):
            begin = max(clock, start)
            if begin >= end:
                continue
            if left <= end - begin:
                return day, begin + left
            left -= end - begin
        day, clock = _next_working_day(day + _DAY, calendar), timedelta()


def _worked(day: date, begin: timedelta, end: timedelta, calendar: WorkCalendar) -> timedelta:
    """Return the working time of a day between two clock times."""
    parts = (min(end, until) - max(begin, since) for since, until in calendar.spans(day))
    return sum((part for part in parts if part > timedelta()), timedelta())


def _minutes(length: timedelta) -> float:
    """Return a length in minutes."""
    return length / timedelta(minutes=1)
