"""Quarters: which one a day lies in, which was over last, and their bounds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from laksana.errors import WorktimeError
from laksana.worktime.quarters import Quarter


@pytest.mark.parametrize(
    ("day", "inside", "before"),
    [
        ("2026-01-01", "2026-T1", "2025-T4"),
        ("2026-03-31", "2026-T1", "2025-T4"),
        ("2026-04-01", "2026-T2", "2026-T1"),
        ("2026-11-25", "2026-T4", "2026-T3"),
        ("2026-12-31", "2026-T4", "2026-T3"),
    ],
)
def test_day_has_its_quarter_and_the_one_before(day: str, inside: str, before: str) -> None:
    moment = date.fromisoformat(day)

    assert (str(Quarter.of(moment)), str(Quarter.before(moment))) == (inside, before)


@pytest.mark.parametrize(
    ("text", "first", "last", "title"),
    [
        ("2024-T1", "2024-01-01", "2024-03-31", "Triwulan I 2024"),
        ("2026-T2", "2026-04-01", "2026-06-30", "Triwulan II 2026"),
        (" 2026-T3 ", "2026-07-01", "2026-09-30", "Triwulan III 2026"),
        ("2026-T4", "2026-10-01", "2026-12-31", "Triwulan IV 2026"),
    ],
)
def test_quarter_has_its_first_and_last_day(text: str, first: str, last: str, title: str) -> None:
    quarter = Quarter.read(text)

    assert (quarter.first.isoformat(), quarter.last.isoformat(), quarter.title) == (first, last, title)


@pytest.mark.parametrize("text", ["", "2026", "2026-3", "2026-T0", "2026-T5", "T3-2026", "2026-T3x", "٢٠٢٦-T3"])
def test_text_that_is_no_quarter_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(WorktimeError, match=r"allowed are a year and T1 to T4, e\.g\. 2026-T3"):
        Quarter.read(text)


def test_quarter_begins_and_ends_at_the_offices_midnight() -> None:
    start, end = Quarter(2026, 3).moments(ZoneInfo("Asia/Jakarta"))

    assert start == datetime(2026, 6, 30, 17, tzinfo=UTC)
    assert end == datetime(2026, 9, 30, 17, tzinfo=UTC)


def test_later_quarters_are_greater() -> None:
    assert Quarter(2025, 4) < Quarter(2026, 1) < Quarter(2026, 2)
