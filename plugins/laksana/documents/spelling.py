"""Numbers and days in Indonesian words, as minutes spell them out; pure."""

from __future__ import annotations

from datetime import date

from laksana.documents.dates import MONTHS

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_UNITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_TEN, _HUNDRED, _THOUSAND, _LIMIT = 10, 100, 1_000, 10_000


def number_in_words(number: int) -> str:
    """Spell a number out: 2026 → ``dua ribu dua puluh enam``.

    Raises:
        ValueError: the number lies outside 0-9999.
    """
    if not 0 <= number < _LIMIT:
        raise ValueError(f"{number}: only 0-{_LIMIT - 1} are spelled out")
    if number < _TEN:
        return _UNITS[number]
    if number < 2 * _TEN:
        return {10: "sepuluh", 11: "sebelas"}.get(number) or f"{_UNITS[number - _TEN]} belas"
    for size, one, name in ((_THOUSAND, "seribu", "ribu"), (_HUNDRED, "seratus", "ratus"), (_TEN, "", "puluh")):
        if number >= size:
            count, rest = divmod(number, size)
            head = one if count == 1 else f"{_UNITS[count]} {name}"
            return f"{head} {number_in_words(rest)}" if rest else head
    raise AssertionError(number)


def day_in_words(day: date) -> str:
    """Spell a day out as minutes open: ``hari Selasa tanggal dua puluh empat bulan November tahun dua ribu …``."""
    return (
        f"hari {DAYS[day.weekday()]} tanggal {number_in_words(day.day)} bulan {MONTHS[day.month - 1]} "
        f"tahun {number_in_words(day.year)}"
    )
