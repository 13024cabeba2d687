"""What people write and what they mean: names, times, dates, numbers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laksana.spec.guessing import hint_of, is_date, meant, mended


@pytest.mark.parametrize(
    ("found", "expected"),
    [("Kabid Ti", "Kabid TI"), ("kabid spb", "Kabid SPBE"), ("Kepala Dinas", ""), ("", "")],
)
def test_a_name_that_is_close_was_meant(found: str, expected: str) -> None:
    assert meant(found, ["Kabid TI", "Kabid SPBE", "Pranata Komputer"]) == expected


def test_a_hint_names_all_where_none_is_close() -> None:
    assert hint_of("lulos", ["lulus", "ditolak"]) == "did you mean 'lulus'?"
    assert hint_of("xyz", ["lulus", "ditolak"]) == "allowed: lulus, ditolak"
    assert hint_of("xyz", []) == "allowed: none"


@pytest.mark.parametrize(
    ("key", "found", "expected"),
    [
        ("waktu", "10 menit", "10 Menit"), ("waktu", "10menit", "10 Menit"), ("waktu", 10, "10 Menit"),
        ("waktu", "1 minggu", "5 Hari"), ("waktu", "2 hari kerja", "2 Hari"), ("waktu", "1,5 jam", "90 Menit"),
        ("waktu", "1.5 Jam", "90 Menit"), ("waktu", "0 Menit", None), ("waktu", "sebentar", None),
        ("waktu", "1,5 Hari", None), ("waktu", "2 tahun", None), ("waktu", "3 days", "3 Hari"), ("waktu", True, None),
        ("tanggal_efektif", "2026-1-2", "2026-01-02"), ("tanggal_efektif", "2/1/2026", "2026-01-02"),
        ("tanggal_efektif", "02.01.2026", "2026-01-02"), ("tanggal_efektif", "2 Januari 2026", "2026-01-02"),
        ("tanggal_efektif", "31-02-2026", None), ("tanggal_efektif", "kemarin", None), ("tanggal_efektif", 2026, None),
        ("umur", "3 bulan", "3 Bulan"), ("umur", "3 Hari", None),
        ("no", "2", 2), ("batas_atas", "80%", 80), ("batas_atas", "80 %", 80), ("batas_atas", "0,8", None),
        ("paling_banyak", "3 kali", 3), ("ke", "langkah 7", 7), ("ke", "7", 7), ("ke", "selesay", "selesai"),
        ("ke", "2 atau 3", None), ("bila", "Ya", "ya"), ("bila", "tidak ada", "tidakada"),
        ("slug", "SOP Baru", "sop-baru"),
        ("judul", "10 menit", None), ("waktu", ["1 Jam"], None), ("waktu", "9" * 5000, None),
    ],
)  # fmt: skip
def test_a_value_as_people_write_it(key: str, found: Any, expected: Any) -> None:
    assert mended(key, found) == expected


@given(st.sampled_from(["waktu", "tanggal_revisi", "umur", "no", "ke", "bila", "slug"]), st.text(max_size=90))
def test_no_value_is_too_strange(key: str, found: str) -> None:
    guess = mended(key, found)

    assert guess is None or isinstance(guess, (str, int))
    if key == "tanggal_revisi" and guess is not None:
        assert is_date(guess)


@pytest.mark.parametrize(("text", "expected"), [("2024-02-29", True), ("2023-02-29", False), ("2023-13-01", False)])
def test_days_that_there_are(text: str, expected: bool) -> None:
    assert is_date(text) is expected
