"""From form to ticket to run: nothing is made of a bad request, and of a good one all, once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from laksana.database.connection import open_database
from laksana.errors import AirflowApiError, IntakeError, Problem, RequestRefusedError
from laksana.intake.submission import Door, Submission, key_of
from laksana.servicedesk.builtin import BuiltinDesk
from laksana.spec import load_spec
from tests.demo.samples import form_of

SLUG = "permohonan-sub-domain"
SCHEMA = load_spec(Path(__file__).parents[2] / "include" / "sop_specs" / f"{SLUG}.yaml").formulir
SAMPLE = form_of("perikanan", on=date(2026, 11, 23))
AT = datetime(2026, 11, 23, 3, tzinfo=UTC)


class Runs:
    """Airflow's part: keeps what was started, and is down for as many calls as told."""

    def __init__(self, down_for: int = 0) -> None:
        self.started: list[tuple[str, str, dict[str, Any]]] = []
        self._down_for = down_for

    def start_run(self, dag_id: str, run_id: str, conf: Mapping[str, Any]) -> None:
        if self._down_for > 0:
            self._down_for -= 1
            raise AirflowApiError("Airflow can't be reached")
        self.started.append((dag_id, run_id, dict(conf)))


@pytest.fixture
def desk(clean_database: str) -> BuiltinDesk:
    return BuiltinDesk(open_database(clean_database), "Asia/Jakarta")


def submit(door: Door, data: Mapping[str, Any] = SAMPLE, key: str = "k1", applicant: str = "kabid.spbe") -> Submission:
    return door.submit(SLUG, SCHEMA, data, rules={}, source="cli", applicant=applicant, key=key, at=AT)


def test_good_request_gets_a_ticket_and_a_run_of_the_same_number(desk: BuiltinDesk) -> None:
    runs = Runs()

    made = submit(Door(desk, runs))

    assert made == Submission("SD-2026-000001", SLUG, "SD-2026-000001", "diterima", new=True)
    assert runs.started == [(SLUG, "SD-2026-000001", {**SAMPLE, "port_tujuan": 80})]
    assert desk.get(made.ticket).run_started


def test_same_key_gives_the_same_ticket_and_one_start(desk: BuiltinDesk) -> None:
    runs = Runs()
    door = Door(desk, runs)
    first = submit(door)

    again = submit(door, {**SAMPLE, "label": "lain"})

    assert (again.ticket, again.new) == (first.ticket, False)
    assert len(runs.started) == 1
    assert desk.get(first.ticket).data["label"] == "perikanan"


def test_same_form_without_a_key_is_the_same_request(desk: BuiltinDesk) -> None:
    door = Door(desk, Runs())
    first = submit(door, key="")

    assert submit(door, {**SAMPLE, "port_tujuan": 80}, key="").ticket == first.ticket
    assert submit(door, {**SAMPLE, "label": "lain"}, key="").ticket != first.ticket


def test_same_key_of_another_applicant_is_another_request(desk: BuiltinDesk) -> None:
    door = Door(desk, Runs())

    assert submit(door).ticket != submit(door, applicant="pemohon.lain").ticket


def test_refused_request_makes_nothing(desk: BuiltinDesk) -> None:
    runs = Runs()
    with pytest.raises(RequestRefusedError) as caught:
        submit(Door(desk, runs), {**SAMPLE, "label": "WWW"})

    assert [problem.key for problem in caught.value.problems] == ["label"]
    assert desk.list() == []
    assert runs.started == []
    assert submit(Door(desk, runs)).ticket == "SD-2026-000001"


def test_key_longer_than_the_desk_keeps_is_refused(desk: BuiltinDesk) -> None:
    with pytest.raises(RequestRefusedError, match="kunci melebihi 200 huruf"):
        submit(Door(desk, Runs()), key="k" * 201)

    assert submit(Door(desk, Runs()), key="k" * 200).new


def test_ticket_outlives_a_failed_start_and_the_repeat_starts_it(desk: BuiltinDesk) -> None:
    runs = Runs(down_for=2)
    door = Door(desk, runs)
    for _ in range(2):
        with pytest.raises(
            IntakeError, match="Permohonan tercatat dengan tiket SD-2026-000001, tetapi prosesnya belum"
        ):
            submit(door)
    assert [ticket.number for ticket in desk.waiting()] == ["SD-2026-000001"]

    made = submit(door)

    assert (made.ticket, made.new) == ("SD-2026-000001", False)
    assert [run_id for _, run_id, _ in runs.started] == ["SD-2026-000001"]
    assert desk.waiting() == []


def test_waiting_tickets_can_be_started_later(desk: BuiltinDesk) -> None:
    runs = Runs(down_for=1)
    door = Door(desk, runs)
    with pytest.raises(IntakeError):
        submit(door)

    for ticket in desk.waiting():
        door.start(ticket)

    assert [run_id for _, run_id, _ in runs.started] == ["SD-2026-000001"]
    assert desk.waiting() == []


def test_twenty_at_once_with_one_key_make_one_ticket(clean_database: str) -> None:
    found = at_once(clean_database, ["sama"] * 20)

    assert set(found) == {"SD-2026-000001"}
    desk = BuiltinDesk(open_database(clean_database), "Asia/Jakarta")
    assert len(desk.list()) == 1
    assert submit(Door(desk, Runs()), key="lain").ticket == "SD-2026-000002"


def test_numbers_have_no_gap_when_new_and_repeated_requests_race(clean_database: str) -> None:
    found = at_once(clean_database, [f"k{number % 15}" for number in range(30)])

    assert sorted(set(found)) == [f"SD-2026-{number:06d}" for number in range(1, 16)]


def test_number_takes_the_offices_year(desk: BuiltinDesk) -> None:
    door = Door(desk, Runs())
    evening = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)  # 23.59 in Jakarta

    made = [
        door.submit(
            SLUG,
            SCHEMA,
            SAMPLE,
            rules={},
            source="cli",
            applicant="a",
            key=str(minutes),
            at=evening + timedelta(minutes=minutes),
        )
        for minutes in (0, 1)
    ]

    assert [item.ticket for item in made] == ["SD-2026-000001", "SD-2027-000001"]


def test_key_of_a_form_does_not_depend_on_its_order() -> None:
    assert key_of(SLUG, SAMPLE, AT) == key_of(SLUG, dict(reversed(SAMPLE.items())), AT)
    assert key_of(SLUG, SAMPLE, AT) != key_of("lain", SAMPLE, AT)
    assert key_of(SLUG, SAMPLE, AT) != key_of(SLUG, SAMPLE, AT + timedelta(days=1))


def test_repeat_is_not_refused_for_the_name_that_it_took_itself(desk: BuiltinDesk) -> None:
    first = submit(Door(desk, Runs()))

    def taken(_: object, __: object) -> Problem:
        return Problem("terpakai", "nama sudah dipakai", "pilih nama lain", key="label")

    again = Door(desk, Runs()).submit(
        SLUG,
        SCHEMA,
        SAMPLE,
        rules={"nama-belum-terdaftar": taken},
        source="cli",
        applicant="kabid.spbe",
        key="k1",
        at=AT,
    )

    assert (again.ticket, again.new) == (first.ticket, False)


def at_once(url: str, keys: list[str]) -> list[str]:
    """Submit with all these keys at the same moment; five engines stand for five processes."""
    engines = [create_engine(url, pool_size=6) for _ in range(5)]
    start = threading.Barrier(len(keys))

    def one(index: int) -> str:
        start.wait()
        return submit(Door(BuiltinDesk(engines[index % 5], "Asia/Jakarta"), Runs()), key=keys[index]).ticket

    with ThreadPoolExecutor(len(keys)) as pool:
        found = list(pool.map(one, range(len(keys))))
    for engine in engines:
        engine.dispose()
    return found
