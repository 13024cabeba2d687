"""One change of the lab at a time, across processes and checkouts."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.lab import places
from tests.lab.errors import LabError

_PATIENCE = 300.0


@contextmanager
def exclusive(report: Callable[[str], None]) -> Iterator[None]:
    """Hold the lab's lock, waiting for whoever has it.

    Raises:
        LabError: Somebody held it for five minutes.
    """
    places.LOCK.parent.mkdir(parents=True, exist_ok=True)
    with places.LOCK.open("a+") as stream:
        if not _try_lock(stream.fileno()):
            stream.seek(0)
            report(f"waiting for process {stream.read().strip()}, which is changing the lab")
            _wait_for_lock(stream.fileno())
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield


def _wait_for_lock(descriptor: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _try_lock(descriptor):
        if time.monotonic() > deadline:
            raise LabError(f"{places.LOCK} was held for {_PATIENCE:.0f} s: look at the process whose number it holds")
        time.sleep(0.1)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
