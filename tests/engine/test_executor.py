"""The executor keeps true books: it knows what runs, reports each end once; a killed worker takes its task along."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from laksana.engine.executor import LaksanaLocalExecutor
from tests.stack.waiting import wait_for


@dataclass
class Work:
    """A workload that calls a function."""

    key: str
    do: Callable[[], None]
    success_state: str = "success"
    failure_state: str = "failed"
    running_state: str | None = None
    ti: Any = field(default_factory=lambda: SimpleNamespace(priority_weight=1))


class CallingExecutor(LaksanaLocalExecutor):
    """The executor with workloads that need no Airflow around them."""

    def carry_out(self, workload: Work) -> None:
        """Call the workload's function."""
        workload.do()


@pytest.fixture
def executor() -> Iterator[CallingExecutor]:
    """An executor with two slots; what it left running is killed."""
    executor = CallingExecutor(parallelism=2)
    executor.start()
    yield executor
    for pid in executor.invocations:
        os.kill(pid, signal.SIGKILL)
    executor.end()


def begin(executor: CallingExecutor, *workloads: Work) -> None:
    """Queue workloads and let the executor take what it has slots for."""
    for workload in workloads:
        executor.queued_tasks[workload.key] = workload
    executor.heartbeat()


def until_left(executor: CallingExecutor, count: int) -> None:
    """Let the executor work until so many processes are left."""

    def reached() -> bool:
        executor.sync()
        return len(executor.invocations) == count

    wait_for(f"{count} processes left", reached, 10, pause=0.02)


def holds(executor: CallingExecutor, key: str) -> bool:
    """Tell whether the executor knows a task as its own."""
    return bool(executor.has_task(SimpleNamespace(id=f"id of {key}", key=key)))


def wait_for_file(file: Path) -> Callable[[], None]:
    """Return work that ends when a file is there."""
    return lambda: wait_for(file.name, file.exists, 30, pause=0.02) and None


def nothing() -> None:
    """Do nothing."""


def fail() -> None:
    """Be a supervisor that can't reach Airflow."""
    raise ConnectionError("no API server")


def test_workload_is_known_while_it_runs_and_reported_once(executor: CallingExecutor, tmp_path: Path) -> None:
    begin(executor, Work("a", wait_for_file(tmp_path / "go")))

    assert holds(executor, "a")
    assert executor.get_event_buffer() == {}
    (tmp_path / "go").touch()
    until_left(executor, 0)
    assert executor.get_event_buffer() == {"a": ("success", None)}
    assert not holds(executor, "a")


def test_exit_of_a_parked_task_does_not_hide_its_resumed_process(executor: CallingExecutor, tmp_path: Path) -> None:
    begin(executor, Work("gate", nothing))
    begin(executor, Work("gate", wait_for_file(tmp_path / "go")))

    until_left(executor, 1)

    assert executor.get_event_buffer() == {"gate": ("success", None)}
    assert holds(executor, "gate")
    (tmp_path / "go").touch()
    until_left(executor, 0)
    assert not holds(executor, "gate")


def test_killed_worker_is_reported_and_frees_its_slot(executor: CallingExecutor, tmp_path: Path) -> None:
    begin(executor, Work("a", wait_for_file(tmp_path / "never")))
    (pid,) = executor.invocations

    os.kill(pid, signal.SIGKILL)
    until_left(executor, 0)

    assert executor.get_event_buffer() == {"a": ("failed", f"worker process {pid} ended with signal SIGKILL")}
    assert executor.slots_available == 2
    begin(executor, Work("b", nothing))
    until_left(executor, 0)
    assert executor.get_event_buffer() == {"b": ("success", None)}


def test_raising_workload_is_a_failure(executor: CallingExecutor) -> None:
    begin(executor, Work("a", fail))

    until_left(executor, 0)

    assert executor.get_event_buffer()["a"][0] == "failed"


def test_no_more_run_than_there_are_slots(executor: CallingExecutor, tmp_path: Path) -> None:
    begin(executor, *(Work(key, wait_for_file(tmp_path / "go")) for key in "abc"))

    assert (len(executor.invocations), len(executor.queued_tasks), executor.slots_available) == (2, 1, -1)
    (tmp_path / "go").touch()
    until_left(executor, 0)
    executor.heartbeat()
    until_left(executor, 0)
    assert set(executor.get_event_buffer()) == set("abc")


def test_callback_is_reported_running_and_keeps_its_slot(executor: CallingExecutor, tmp_path: Path) -> None:
    begin(executor, Work("callback", wait_for_file(tmp_path / "go"), running_state="running"))

    assert executor.get_event_buffer() == {"callback": ("running", None)}
    assert executor.slots_available == 1
    (tmp_path / "go").touch()
    until_left(executor, 0)
    assert executor.get_event_buffer() == {"callback": ("success", None)}


def test_killed_worker_takes_the_task_process_along(executor: CallingExecutor, tmp_path: Path) -> None:
    notes = tmp_path / "task"

    def supervise() -> None:
        task = os.fork()
        if task == 0:
            time.sleep(60)
            os._exit(0)
        draft = tmp_path / "draft"
        draft.write_text(str(task))
        draft.rename(notes)
        time.sleep(60)

    begin(executor, Work("a", supervise))
    wait_for("task noted", notes.exists, 10, pause=0.02)
    (pid,) = executor.invocations

    os.kill(pid, signal.SIGKILL)

    wait_for("task dead", lambda: not _lives(int(notes.read_text())), 5, pause=0.02)


def test_end_waits_for_what_runs(executor: CallingExecutor) -> None:
    begin(executor, Work("a", lambda: time.sleep(0.3)))

    executor.end()

    assert executor.get_event_buffer() == {"a": ("success", None)}


def _lives(pid: int) -> bool:
    stat = Path("/proc", str(pid), "stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
