"""Airflow's LocalExecutor with truthful books: one process a workload, and each exit known by the workload it ends.

Corrects four defects of Airflow 3.3.2's ``executors/local_executor.py``:

1. Nothing ever enters a workload into ``running``, so ``has_task`` says no for a task that is in hand. A gate that is
   answered fast is queued again before the exit of its first process, which parked it, is read; the scheduler takes
   that old exit for the death of the new one and fails the task ("finished with state success, but the task instance's
   state attribute is queued"). Measured: 26 of 50 gates. Upstream issue 67287, mended on main by 68741, not in 3.3.2;
   its RUNNING variant (72716) is still open.
2. For the same reason ``parallelism`` limits nothing: surplus tasks wait, marked queued, in a pipe nobody sees.
3. The pool's idle workers wait while holding the pipe's lock: one of them killed (out of memory) stops all the others
   for good. And the workload of a killed worker is known to nobody, only its missing heartbeat tells, minutes later.
4. A killed scheduler or worker leaves its children running, so that a task's second try meets its first.

It may go when Airflow's own executor passes ``tests/engine/test_executor.py`` and ``tests/stack/test_stack.py``.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import Any

from airflow.executors.base_executor import BaseExecutor, get_execution_api_server_url
from airflow.executors.local_executor import LocalExecutor

_PR_SET_PDEATHSIG = 1
"""From ``linux/prctl.h``: the signal a process gets when its parent dies."""


@dataclass(frozen=True)
class Invocation:
    """One process that carries out one workload."""

    process: BaseProcess
    key: Any
    """The workload's key; a task instance that is resumed has the same key as before."""
    success_state: Any
    failure_state: Any


class LaksanaLocalExecutor(LocalExecutor):  # type: ignore[misc]  # Airflow's classes are not typed for us
    """Runs each workload in a process of its own and keeps count of them."""

    def start(self) -> None:
        """Open the books; there is no pool to fill."""
        self.invocations: dict[int, Invocation] = {}

    def sync(self) -> None:
        """Report every process that has ended since the last call."""
        for pid, invocation in list(self.invocations.items()):
            exit_code = invocation.process.exitcode
            if exit_code is not None:
                del self.invocations[pid]
                invocation.process.close()
                self._report(pid, invocation, exit_code)

    def end(self) -> None:
        """Wait for what is running and report it."""
        self.log.info("Waiting for %d running workloads; signal again not to wait", len(self.invocations))
        for invocation in list(self.invocations.values()):
            invocation.process.join()
        self.sync()

    def carry_out(self, workload: Any) -> None:
        """Do a workload; called in the process of its own, returns or raises when it is done."""
        BaseExecutor.run_workload(
            workload,
            server=get_execution_api_server_url(self.conf),
            proctitle=f"airflow worker -- LaksanaLocalExecutor: {workload.display_name}",
            subprocess_logs_to_stdout=True,
        )

    def _process_workloads(self, workload_list: Sequence[Any]) -> None:
        for workload in workload_list:
            self._take_from_queue(workload.key)
            self._begin(workload)

    def _take_from_queue(self, key: Any) -> None:
        for queue in (self.queued_tasks, self.queued_callbacks, self.queued_connection_tests):
            queue.pop(key, None)

    def _begin(self, workload: Any) -> None:
        process = multiprocessing.get_context("fork").Process(target=_work, args=(self, workload, os.getpid()))
        process.start()
        if process.pid is None:  # never after start(); says so to the type checker
            return
        self.invocations[process.pid] = Invocation(
            process, workload.key, workload.success_state, workload.failure_state
        )
        self.running.add(workload.key)
        if workload.running_state is not None:
            self.change_state(workload.key, workload.running_state, remove_running=False)

    def _report(self, pid: int, invocation: Invocation, exit_code: int) -> None:
        """Hand an exit to the scheduler; the key stays in ``running`` while a later process carries it.

        That is all it takes: of a task that ``has_task`` knows the scheduler accepts any exit without failing it.
        """
        still_in_hand = any(other.key == invocation.key for other in self.invocations.values())
        if exit_code == 0:
            self.change_state(invocation.key, invocation.success_state, remove_running=not still_in_hand)
            return
        info = f"worker process {pid} ended with {_describe(exit_code)}"
        self.log.error("%s: %s", invocation.key, info)
        self.change_state(invocation.key, invocation.failure_state, info, remove_running=not still_in_hand)


def _work(executor: LaksanaLocalExecutor, workload: Any, scheduler: int) -> None:
    """Be a worker: die with the scheduler, have the task's own process die with this one, and do the workload."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the scheduler, which waits for its workers
    _die_with_parent(scheduler)
    worker = os.getpid()
    os.register_at_fork(after_in_child=lambda: _die_with_parent(worker) if os.getppid() == worker else None)
    executor.carry_out(workload)


def _die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when the parent dies, also where it has died already."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _describe(exit_code: int) -> str:
    """Name an exit code or the signal that a negative one stands for."""
    return f"signal {signal.Signals(-exit_code).name}" if exit_code < 0 else f"exit code {exit_code}"
