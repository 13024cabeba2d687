"""Due times and elapsed minutes: examples worked by hand, laws that must always hold, and speed."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laksana.errors import WorktimeError
from laksana.worktime.duration import Duration, Unit, parse
from laksana.worktime.elapsed import due, next_working_moment, working_minutes
from laksana.worktime.hours import WorkCalendar

KALENDER = Path(__file__).resolve().parents[2] / "include" / "kalender"
OFFICE = WorkCalendar.load(KALENDER)
WIB = ZoneInfo("Asia/Jakarta")

moments = st.datetimes(datetime(2023, 1, 1), datetime(2027, 11, 30), timezones=st.just(WIB))  # noqa: DTZ001  # given zones
minutes = st.integers(1, 5000)
days = st.integers(1, 20)


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


@pytest.mark.parametrize(
    ("start", "waktu", "expected", "why"),
    [
        ("2026-11-02T08:00", "90 Menit", "2026-11-02T09:30", "within a morning"),
        ("2026-11-02T11:30", "60 Menit", "2026-11-02T13:30", "over the break"),
        ("2026-11-02T11:00", "60 Menit", "2026-11-02T12:00", "up to the very start of the break"),
        ("2026-11-02T12:20", "10 Menit", "2026-11-02T13:10", "started in the break"),
        ("2026-11-02T15:30", "60 Menit", "2026-11-03T08:00", "over night"),
        ("2026-11-02T15:00", "60 Menit", "2026-11-02T16:00", "up to closing"),
        ("2026-11-02T16:00", "1 Menit", "2026-11-03T07:31", "started at closing"),
        ("2026-11-02T05:00", "10 Menit", "2026-11-02T07:40", "started before opening"),
        ("2026-11-05T15:30", "60 Menit", "2026-11-06T07:00", "Friday opens at 06.30"),
        ("2026-11-06T11:00", "60 Menit", "2026-11-06T13:30", "Friday's break is from 11.30 to 13.00"),
        ("2026-11-06T15:00", "120 Menit", "2026-11-09T08:30", "over a weekend"),
        ("2026-11-07T10:00", "2 Jam", "2026-11-09T09:30", "started on a Saturday"),
        ("2026-11-02T07:30", "450 Menit", "2026-11-02T16:00", "a whole Monday"),
        ("2026-11-06T06:30", "480 Menit", "2026-11-06T16:00", "a whole Friday"),
        ("2026-11-02T07:30", "720 Menit", "2026-11-03T12:00", "a step longer than a day"),
        ("2026-03-17T15:30", "60 Menit", "2026-03-25T08:00", "Nyepi, Idul Fitri and cuti bersama, 18 to 24 March"),
        ("2026-12-23T15:30", "60 Menit", "2026-12-28T08:00", "cuti bersama and Natal, then a weekend"),
        ("2026-12-31T15:00", "120 Menit", "2027-01-04T08:30", "1 January 2027 is a Friday"),
        ("2026-11-02T09:15", "3 Hari", "2026-11-05T09:15", "days within a week"),
        ("2026-11-05T09:15", "1 Hari", "2026-11-06T09:15", "Thursday to Friday"),
        ("2026-11-06T14:00", "1 Hari", "2026-11-09T14:00", "Friday to Monday"),
        ("2026-11-06T14:00", "4 Hari", "2026-11-12T14:00", "days over a weekend"),
        ("2026-11-07T14:00", "1 Hari", "2026-11-10T07:30", "a Saturday start counts from Monday 07.30"),
        ("2026-11-02T17:00", "1 Hari", "2026-11-04T07:30", "an evening start counts from the next morning"),
        ("2026-11-02T12:30", "1 Hari", "2026-11-03T13:00", "a start in the break counts from its end"),
        ("2026-11-06T06:45", "1 Hari", "2026-11-09T06:45", "same clock time, though Monday opens later"),
        ("2026-11-05T11:45", "1 Hari", "2026-11-06T11:45", "same clock time, though in Friday's break"),
        ("2026-03-17T10:00", "2 Hari", "2026-03-26T10:00", "two days over Idul Fitri"),
        ("2026-12-30T10:00", "3 Hari", "2027-01-06T10:00", "over the year's end and Isra Mikraj"),
    ],
)
def test_due_time_worked_by_hand(start: str, waktu: str, expected: str, why: str) -> None:
    assert due(wib(start), parse(waktu), OFFICE) == wib(expected), why


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-02T08:00", "2026-11-02T09:30", 90),
        ("2026-11-02T11:30", "2026-11-02T13:30", 60),
        ("2026-11-02T12:10", "2026-11-02T12:50", 0),
        ("2026-11-02T00:00", "2026-11-03T00:00", 450),
        ("2026-11-06T00:00", "2026-11-07T00:00", 480),
        ("2026-11-02T00:00", "2026-11-09T00:00", 2280),  # 38 hours a week
        ("2026-11-06T15:00", "2026-11-09T08:30", 120),
        ("2026-03-18T00:00", "2026-03-25T00:00", 0),
        ("2026-12-31T15:00", "2027-01-04T08:30", 120),
        ("2026-11-02T08:00:00", "2026-11-02T08:00:30", 0.5),
    ],
)
def test_elapsed_minutes_worked_by_hand(start: str, end: str, expected: float) -> None:
    assert working_minutes(wib(start), wib(end), OFFICE) == expected


def test_any_time_zone_is_understood_and_the_answer_is_in_the_office_zone() -> None:
    start = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # 08.00 WIB
    assert due(start, parse("90 Menit"), OFFICE).isoformat() == "2026-11-02T09:30:00+07:00"
    assert working_minutes(start, wib("2026-11-02T09:00"), OFFICE) == 60


def test_naive_times_are_refused() -> None:
    naive = datetime(2026, 11, 2, 8, 0)  # noqa: DTZ001  # that is the point
    with pytest.raises(WorktimeError, match="has no time zone"):
        due(naive, parse("1 Hari"), OFFICE)
    with pytest.raises(WorktimeError, match="end 2026-11-02T08:00:00 has no time zone"):
        working_minutes(wib("2026-11-02T07:00"), naive, OFFICE)


def test_end_before_start_is_refused() -> None:
    with pytest.raises(WorktimeError, match="lies before start"):
        working_minutes(wib("2026-11-02T09:00"), wib("2026-11-02T08:00"), OFFICE)


def test_due_time_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(WorktimeError, match="beyond the year 9999"):
        due(wib("9999-12-20T09:00"), parse("30 Hari"), OFFICE)


@settings(deadline=None)
@given(start=moments, n=minutes)
def test_minutes_until_due_are_the_minutes_asked_for(start: datetime, n: int) -> None:
    assert working_minutes(start, due(start, Duration(n, Unit.MINUTE), OFFICE), OFFICE) == n


@settings(deadline=None)
@given(start=moments, n=days)
def test_day_due_is_on_a_working_day_n_working_days_later(start: datetime, n: int) -> None:
    begin, end = next_working_moment(start, OFFICE), due(start, Duration(n, Unit.DAY), OFFICE)
    between = range(begin.date().toordinal() + 1, end.date().toordinal() + 1)
    assert sum(OFFICE.is_working_day(date.fromordinal(day)) for day in between) == n
    assert OFFICE.is_working_day(end.date())
    assert end.time() == begin.time()


@settings(deadline=None)
@given(starts=st.tuples(moments, moments).map(sorted), n=minutes, unit=st.sampled_from(Unit))
def test_later_start_is_never_due_earlier(starts: list[datetime], n: int, unit: Unit) -> None:
    duration = Duration(n % 30 + 1 if unit is Unit.DAY else n, unit)
    assert due(starts[0], duration, OFFICE) <= due(starts[1], duration, OFFICE)


@settings(deadline=None)
@given(start=moments, n=minutes, more=minutes)
def test_minutes_add_up(start: datetime, n: int, more: int) -> None:
    first = due(start, Duration(n, Unit.MINUTE), OFFICE)
    assert due(first, Duration(more, Unit.MINUTE), OFFICE) == due(start, Duration(n + more, Unit.MINUTE), OFFICE)


@settings(deadline=None)
@given(times=st.tuples(moments, moments, moments).map(sorted))
def test_elapsed_is_additive_and_never_negative(times: list[datetime]) -> None:
    a, b, c = times
    parts = working_minutes(a, b, OFFICE), working_minutes(b, c, OFFICE)
    assert min(parts) >= 0
    assert working_minutes(a, c, OFFICE) == pytest.approx(sum(parts), abs=1e-6)


@settings(deadline=None)
@given(start=moments.map(lambda moment: moment.replace(second=0, microsecond=0)), length=st.integers(0, 6000))
def test_elapsed_agrees_with_counting_minute_by_minute(start: datetime, length: int) -> None:
    counted = 0
    for minute in range(length):
        moment = start + timedelta(minutes=minute)
        counted += any(item.start <= moment < item.end for item in OFFICE.intervals(moment.date()))
    assert working_minutes(start, start + timedelta(minutes=length), OFFICE) == counted


def test_elapsed_over_a_year_takes_less_than_20_ms() -> None:
    calendar = WorkCalendar.load(KALENDER)  # nothing worked out yet
    began = time.perf_counter()
    assert working_minutes(wib("2025-01-01T00:00"), wib("2026-01-01T00:00"), calendar) > 100_000
    assert time.perf_counter() - began < 0.02
