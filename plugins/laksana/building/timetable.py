"""When the calendar starts an SOP: at a time of each working day, or of a month's or quarter's first; missed, once.

Airflow keeps the next run's time in its database. After the machine was off, that old run is made first (its scheduler
was quicker than the files) or the time is worked out anew first (the files were quicker). Both give one run: a run
covers the time up to when it was made, and of several times that nobody covered only the newest is made up for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import pendulum
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

from laksana.errors import SettingsError
from laksana.settings import current
from laksana.worktime.hours import WorkCalendar

EVERY_MONTH = range(1, 13)
QUARTERS = (1, 4, 7, 10)
"""Months in which a quarter begins."""
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])", re.ASCII)
_FARTHEST = 400
"""Days within which there must be a working day."""


def read_time(text: str) -> time:
    """Read a time of the day as settings give it, ``07.30`` or ``07:30``.

    Raises:
        SettingsError: it is none.
    """
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise SettingsError(f"time of the day {text!r}: allowed are 00.00 to 23.59, e.g. 07.30, or nothing for never")
    return time(int(found[1]), int(found[2]))


def next_time(  # noqa: PLR0913  # all but two are keywords
    calendar: WorkCalendar,
    at: time,
    *,
    first_of_month: bool,
    covered_until: datetime | None,
    now: datetime,
    months: Collection[int] = EVERY_MONTH,
) -> datetime | None:
    """Return when the next run is due: what was missed last, else the next time to come.

    Args:
        calendar: the office's working days.
        at: time of the day in the calendar's zone.
        first_of_month: only a month's first working day counts.
        covered_until: up to when earlier runs have looked; nothing before the first run of all, which makes up for
            today alone: a machine that is switched on after that time each day would else never have a first run.
        now: the time.
        months: months that have runs, 1 to 12.
    """
    missed = None
    midnight = datetime.combine(now.astimezone(calendar.zone).date(), time.min, tzinfo=calendar.zone)
    after = covered_until or midnight
    for moment in _times(calendar, at, first_of_month=first_of_month, after=after, now=now):
        if moment.month not in months:
            continue
        if moment > now:
            return missed or moment
        missed = moment
    return missed


def _times(
    calendar: WorkCalendar, at: time, *, first_of_month: bool, after: datetime, now: datetime
) -> Iterator[datetime]:
    """Yield the times after a moment, to a year past it or past now, whichever is later."""
    day = after.astimezone(calendar.zone).date()
    last = max(day, now.astimezone(calendar.zone).date()) + timedelta(days=_FARTHEST)
    while day <= last:
        moment = datetime.combine(day, at, tzinfo=calendar.zone)
        if moment > after and _counts(calendar, day, first_of_month=first_of_month):
            yield moment
        day += timedelta(days=1)


def _counts(calendar: WorkCalendar, day: date, *, first_of_month: bool) -> bool:
    """Tell whether a day is one on which runs are made."""
    if not calendar.is_working_day(day):
        return False
    earlier = (day.replace(day=number) for number in range(1, day.day))
    return not first_of_month or not any(calendar.is_working_day(other) for other in earlier)


class WorkdayTimetable(Timetable):  # type: ignore[misc]  # mypy does not follow Airflow
    """Airflow's view of ``next_time``."""

    def __init__(self, at: str, *, first_of_month: bool = False, first_of_quarter: bool = False) -> None:
        """Keep the time of the day, and of which days: each working day, or the first of a month or a quarter.

        Raises:
            SettingsError: it is none.
        """
        self._at = read_time(at)
        self._first_of_month = first_of_month or first_of_quarter
        self._first_of_quarter = first_of_quarter
        span = "triwulan" if first_of_quarter else "bulan"
        days = f"Hari kerja pertama tiap {span}" if self._first_of_month else "Setiap hari kerja"
        self.description = f"{days} pukul {self._at:%H.%M}"

    @property
    def summary(self) -> str:
        """What Airflow's pages show."""
        return self.description

    def serialize(self) -> dict[str, Any]:
        """Return what Airflow keeps of it."""
        return {
            "at": f"{self._at:%H.%M}", "first_of_month": self._first_of_month,
            "first_of_quarter": self._first_of_quarter,
        }  # fmt: skip

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> WorkdayTimetable:
        """Make it anew from what Airflow kept; an earlier version kept no quarters."""
        first_of_quarter = data.get("first_of_quarter", False)
        return cls(data["at"], first_of_month=data["first_of_month"], first_of_quarter=first_of_quarter)

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        """Return the interval of a run that a person starts: its own moment."""
        return DataInterval.exact(run_after)

    def run_info_from_dag_run(self, *, dag_run: Any) -> DagRunInfo:
        """Say what a run has covered: all up to when it was made, which may be days after it was due."""
        info = super().run_info_from_dag_run(dag_run=dag_run)
        made = dag_run.queued_at or info.run_after
        covered = DataInterval(info.run_after, max(info.run_after, pendulum.instance(made)))
        return info._replace(data_interval=covered)

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """Return the next run; see ``next_time``."""
        covered = last_automated_data_interval.end if last_automated_data_interval else None
        moment = next_time(
            self._calendar, self._at, first_of_month=self._first_of_month, covered_until=covered, now=datetime.now(UTC),
            months=QUARTERS if self._first_of_quarter else EVERY_MONTH,
        )  # fmt: skip
        if moment is None or (restriction.latest and moment > restriction.latest):
            return None
        return DagRunInfo.exact(pendulum.instance(moment.astimezone(UTC)))

    @cached_property
    def _calendar(self) -> WorkCalendar:
        return WorkCalendar.load(current().calendar_dir)
