"""How long a check may take in all: each question has its own limit, but a server that drips renews it with every byte.

What is not over in time goes on in a thread of its own, which ends with the process; nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from queue import Empty, SimpleQueue
from threading import Thread
from typing import ParamSpec

from laksana.records import CheckItem, CheckReport

PROBE_SECONDS = 5.0
"""What a check's ``timeout`` is where nobody gives one."""
_Arguments = ParamSpec("_Arguments")
_Check = Callable[_Arguments, CheckReport]


def in_time(questions: int) -> Callable[[_Check[_Arguments]], _Check[_Arguments]]:
    """Bound a check of something named by its first argument to so many times its ``timeout``; late is failed."""

    def bound(check: _Check[_Arguments]) -> _Check[_Arguments]:
        @wraps(check)
        def look(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> CheckReport:
            seconds = questions * float(str(kwargs.get("timeout", PROBE_SECONDS)))
            report = _within(seconds, lambda: check(*args, **kwargs))
            return _late(str(args[0]), seconds) if report is None else report

        return look

    return bound


def _within(seconds: float, look: Callable[[], CheckReport]) -> CheckReport | None:
    """Return what a look gives, or raise what it raises; nothing where it takes longer."""
    ends: SimpleQueue[CheckReport | Exception] = SimpleQueue()

    def run() -> None:
        try:
            ends.put(look())
        except Exception as error:  # noqa: BLE001  # raised again by who waits
            ends.put(error)

    Thread(target=run, daemon=True).start()
    try:
        end = ends.get(timeout=seconds)
    except Empty:
        return None
    if isinstance(end, Exception):
        raise end
    return end


def _late(name: str, seconds: float) -> CheckReport:
    expected = f"selesai dalam {seconds:g} detik"
    return CheckReport((CheckItem(f"Pemeriksaan {name}", passed=False, expected=expected, found="tidak selesai"),))
