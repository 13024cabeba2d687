"""When the calendar starts a routine SOP: working days only, a month's first one, and what was missed only once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pendulum
import pytest
from airflow.models.dagrun import DagRun
from airflow.timetables.base import DataInterval, TimeRestriction
from airflow.utils.state import DagRunState
from airflow.utils.types import DagRunType

from laksana.building.timetable import QUARTERS, WorkdayTimetable, next_time, read_time
from laksana.errors import SettingsError
from laksana.worktime.days_off import Changes
from laksana.worktime.hours import WorkCalendar
from laksana.worktime.reading import read_hours

REPOSITORY = Path(__file__).parents[2]
CALENDAR_DIR = REPOSITORY / "include" / "kalender"
JAKARTA = ZoneInfo("Asia/Jakarta")
MORNING = time(7, 30)
NO_LIMITS = TimeRestriction(earliest=None, latest=None, catchup=False)
ROUND_TRIP = """
import json, sys
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization
from laksana.building.timetable import WorkdayTimetable
with DAG("kalender", schedule=WorkdayTimetable("6:05", first_of_quarter=True), catchup=False) as dag:
    pass
kept = json.loads(json.dumps(DagSerialization.to_dict(dag)))
again = DagSerialization.from_dict(kept).timetable
print(json.dumps({
    "kept": kept["dag"]["timetable"], "summary": again.summary, "same": again.serialize(),
    "heavy": sorted({"fastapi", "great_expectations", "pandas", "laksana.webservice"} & set(sys.modules)),
}))
"""


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return WorkCalendar.load(CALENDAR_DIR)


def at(text: str) -> datetime:
    """Read a time of the office."""
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def due(calendar: WorkCalendar, now: str, *, clock: time = MORNING, first: bool = False) -> datetime | None:
    """Return the next run, where nothing was missed."""
    moment = at(now)
    return next_time(calendar, clock, first_of_month=first, covered_until=moment, now=moment)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23 07:29", "2026-11-23 07:30"),  # Monday, before the time
        ("2026-11-23 07:30", "2026-11-24 07:30"),  # covered up to that very moment
        ("2026-11-26 12:00", "2026-11-27 07:30"),  # Friday is a working day
        ("2026-11-27 07:31", "2026-11-30 07:30"),  # and Monday follows it
        ("2026-11-28 10:00", "2026-11-30 07:30"),
        ("2026-12-23 08:00", "2026-12-28 07:30"),  # cuti bersama, Natal, a weekend
        ("2026-12-31 08:00", "2027-01-04 07:30"),  # new year on a Friday
        ("2027-01-04 08:00", "2027-01-06 07:30"),  # Isra Mikraj
        ("2026-03-17 08:00", "2026-03-25 07:30"),  # Nyepi and Idul Fitri with their cuti bersama
        ("2026-08-14 08:00", "2026-08-18 07:30"),
    ],
)
def test_next_run_is_on_the_next_working_day(calendar: WorkCalendar, now: str, expected: str) -> None:
    assert due(calendar, now) == at(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-12-02 00:00", "2027-01-04 07:30"),  # 1 January is a holiday, 2 and 3 a weekend
        ("2027-01-04 07:29", "2027-01-04 07:30"),
        ("2027-01-04 07:30", "2027-02-01 07:30"),
        ("2026-07-31 08:00", "2026-08-03 07:30"),  # the month begins on a Saturday
        ("2026-08-03 08:00", "2026-09-01 07:30"),
        ("2026-04-30 08:00", "2026-05-04 07:30"),  # Hari Buruh on a Friday
        ("2026-05-05 08:00", "2026-06-02 07:30"),  # Hari Lahir Pancasila
    ],
)
def test_monthly_run_is_on_the_first_working_day(calendar: WorkCalendar, now: str, expected: str) -> None:
    assert due(calendar, now, first=True) == at(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-25 10:00", "2027-01-04 07:30"),  # 1 January is a holiday, 2 and 3 a weekend
        ("2027-01-04 07:30", "2027-04-01 07:30"),
        ("2026-01-02 07:30", "2026-04-01 07:30"),
        ("2026-09-30 23:00", "2026-10-01 07:30"),
    ],
)
def test_quarterly_run_is_on_the_first_working_day(calendar: WorkCalendar, now: str, expected: str) -> None:
    moment = at(now)

    found = next_time(calendar, MORNING, first_of_month=True, covered_until=moment, now=moment, months=QUARTERS)

    assert found == at(expected)


def test_every_month_of_a_year_has_one_run_and_every_working_day_another(calendar: WorkCalendar) -> None:
    monthly, daily = [], []
    for found, first in ((monthly, True), (daily, False)):
        moment = due(calendar, "2025-12-31 23:00", first=first)
        while moment is not None and moment.year == 2026:
            found.append(moment)
            moment = next_time(calendar, MORNING, first_of_month=first, covered_until=moment, now=moment)

    days = [at("2026-01-01 07:30") + timedelta(days=number) for number in range(365)]
    assert [moment.month for moment in monthly] == list(range(1, 13))
    assert daily == [day for day in days if calendar.is_working_day(day.date())]
    assert set(monthly) <= set(daily)


@pytest.mark.parametrize(
    ("clock", "now", "expected"),
    [
        (time(0, 0), "2026-11-22T16:59:59+00:00", "2026-11-22T17:00:00+00:00"),  # Monday begins on Sunday in UTC
        (time(0, 0), "2026-11-22T17:00:00+00:00", "2026-11-23T17:00:00+00:00"),
        (time(0, 0), "2026-11-27T16:59:59+00:00", "2026-11-29T17:00:00+00:00"),  # Friday 23.59: on to Monday
        (time(23, 59), "2026-11-27T16:58:00+00:00", "2026-11-27T16:59:00+00:00"),
        (time(23, 59), "2026-11-27T16:59:00+00:00", "2026-11-30T16:59:00+00:00"),
        (time(6, 30), "2026-11-26T23:29:59+00:00", "2026-11-26T23:30:00+00:00"),  # a Friday there, Thursday in UTC
    ],
)
def test_days_are_the_offices_not_utcs(calendar: WorkCalendar, clock: time, now: str, expected: str) -> None:
    moment = datetime.fromisoformat(now)

    found = next_time(calendar, clock, first_of_month=False, covered_until=moment, now=moment)

    assert found == datetime.fromisoformat(expected)


@pytest.mark.parametrize("missed", [1, 3, 20])
def test_of_days_that_were_missed_only_the_newest_is_made_up_for(calendar: WorkCalendar, missed: int) -> None:
    now = at("2026-11-25 10:00")
    covered = now - timedelta(days=1)
    while len(_times_between(calendar, covered, now)) < missed:
        covered -= timedelta(days=1)

    newest = next_time(calendar, MORNING, first_of_month=False, covered_until=covered, now=now)
    after = next_time(calendar, MORNING, first_of_month=False, covered_until=now, now=now)

    assert len(_times_between(calendar, covered, now)) == missed
    assert newest == at("2026-11-25 07:30")
    assert after == at("2026-11-26 07:30")


def _times_between(calendar: WorkCalendar, start: datetime, end: datetime) -> list[datetime]:
    days = (datetime.combine(start.date() + timedelta(days=number), MORNING, JAKARTA) for number in range(60))
    return [day for day in days if start < day <= end and calendar.is_working_day(day.date())]


def test_run_that_is_due_this_very_moment_is_made_now(calendar: WorkCalendar) -> None:
    now = at("2026-11-25 07:30")

    assert next_time(calendar, MORNING, first_of_month=False, covered_until=at("2026-11-24 07:30"), now=now) == now


def test_missed_month_is_made_up_for_in_its_middle(calendar: WorkCalendar) -> None:
    found = next_time(
        calendar, MORNING, first_of_month=True, covered_until=at("2026-08-03 07:30"), now=at("2026-11-25 10:00")
    )

    assert found == at("2026-11-02 07:30")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-25 10:00", "2026-11-25 07:30"),
        ("2026-11-25 07:00", "2026-11-25 07:30"),
        ("2026-11-28 10:00", "2026-11-30 07:30"),
    ],
    ids=["switched on late", "in time", "on a Saturday"],
)
def test_office_that_has_never_run_makes_up_for_today_alone(calendar: WorkCalendar, now: str, expected: str) -> None:
    found = next_time(calendar, MORNING, first_of_month=False, covered_until=None, now=at(now))

    assert found == at(expected)


def test_calendar_without_a_working_day_gives_no_run() -> None:
    zone, rows = read_hours(CALENDAR_DIR / "jam-kerja.yaml")
    now = at("2026-11-25 10:00")
    closed = WorkCalendar(
        zone, rows, Changes(added={(now + timedelta(days=day)).date(): "tutup" for day in range(450)})
    )

    assert next_time(closed, MORNING, first_of_month=False, covered_until=now, now=now) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("07.30", MORNING), (" 7:30 ", MORNING), ("00.00", time()), ("23:59", time(23, 59))]
)
def test_time_of_the_day_is_read(text: str, expected: time) -> None:
    assert read_time(text) == expected


@pytest.mark.parametrize(
    "text", ["", "7", "24.00", "07.60", "07.3", "0730", "07.30.00", "pagi", "-1.30", "\N{ARABIC-INDIC DIGIT SEVEN}.30"]
)
def test_text_that_is_no_time_is_refused_with_the_mend(text: str) -> None:
    with pytest.raises(SettingsError, match=r"allowed are 00\.00 to 23\.59"):
        WorkdayTimetable(text)


def late_run(*, due_at: datetime, made_at: datetime) -> DagRun:
    """Return a run as the scheduler makes it of the time that it finds in its database."""
    moment = pendulum.instance(due_at)
    return DagRun(
        dag_id="kalender", run_id="terjadwal", run_type=DagRunType.SCHEDULED, state=DagRunState.QUEUED,
        logical_date=moment, run_after=moment, data_interval=DataInterval.exact(moment), queued_at=made_at,
    )  # fmt: skip


@pytest.mark.parametrize("days", [1, 3, 20])
def test_late_run_covers_all_that_was_missed(days: int) -> None:
    timetable, now = WorkdayTimetable("07.30"), datetime.now(UTC)
    run = late_run(due_at=now - timedelta(days=days), made_at=now)

    info = timetable.run_info_from_dag_run(dag_run=run)
    following = timetable.next_dagrun_info_v2(last_dagrun_info=info, restriction=NO_LIMITS)

    assert info.run_after == run.run_after
    assert info.data_interval is not None
    assert info.data_interval.end == now
    assert following is not None
    assert following.run_after > now


def test_run_made_in_time_covers_up_to_its_time() -> None:
    due_at = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)

    info = WorkdayTimetable("07.30").run_info_from_dag_run(
        dag_run=late_run(due_at=due_at, made_at=due_at - timedelta(seconds=1))
    )

    assert info.data_interval == DataInterval.exact(pendulum.instance(due_at))


@pytest.mark.parametrize("days", [8, 40])
@pytest.mark.parametrize("catchup", [False, True])
def test_files_that_are_read_first_make_the_newest_missed_time_due(days: int, catchup: bool) -> None:
    timetable, now = WorkdayTimetable("00.00"), datetime.now(UTC)
    covered = DataInterval.exact(pendulum.instance(now - timedelta(days=days)))
    limits = TimeRestriction(earliest=None, latest=None, catchup=catchup)

    missed = timetable.next_dagrun_info(last_automated_data_interval=covered, restriction=limits)

    assert missed is not None
    assert covered.end < missed.run_after <= datetime.now(UTC)
    later = timetable.next_dagrun_info(
        last_automated_data_interval=DataInterval.exact(missed.run_after), restriction=limits
    )
    assert later is not None
    assert later.run_after > now, "a later one was missed too"
    made = timetable.run_info_from_dag_run(dag_run=late_run(due_at=missed.run_after, made_at=datetime.now(UTC)))
    following = timetable.next_dagrun_info_v2(last_dagrun_info=made, restriction=limits)
    assert following is not None
    assert following.run_after > now


def test_nothing_is_due_past_the_dags_end() -> None:
    limits = TimeRestriction(earliest=None, latest=pendulum.now("UTC").subtract(days=2), catchup=False)

    assert WorkdayTimetable("07.30").next_dagrun_info(last_automated_data_interval=None, restriction=limits) is None


def test_run_that_a_person_starts_is_of_its_moment() -> None:
    moment = pendulum.datetime(2026, 11, 25, 3)

    assert WorkdayTimetable("07.30").infer_manual_data_interval(run_after=moment) == DataInterval.exact(moment)


@pytest.mark.parametrize(
    ("days", "summary"),
    [
        ({}, "Setiap hari kerja pukul 07.30"),
        ({"first_of_month": True}, "Hari kerja pertama tiap bulan pukul 07.30"),
        ({"first_of_quarter": True}, "Hari kerja pertama tiap triwulan pukul 07.30"),
    ],
)
def test_pages_say_when_in_indonesian(days: dict[str, bool], summary: str) -> None:
    timetable = WorkdayTimetable("7.30", **days)

    assert (timetable.summary, timetable.description) == (summary, summary)


def test_what_an_earlier_version_kept_is_read() -> None:
    timetable = WorkdayTimetable.deserialize({"at": "08.00", "first_of_month": True})

    assert timetable.summary == "Hari kerja pertama tiap bulan pukul 08.00"


def test_airflow_keeps_the_timetable_of_the_plugin_and_loads_little_for_it(tmp_path: Path) -> None:
    places = {"AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins")}

    done = subprocess.run(
        [sys.executable, "-c", ROUND_TRIP], env={**os.environ, **places, "PYTHONPATH": str(REPOSITORY / "plugins")},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip

    told = json.loads(done.stdout.splitlines()[-1])
    assert told["kept"]["__type"] == "laksana.building.timetable.WorkdayTimetable"
    assert told["kept"]["__var"] == told["same"] == {"at": "06.05", "first_of_month": True, "first_of_quarter": True}
    assert told["summary"] == "Hari kerja pertama tiap triwulan pukul 06.05"
    assert told["heavy"] == []
