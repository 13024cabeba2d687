"""Locks on names and hosts, so that two runs never work on the same one at once.

A lock is the kernel's (``flock``): it is released when its process dies, however it dies. It holds on one machine;
workers on several machines need the folder on a file system whose locks reach them all (NFSv4 does).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from laksana.errors import ProvisioningError

_LOOK_SECONDS = 0.1


@contextmanager
def exclusive(name: str, *, directory: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the lock on a name for the length of the block.

    Raises:
        ProvisioningError: another process still holds it after the wait; names that process and since when.
    """
    path = directory / _file_name(name)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="utf-8")
    except OSError as error:
        raise ProvisioningError(f"{path}: lock file can't be opened ({error.strerror})") from error
    with file:
        _acquire(file, name, wait_seconds)
        _sign(file, name)
        yield


@contextmanager
def exclusive_all(names: Iterable[str], *, directory: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the locks on several names, always taken in the same order, so that two runs never wait for each other.

    Raises:
        ProvisioningError: one of them is still held after the wait.
    """
    with ExitStack() as held:
        for name in sorted(set(names)):
            held.enter_context(exclusive(name, directory=directory, wait_seconds=wait_seconds))
        yield


def _acquire(file: IO[str], name: str, wait_seconds: float) -> None:
    """Take the lock, looking again until the wait is over."""
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise ProvisioningError(
                    f"{name!r} is being worked on by {_holder(file)}; waited {wait_seconds:g} s, try again later"
                ) from error
            time.sleep(_LOOK_SECONDS)
        else:
            return


def _sign(file: IO[str], name: str) -> None:
    """Write down who holds the lock, for the message of whoever waits in vain."""
    file.seek(0)
    file.truncate()
    json.dump({"name": name, "pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}, file)
    file.flush()


def _holder(file: IO[str]) -> str:
    """Say who holds the lock."""
    file.seek(0)
    try:
        noted = json.load(file)
        return f"process {noted['pid']} since {noted['since']}"
    except (ValueError, KeyError, TypeError):
        return "another process"  # it has taken the lock and not signed yet


def _file_name(name: str) -> str:
    """Return a readable file name; the digest keeps names apart that look alike in it."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{re.sub(r'[^A-Za-z0-9._-]', '_', name)[:80]}-{digest}.lock"
