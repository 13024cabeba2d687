"""One process of the stack in a session of its own, with its log; started by one program, ended by any other."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stack.failures import StackError

_GRACE = 10.0
"""Seconds a process gets to end in order before its group is told, and once more before it is killed."""


@dataclass(frozen=True)
class Running:
    """A process by its id and its start, so that a later process with the same id is not taken for it."""

    pid: int
    started: int
    """Start in clock ticks since boot, from ``/proc``."""

    @classmethod
    def of(cls, pid: int) -> Running:
        """Return the process that has this id now."""
        return cls(pid, _start_ticks(pid))

    def alive(self) -> bool:
        """Tell whether it still runs; one that has ended but was not collected is dead."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        return self.started != 0 and _start_ticks(self.pid) == self.started

    def kill(self) -> None:
        """Kill the main process alone, as the kernel's out-of-memory killer would."""
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
            self.wait(_GRACE)

    def ask_to_end(self) -> None:
        """Ask the main process alone to end in order, and don't wait."""
        if self.alive():
            os.kill(self.pid, signal.SIGTERM)

    def end(self) -> None:
        """Wait until a process that was asked has ended; where it has not, ask its whole group, then kill that."""
        self.wait(_GRACE)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._group_alive():
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, number)
                self._wait_for_group(_GRACE / 2)

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, and tell whether it has."""
        return _until(lambda: not self.alive(), seconds)

    def _group_alive(self) -> bool:
        return any(group == self.pid for group in _groups())

    def _wait_for_group(self, seconds: float) -> None:
        _until(lambda: not self.alive() and not self._group_alive(), seconds)


def start_process(command: Sequence[str], environment: Mapping[str, str], directory: Path, log: Path) -> Running:
    """Start a program in a session of its own, its output added to a log file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    child.returncode = 0  # collected by Running.alive(), not by Popen, which would warn when it is thrown away
    return Running.of(child.pid)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold an instance's lock.

    Raises:
        StackError: another program holds it.
    """
    import fcntl

    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackError(f"{lock.parent} is being started or stopped by another program; wait for it") from error
        yield


def _until(done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.05)
    return False


def _stat(pid: int | str) -> list[str]:
    """Return the fields of ``/proc/<pid>/stat`` after the name, empty where there is no such process."""
    try:
        text = Path("/proc", str(pid), "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def _start_ticks(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[19]) if fields and fields[0] not in "ZX" else 0


def _groups() -> Iterator[int]:
    """Return the process group of every living process."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(entry.name)
            if fields and fields[0] not in "ZX":
                yield int(fields[2])
