"""A whole Airflow keeps what its gates promise: quick answers, the right people only, and killed processes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from tests.stack.client import Client
from tests.stack.failures import StackError
from tests.stack.runs import Run, open_gates, trigger
from tests.stack.stack import SERVICES, Stack
from tests.stack.waiting import wait_for

pytestmark = pytest.mark.scenario


@pytest.fixture(scope="module")
def service(stack: Stack) -> Iterator[Client]:
    """The service account, once both test DAGs are there."""
    client = stack.client("laksana")
    for dag_id in ("stack_gate", "stack_sleeper"):
        wait_for(f"DAG {dag_id}", lambda dag_id=dag_id: client.get(f"/dags/{dag_id}").ok, 60)  # type: ignore[misc]  # bound early
    yield client
    client.close()


@pytest.fixture(scope="module")
def holder(stack: Stack) -> Iterator[Client]:
    """Who holds the gate's role."""
    client = stack.client("kabid.ti")
    yield client
    client.close()


@pytest.fixture
def open_gate(service: Client, request: pytest.FixtureRequest) -> Run:
    """A run whose gate is open."""
    run = trigger(service, "stack_gate", f"{request.node.originalname}-{time.time_ns()}")
    run.await_gate()
    return run


def test_everything_is_alive(stack: Stack) -> None:
    assert stack.alive() == dict.fromkeys(("postgres", *SERVICES), True)


def test_second_start_of_the_same_instance_is_refused(stack: Stack) -> None:
    with pytest.raises(StackError, match="runs already"):
        Stack(stack.state_dir.name).start()


def test_no_secret_stands_in_process_arguments(stack: Stack) -> None:
    secrets = [file.read_text().strip().encode() for file in (stack.state_dir / "secrets").iterdir()]

    shown = b"".join(_read(entry / "cmdline") for entry in Path("/proc").iterdir() if entry.name.isdigit())

    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize(
    ("username", "status"),
    [("kepala.dinas", 403), ("admin", 403), ("auditor", 403), ("analis", 403), ("laksana", 403), ("kabid.ti", 200)],
)
def test_only_the_holder_of_the_role_may_answer(stack: Stack, open_gate: Run, username: str, status: int) -> None:
    client = stack.client(username)

    response = open_gate.answer(client)

    assert (response.status_code, response.json().get("responded_by", {}).get("name") is not None) == (
        status,
        status == 200,
    )
    client.close()


def test_named_person_may_answer(stack: Stack, open_gate: Run) -> None:
    client = stack.client("kabid.spbe")

    assert open_gate.answer(client).status_code == 200
    client.close()


def test_second_answer_is_refused(holder: Client, open_gate: Run) -> None:
    assert [open_gate.answer(holder).status_code for _ in range(2)] == [200, 409]


@pytest.mark.parametrize("username", ["kabid.ti", "kabid.spbe", "auditor"])
def test_people_can_do_nothing_but_read_and_answer(stack: Stack, open_gate: Run, username: str) -> None:
    client = stack.client(username)
    clear = {"dry_run": False, "task_ids": ["gate"], "dag_run_id": open_gate.run_id}

    answers = {
        "read": client.get("/dags/stack_gate").status_code,
        "pause": client.patch("/dags/stack_gate", {"is_paused": True}).status_code,
        "trigger": client.post("/dags/stack_gate/dagRuns", {"logical_date": None}).status_code,
        "clear": client.post("/dags/stack_gate/clearTaskInstances", clear).status_code,
        "mark": client.patch(f"{open_gate.path}/taskInstances/gate", {"new_state": "success"}).status_code,
        "variables": client.get("/variables").status_code,
        "connections": client.get("/connections").status_code,
    }

    assert answers == {name: 200 if name == "read" else 403 for name in answers}
    client.close()


def test_gates_answered_at_once_never_fail(
    service: Client, holder: Client, record_testsuite_property: Callable[[str, object], None]
) -> None:
    runs: list[Run] = []
    for wave in range(10):
        new = [trigger(service, "stack_gate", f"quick-{wave}-{number}-{time.time_ns()}") for number in range(5)]
        runs += new
        waiting = {run.run_id: run for run in new}
        while waiting:
            for run_id in open_gates(service, "stack_gate") & waiting.keys():
                assert waiting.pop(run_id).answer(holder).status_code == 200

    states = [run.await_end(120) for run in runs]

    opened = sorted(_seconds(run.task("gate")["start_date"], run.gate()["responded_at"]) for run in runs)
    record_testsuite_property("answer after opening", f"median {opened[25]:.2f} s, max {opened[-1]:.2f} s")
    assert states == ["success"] * 50


def test_one_gate_after_the_other_is_quick(
    service: Client, holder: Client, record_testsuite_property: Callable[[str, object], None]
) -> None:
    latencies = []
    for number in range(8):
        run = trigger(service, "stack_gate", f"single-{number}-{time.time_ns()}")
        run.await_gate(pause=0.05)
        assert run.answer(holder).status_code == 200
        assert run.await_end() == "success"
        latencies.append(_latency(run))

    latencies.sort()
    record_testsuite_property("answer to next task, alone", f"median {latencies[4]:.2f} s, max {latencies[-1]:.2f} s")
    assert latencies[4] < 5


def test_five_answers_at_the_same_moment_all_count(stack: Stack, service: Client) -> None:
    runs = [trigger(service, "stack_gate", f"five-{number}-{time.time_ns()}") for number in range(5)]
    for run in runs:
        run.await_gate()
    clients = [stack.client("kabid.ti") for _ in runs]
    for client in clients:
        client.get("/dags")
    together = threading.Barrier(len(runs))

    def answer(run: Run, client: Client) -> int:
        together.wait()
        return run.answer(client).status_code

    with ThreadPoolExecutor(len(runs)) as pool:
        statuses = list(pool.map(answer, runs, clients))

    assert statuses == [200] * 5
    assert {run.await_end() for run in runs} == {"success"}
    for client in clients:
        client.close()


def test_gate_survives_the_death_of_the_scheduler(stack: Stack, holder: Client, open_gate: Run) -> None:
    stack.kill("scheduler")

    assert open_gate.answer(holder).status_code == 200
    stack.start_process("scheduler")
    stack.await_healthy(90)

    assert open_gate.await_end(90) == "success"


def test_task_of_a_killed_worker_is_tried_again(service: Client, tmp_path: Path) -> None:
    notes = tmp_path / "tries"
    run = trigger(service, "stack_sleeper", f"worker-{time.time_ns()}", {"file": str(notes)})
    task, worker = _first_try(notes)

    os.kill(worker, 9)

    wait_for("the task's process dead too", lambda: not Path("/proc", str(task)).exists(), 5)
    assert run.await_end(60) == "success"
    assert run.task("sleeper")["try_number"] == 2


def test_executor_takes_work_after_all_its_workers_were_killed(service: Client, tmp_path: Path) -> None:
    files = [tmp_path / f"tries-{number}" for number in range(8)]
    runs = [trigger(service, "stack_sleeper", f"{file.name}-{time.time_ns()}", {"file": str(file)}) for file in files]
    for file in files:
        os.kill(_first_try(file)[1], 9)

    assert [run.await_end(120) for run in runs] == ["success"] * 8


def test_killed_scheduler_takes_its_tasks_with_it(stack: Stack, service: Client, tmp_path: Path) -> None:
    notes = tmp_path / "tries"
    run = trigger(service, "stack_sleeper", f"scheduler-{time.time_ns()}", {"file": str(notes)})
    task, worker = _first_try(notes)

    stack.kill("scheduler")

    for pid in (worker, task):
        wait_for(f"process {pid} dead", lambda pid=pid: not Path("/proc", str(pid)).exists(), 5)  # type: ignore[misc]  # bound early
    stack.start_process("scheduler")
    stack.await_healthy(90)
    assert run.await_end(120) == "success"


def _first_try(notes: Path) -> tuple[int, int]:
    """Return the ids of the first try's process and of its worker."""
    wait_for("first try", lambda: notes.exists() and notes.read_text().endswith("\n"), 60)
    task, worker = notes.read_text().splitlines()[0].split()
    return int(task), int(worker)


def _latency(run: Run) -> float:
    """Return the seconds from a gate's answer to the start of the next task."""
    return _seconds(run.gate()["responded_at"], run.task("after")["start_date"])


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
