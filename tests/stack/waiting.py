"""Waiting for something outside to become so, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from tests.stack.failures import StackError

Found = TypeVar("Found")


def wait_for(what: str, ask: Callable[[], Found | None], seconds: float = 30.0, pause: float = 0.1) -> Found:
    """Ask until the answer is true, and return it.

    Raises:
        StackError: it did not become so in time.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = ask()
        if found:
            return found
        if time.monotonic() > deadline:
            raise StackError(f"{what}: not within {seconds:.0f} s (last answer: {found!r})")
        time.sleep(pause)
