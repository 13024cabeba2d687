"""Progress of a case, worked out by hand: standard times against run metadata."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from laksana.evaluation.progress import StepProgress, TaskRun, progress_of
from laksana.spec import load_spec
from laksana.spec.model import Spec

WIB = timezone(timedelta(hours=7))
SPEC: Spec = load_spec(Path(__file__).parents[2] / "include" / "sop_specs" / "permohonan-sub-domain.yaml")
IDS = {step.no: step.task_id for step in SPEC.langkah}


def at(clock: str) -> datetime:
    hour, minute = clock.split(".")
    return datetime(2026, 11, 23, int(hour), int(minute), tzinfo=WIB)


def due(start: datetime, standard: str) -> datetime:
    """Plain minutes: the working calendar has its own tests."""
    return start + timedelta(minutes=int(standard.split(maxsplit=1)[0]))


def task(number: int, state: str, start: str = "", end: str = "", *, suffix: str = "") -> TaskRun:
    return TaskRun(IDS[number] + suffix, state, at(start) if start else None, at(end) if end else None)


def step(number: int, *tasks: TaskRun, now: str = "12.00", outcome: str = "") -> StepProgress:
    found = progress_of(
        SPEC, tasks, {number: outcome} if outcome else {}, opened_at=at("08.00"), now=at(now), due=due,
    )  # fmt: skip
    return found[number - 1]


def test_step_done_within_its_time() -> None:
    found = step(2, task(2, "success", "08.05", "08.15"), outcome="teruskan")

    assert (found.mulai, found.selesai, found.batas) == (at("08.05"), at("08.15"), at("08.15"))
    assert (found.tepat_waktu, found.hasil, found.percobaan) == (True, "teruskan", 1)


def test_step_done_too_late() -> None:
    found = step(2, task(2, "success", "08.05", "08.16"), outcome="teruskan")

    assert (found.tepat_waktu, found.hasil) == (False, "teruskan")


def test_first_step_starts_with_the_ticket() -> None:
    found = step(1, task(1, "success", "08.09", "08.11"), outcome="selalu")

    assert (found.mulai, found.batas, found.tepat_waktu, found.hasil) == (at("08.00"), at("08.10"), False, "selesai")


@pytest.mark.parametrize(("now", "in_time"), [("08.10", None), ("08.15", None), ("08.16", False)])
def test_open_gate_is_late_only_after_its_due_time(now: str, in_time: bool | None) -> None:
    found = step(2, task(2, "awaiting_input", "08.05"), now=now)

    assert (found.selesai, found.tepat_waktu, found.hasil) == (None, in_time, "menunggu")


def test_running_work() -> None:
    found = step(4, task(4, "running", "11.50"))

    assert (found.mulai, found.selesai, found.tepat_waktu, found.hasil) == (at("11.50"), None, None, "berjalan")


def test_technical_failure() -> None:
    assert step(4, task(4, "failed", "08.30", "08.31")).hasil == "gagal"


def test_work_that_will_be_tried_again_is_still_open() -> None:
    found = step(4, task(4, "up_for_retry", "08.30", "08.31"), now="08.40")

    assert (found.selesai, found.tepat_waktu, found.hasil) == (None, None, "berjalan")


def test_each_attempt_has_its_own_clock() -> None:
    found = step(
        5, task(5, "success", "09.00", "09.10"), task(4, "success", "09.11", "10.00", suffix="_percobaan_2"),
        task(5, "success", "10.02", "10.30", suffix="_percobaan_2"), outcome="lulus",
    )  # fmt: skip

    assert (found.mulai, found.selesai, found.batas) == (at("09.00"), at("10.30"), at("10.30"))
    assert (found.tepat_waktu, found.percobaan, found.hasil) == (True, 2, "lulus")


def test_one_late_attempt_makes_the_step_late() -> None:
    found = step(
        5, task(5, "success", "09.00", "09.31"), task(5, "success", "10.00", "10.01", suffix="_percobaan_2"),
        outcome="lulus",
    )  # fmt: skip

    assert found.tepat_waktu is False


def test_tasks_of_one_step_are_one_span() -> None:
    found = step(
        3, task(3, "success", "09.00", "09.02", suffix=".periksa"),
        task(3, "success", "09.02", "09.14", suffix=".rencana"),
        outcome="lulus",
    )  # fmt: skip

    assert (found.mulai, found.selesai, found.tepat_waktu, found.percobaan) == (at("09.00"), at("09.14"), True, 1)
    assert found.task_ids == (f"{IDS[3]}.periksa", f"{IDS[3]}.rencana")


def test_step_that_has_not_come_up() -> None:
    found = step(4, task(2, "awaiting_input", "08.05"), task(4, "none"))

    assert (found.mulai, found.batas, found.tepat_waktu, found.hasil, found.percobaan) == (None, None, None, "belum", 0)


@pytest.mark.parametrize("state", ["scheduled", "queued", ""])
def test_step_that_is_about_to_run_has_not_begun(state: str) -> None:
    assert step(4, task(3, "success", "08.05", "08.06"), task(4, state)).hasil == "belum"


def test_step_beside_the_way_taken_is_skipped_once_the_case_is_over() -> None:
    tasks = [task(number, "success", "08.05", "08.06") for number in (1, 2, 3, 6, 7, 8, 9)]

    assert step(4, *tasks, task(4, "skipped"), outcome="x").hasil == "dilewati"
    assert step(4, *tasks[:-1], task(9, "awaiting_input", "08.07"), task(4, "skipped")).hasil == "belum"


def test_case_without_a_run_has_nothing_behind_it() -> None:
    found = progress_of(SPEC, [], {}, opened_at=at("08.00"), now=at("09.00"), due=due)

    assert [item.hasil for item in found] == ["belum"] * 9
    assert [item.no for item in found] == list(range(1, 10))


def test_tasks_of_no_step_count_nowhere() -> None:
    found = progress_of(
        SPEC,
        [TaskRun("lain", "success", at("08.00"), at("08.01"))],
        {},
        opened_at=at("08.00"),
        now=at("09.00"),
        due=due,
    )

    assert {item.percobaan for item in found} == {0}


def test_api_rows_are_read() -> None:
    read = TaskRun.from_api(
        {"task_id": f"{IDS[5]}_percobaan_3", "state": None, "start_date": "2026-11-23T01:00:00.5Z", "end_date": None}
    )

    assert (read.step, read.attempt, read.state, read.end) == (5, 3, "", None)
    assert read.start == at("08.00") + timedelta(milliseconds=500)


def test_json_is_plain() -> None:
    found = step(2, task(2, "success", "08.05", "08.15"), outcome="teruskan").to_json()

    assert (found["mulai"], found["task_ids"]) == ("2026-11-23T08:05:00+07:00", [IDS[2]])


def test_work_that_was_tried_again_counts_from_the_end_of_the_step_before() -> None:
    found = step(4, task(3, "success", "08.10", "08.20"), task(4, "success", "10.40", "10.41"), outcome="selalu")

    assert (found.mulai, found.batas, found.tepat_waktu) == (at("08.20"), at("08.40"), False)


def test_gate_counts_from_its_first_opening() -> None:
    tasks = [task(1, "success", "08.00", "08.01"), task(2, "success", "09.00", "09.05")]
    opened = {tasks[1].task_id: at("08.02")}

    found = progress_of(
        SPEC, tasks, {2: "teruskan"}, opened_at=at("08.00"), now=at("12.00"), due=due, gates_opened=opened
    )[1]

    assert (found.mulai, found.tepat_waktu) == (at("08.02"), False)
