"""A check ends in time, whatever is asked of: its answer, its fault, or that there was none."""

from __future__ import annotations

import threading
import time

import pytest

from laksana.checks.patience import in_time
from laksana.errors import CheckError
from laksana.records import CheckItem, CheckReport

UP = CheckReport((CheckItem("Situs", passed=True, expected="menjawab", found="menjawab"),))


@in_time(questions=3)
def look(name: str, *, pause: threading.Event | None = None, timeout: float = 5.0) -> CheckReport:
    """Answer for a name, or wait."""
    if not name:
        raise CheckError(f"no name, and {timeout:g} seconds")
    if pause:
        pause.wait(10)
    return UP


def test_answer_and_fault_come_through() -> None:
    assert look("app", timeout=1) == UP
    with pytest.raises(CheckError, match="no name, and 1 seconds"):
        look("", timeout=1)


def test_late_check_is_a_failed_one_that_names_the_service() -> None:
    pause, begun = threading.Event(), time.monotonic()
    report = look("app", pause=pause, timeout=0.1)
    taken = time.monotonic() - begun
    pause.set()

    assert report.reasons() == ("Pemeriksaan app: tidak selesai (seharusnya selesai dalam 0.3 detik)",)
    assert 0.3 <= taken < 2
