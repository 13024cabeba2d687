"""``laksana round`` and ``laksana outage``: routine SOPs by hand, and what they found in one glance."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from laksana.monitoring.observations import ACTIVATION, STATUS
from laksana.steps.upkeep.calls import call_of, end_call
from tests.cli.conftest import Laksana
from tests.cli.rounds import CUT, DOWN, FINE, LOST, MAINTENANCE, MONITORING, NAMES, OLD, Rounds, add_account
from tests.test_airflow_client import Api

pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")  # Great Expectations' own import
EVALUATION = "evaluasi-layanan-pusat-data"
NOTHING: dict[str, Any] = {
    "services": [], "skipped": [], "down": [], "repaired": [], "still_down": [], "renewed": [], "over_limit": [],
    "backups": {"fresh": [], "stale": [], "broken": [], "missing": []}, "filed": [], "called": [], "report": None,
}  # fmt: skip


@pytest.fixture
def rounds(clean_database: str, tmp_path: Path) -> Rounds:
    return Rounds(clean_database, tmp_path)


@pytest.fixture
def airflow() -> Iterator[Api]:
    """Return a server that answers as Airflow does, and knows the Monitoring SOP of hosting alone."""
    server = Api()
    server.answers["POST", f"/api/v2/dags/{MONITORING}/dagRuns"] = (200, {})
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def run(laksana: Laksana, rounds: Rounds, airflow: Api, clean_database: str) -> Laksana:
    """Return a function that runs the command on these rounds."""
    del rounds
    return lambda *arguments: laksana(*arguments, database_url=clean_database, airflow_api_url=airflow.url)


def overview_of(run: Laksana, number: str) -> dict[str, Any]:
    """Return what ``round show`` says beyond the ticket's own columns."""
    found: dict[str, Any] = run("round", "show", number, "--json").json()
    return {key: found[key] for key in NOTHING}


@pytest.mark.parametrize(
    ("chosen", "conf"),
    [
        ([], {}),
        ([f"hosting/{OLD}"], {"layanan": [f"hosting/{OLD}"]}),
        ([f"hosting/{OLD}", f"hosting/{CUT}", f"hosting/{OLD}"], {"layanan": [f"hosting/{OLD}", f"hosting/{CUT}"]}),
    ],
)
def test_round_is_started_through_airflow(run: Laksana, airflow: Api, chosen: list[str], conf: dict[str, Any]) -> None:
    words = [word for key in chosen for word in ("--service", key)]

    done = run("round", "start", MONITORING, *words, "--json")

    (call,) = airflow.calls
    said = done.json()
    assert (done.status, said["dag_id"]) == (0, MONITORING)
    assert said["run_id"].startswith("manual-2")
    assert call[2] == {"dag_run_id": said["run_id"], "logical_date": None, "conf": conf}


@pytest.mark.parametrize(
    ("words", "conf"), [([], {}), (["--quarter", "2025-T3"], {"triwulan": "2025-T3"})], ids=["last", "named"]
)
def test_evaluation_is_started_for_a_quarter(
    run: Laksana, airflow: Api, words: list[str], conf: dict[str, str]
) -> None:
    airflow.answers["POST", f"/api/v2/dags/{EVALUATION}/dagRuns"] = (200, {})

    done = run("round", "start", EVALUATION, *words, "--json")

    (call,) = airflow.calls
    assert (done.status, call[2]["conf"]) == (0, conf)


def test_two_starts_are_two_rounds(run: Laksana) -> None:
    first, second = (run("round", "start", MONITORING, "--json").json()["run_id"] for _ in range(2))

    assert first != second


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["permohonan-sub-domain"],
            ["is no routine SOP (allowed: monitoring-layanan-hosting, ", MAINTENANCE, EVALUATION],
        ),
        (["monitoring-hosting"], ["no such SOP file", MONITORING]),
        ([MONITORING, "--service", "hosting/lain"], ["hosting/lain", f"allowed: hosting/{DOWN}, hosting/{LOST}"]),
        ([MONITORING, "--service", "vps/perikanan"], ["vps/perikanan", f"hosting/{FINE}"]),
        (["monitoring-vps-pdn", "--service", "vps/a"], ["vps/a", "allowed: none is in use"]),
        ([MAINTENANCE], ["Airflow answered 404 to POST"]),
        ([EVALUATION, "--service", "hosting/a"], [f"{EVALUATION} is about all services (allowed: --quarter)"]),
        ([EVALUATION, "--quarter", "2999-T1"], ["--quarter 2999-T1: is still to come (allowed: up to 2"]),
        ([EVALUATION, "--quarter", "T3"], ["quarter 'T3': allowed are a year and T1 to T4"]),
        ([MONITORING, "--quarter", "2025-T3"], ["about services as they are now (allowed: --service)"]),
    ],
)
def test_what_cannot_be_started_is_one_line_and_starts_nothing(
    run: Laksana, airflow: Api, words: list[str], says: list[str]
) -> None:
    done = run("round", "start", *words)

    assert (done.status, done.output, done.errors.count("\n")) == (1, "", 1)
    assert all(part in done.errors for part in says), done.errors
    assert [path for _, path, _ in airflow.calls if MONITORING in path] == []


def test_error_names_no_more_services_than_a_line_holds(run: Laksana, rounds: Rounds) -> None:
    for number in range(30):
        add_account(rounds.office, f"akun{number}")

    done = run("round", "start", MONITORING, "--service", "hosting/lain")

    assert done.errors.count("hosting/") == 21
    assert "and 15 more, see: laksana registry list" in done.errors


def test_round_that_has_not_begun_is_empty(run: Laksana, rounds: Rounds) -> None:
    assert overview_of(run, rounds.monitoring.number) == NOTHING


def test_round_shows_what_it_found_and_what_was_mended(run: Laksana, rounds: Rounds) -> None:
    rounds.look()
    rounds.prove()
    rounds.maintain()

    assert overview_of(run, rounds.monitoring.number) == {
        **NOTHING,
        "services": sorted(f"hosting/{name}" for name in NAMES),
        "down": [DOWN, LOST],
        "repaired": [DOWN],
        "still_down": [LOST],
        "backups": {"fresh": [DOWN, FINE], "stale": [OLD], "broken": [CUT], "missing": [LOST]},
        "called": [rounds.maintenance.number],
    }
    assert overview_of(run, rounds.maintenance.number) == {
        **NOTHING,
        "services": sorted(f"hosting/{name}" for name in NAMES),
        "backups": {"fresh": [DOWN, FINE, OLD], "stale": [], "broken": [CUT], "missing": [LOST]},
        "renewed": [LOST],
        "over_limit": [FINE],
    }


def test_what_the_called_maintenance_brings_up_is_not_down_any_more(run: Laksana, rounds: Rounds) -> None:
    found, mended = "monitoring-layanan-sub-domain", "pemeliharaan-layanan-sub-domain"
    first = rounds.opened(found, "manual-2", {})
    run_id = call_of(rounds.case(first, "jalankan_sop")).run_id
    second = rounds.opened(mended, run_id, {"asal": {"tiket": first.number, "sop": found}})
    for name, up_at_second_look, repaired in (("a.id", False, True), ("b.id", False, False), ("c.id", True, None)):
        rounds.see(first, "periksa_status", name, STATUS, passed=False, kind="subdomain")
        rounds.see(second, "periksa_status", name, STATUS, passed=up_at_second_look, kind="subdomain")
        if repaired is not None:
            rounds.see(second, "aktifkan", name, ACTIVATION, passed=repaired, kind="subdomain")
    end_call(rounds.case(first, "jalankan_sop"), "success")

    seen = overview_of(run, first.number)

    assert (seen["down"], seen["repaired"], seen["still_down"]) == (["a.id", "b.id", "c.id"], ["a.id"], ["b.id"])


def test_report_is_named_once_it_is_archived(run: Laksana, rounds: Rounds) -> None:
    report = rounds.archive()

    assert overview_of(run, rounds.monitoring.number)["report"] == {"key": report.key, "validated_by": "pranata"}


def test_show_is_read_by_people_too(run: Laksana, rounds: Rounds) -> None:
    rounds.look()

    done = run("round", "show", rounds.monitoring.number)

    assert done.status == 0
    assert "Tetap down" in done.output
    assert f"1: {LOST}" in done.output


def test_request_is_no_round(run: Laksana, rounds: Rounds) -> None:
    data = {"perangkat_daerah": "Dinas Perikanan"}
    at = rounds.monitoring.opened_at
    ticket, _ = rounds.office.desk.open("permohonan-sub-domain", data, source="http", applicant="a", key="k", at=at)

    done = run("round", "show", ticket.number)

    assert done.status == 1
    assert "is a request and no round (see: laksana round list)" in done.errors
    assert ticket.number not in run("round", "list").output


def test_list_names_rounds_and_who_called_them(run: Laksana, rounds: Rounds) -> None:
    found = run("round", "list", "--json").json()

    assert {(row["ticket"], row["slug"], row["status"], row["asal"]) for row in found} == {
        (rounds.monitoring.number, MONITORING, "diterima", ""),
        (rounds.maintenance.number, MAINTENANCE, "diterima", rounds.monitoring.number),
    }
    assert rounds.monitoring.number in run("round", "list").output


def test_outages_are_listed_with_their_length(run: Laksana, rounds: Rounds) -> None:
    rounds.look()

    every, going_on = (run("outage", "list", *words, "--json").json() for words in ([], ["--open"]))

    by_service = {row["service"]: row for row in every}
    assert by_service.keys() == {f"hosting/{DOWN}", f"hosting/{LOST}"}
    ended = by_service[f"hosting/{DOWN}"]
    assert (ended["minutes"], ended["repaired"], ended["ended_by"]) == (90, True, rounds.monitoring.number)
    assert [row["service"] for row in going_on] == [f"hosting/{LOST}"]
    assert (going_on[0]["ended_at"], going_on[0]["cause"]) == (None, "tidak menjawab")
    assert f"hosting/{LOST}" in run("outage", "list", "--open").output
