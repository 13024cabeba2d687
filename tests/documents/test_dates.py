"""Indonesian dates."""

from __future__ import annotations

from datetime import date

import pytest

from laksana.documents.dates import indonesian_date


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 23), "23 November 2026"),
        (date(2026, 1, 1), "1 Januari 2026"),
        (date(2024, 2, 29), "29 Februari 2024"),
        (date(2025, 8, 17), "17 Agustus 2025"),
        (date(2030, 12, 9), "9 Desember 2030"),
    ],
)
def test_date_is_written_with_the_indonesian_month(day: date, written: str) -> None:
    assert indonesian_date(day) == written
