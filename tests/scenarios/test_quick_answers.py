"""Gates that are answered the moment they open, over whole cases, and answers at the same moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from tests.scenarios.case import SLUG, Case, Gate, ServiceOffice
from tests.scenarios.endings import GRANTED

pytestmark = [pytest.mark.scenario, pytest.mark.lab]

CASES = 17
AT_ONCE = 6
SECONDS = 400.0


def answer_for(gate: Gate) -> tuple[str, str, dict[str, str]]:
    """Return who answers a gate of the short way, and what."""
    if "Tolak" in gate.options:
        return "kabid-ti", "Tolak", {"catatan": "Tidak lengkap"}
    return ("kabid-ti", "Setujui", {}) if "Setujui" in gate.options else ("pemohon", "Terima", {})


def test_fifty_gates_answered_as_they_open_all_go_on(
    office: ServiceOffice, record_testsuite_property: Callable[[str, object], None]
) -> None:
    cases: dict[str, Case] = {}
    over: set[str] = set()
    answered: list[tuple[Case, Gate]] = []
    end = time.monotonic() + SECONDS
    while len(over) < CASES:
        assert time.monotonic() < end, f"{len(over)} of {CASES} cases over, {len(answered)} gates answered"
        while len(cases) < CASES and len(cases) - len(over) < AT_ONCE:
            case = office.submit()
            cases[case.run_id] = case
        for run_id, gate in office.open_gates():
            if run_id in cases:
                who, option, fields = answer_for(gate)
                reply = cases[run_id].try_answer(who, gate, option, **fields)
                assert reply.status_code == 200, (gate.task_id, reply.status_code, reply.text)
                answered.append((cases[run_id], gate))
        over |= {run_id for run_id, gate in _last_answered(answered) if cases[run_id].state() == "success"}
        time.sleep(0.05)

    waits = sorted(_wait(office, case, gate) for case, gate in answered)
    assert len(answered) == CASES * 3
    assert waits[len(waits) // 2] < 1
    assert all(case.decisions() == [("kabid.ti", "tolak"), *GRANTED[1:]] for case in cases.values())
    failed = [name for case in cases.values() for name, row in case.tasks().items() if row["state"] != "success"]
    assert failed == []
    record_testsuite_property(
        "answer after a gate opened", f"median {waits[len(waits) // 2]:.2f} s, max {waits[-1]:.2f} s"
    )


def test_five_answers_at_the_same_moment_are_all_taken(office: ServiceOffice) -> None:
    cases = [office.submit() for _ in range(5)]
    gates = [case.await_gate("kabid-ti") for case in cases]
    together = threading.Barrier(5)

    def answer(case: Case, gate: Gate) -> int:
        together.wait()
        return case.try_answer("kabid-ti", gate, "Tolak", catatan="Serentak").status_code

    with ThreadPoolExecutor(5) as pool:
        statuses = list(pool.map(answer, cases, gates))

    assert statuses == [200] * 5
    for case in cases:
        assert case.await_gate("kabid-ti").step == 7
    assert all(case.decisions() == [("kabid.ti", "tolak")] for case in cases)
    assert office.office.ledger.verify().valid


def _last_answered(answered: list[tuple[Case, Gate]]) -> list[tuple[str, Gate]]:
    """Return the runs whose last gate is answered."""
    return [(case.run_id, gate) for case, gate in answered if gate.step == 9]  # the SOP's last step


def _wait(office: ServiceOffice, case: Case, gate: Gate) -> float:
    """Return how long a gate was open."""
    path = f"/api/v2/dags/{SLUG}/dagRuns/{case.run_id}/taskInstances/{gate.task_id}/-1/hitlDetails"
    found = office.people["admin"].get(path).json()
    opened, replied = (datetime.fromisoformat(found[key]) for key in ("created_at", "responded_at"))
    return (replied - opened).total_seconds()
