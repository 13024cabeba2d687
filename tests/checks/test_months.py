"""A month is a calendar month in the office's zone, at every edge of it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from laksana.checks.months import months_before
from laksana.errors import CheckError

WIB = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-11-25", 1, "2026-10-25"),
        ("2026-11-25", 0, "2026-11-25"),
        ("2026-05-01", 1, "2026-04-01"),  # 30 days
        ("2026-06-01", 1, "2026-05-01"),  # 31 days
        ("2026-03-01", 1, "2026-02-01"),  # 28 days
        ("2028-03-01", 1, "2028-02-01"),  # 29 days
        ("2026-05-31", 1, "2026-04-30"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2028-03-31", 1, "2028-02-29"),
        ("2026-03-29", 1, "2026-02-28"),
        ("2028-02-29", 12, "2027-02-28"),
        ("2026-01-31", 1, "2025-12-31"),
        ("2026-02-28", 3, "2025-11-28"),
        ("2026-12-31", 13, "2025-11-30"),
    ],
)
def test_months_are_those_of_the_calendar(day: str, months: int, before: str) -> None:
    moment = datetime.fromisoformat(f"{day}T07:30:15.000250").replace(tzinfo=WIB)

    assert months_before(moment, months) == datetime.fromisoformat(f"{before}T07:30:15.000250").replace(tzinfo=WIB)


def test_month_is_that_of_the_moments_own_zone() -> None:
    # One o'clock on 1 March in Gresik is still the last day of February in UTC.
    moment = datetime(2026, 2, 28, 18, tzinfo=UTC)

    in_gresik = months_before(moment.astimezone(WIB), 1)

    assert in_gresik == datetime(2026, 2, 1, 1, tzinfo=WIB)
    assert months_before(moment, 1) == datetime(2026, 1, 28, 18, tzinfo=UTC)
    assert in_gresik.utcoffset() == moment.astimezone(WIB).utcoffset()


@pytest.mark.parametrize(
    ("moment", "months", "said"),
    [(datetime(2026, 1, 1), 1, "no time zone"), (datetime(2026, 1, 1, tzinfo=WIB), -1, "allowed are 0 and more")],  # noqa: DTZ001  # what is refused
    ids=["no-zone", "negative"],
)
def test_moment_without_zone_and_negative_months_are_refused(moment: datetime, months: int, said: str) -> None:
    with pytest.raises(CheckError, match=said):
        months_before(moment, months)
