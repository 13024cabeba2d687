"""Finds a case's playbook and the worker above it, so that a test can kill the worker in the middle."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.case import Case

WORKER = b"LaksanaLocalExecutor"


def playbook_process(case: Case, run: str) -> int | None:
    """Return the process that runs a case's playbook, by the beginning of its folder's name."""
    mark = f"runs/{case.ticket}/{run}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            words = command_of(int(entry.name))
            if mark in words and b"ansible-playbook" in words:
                return int(entry.name)
    return None


def worker_above(pid: int) -> int:
    """Return the executor's worker that a process descends from."""
    while pid > 1:
        if WORKER in command_of(pid):
            return pid
        pid = int(Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[1])
    raise AssertionError("no worker above the playbook")


def command_of(pid: int) -> bytes:
    """Return a process's command line, empty where it is gone."""
    try:
        return Path("/proc", str(pid), "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
