"""What a wrong name or value was probably meant to be. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from laksana.spec.model import SELESAI, slug_of

_MONTHS = (
    "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november",
    "desember",
)  # fmt: skip
_UNITS = {
    "menit": (1, "Menit"), "mnt": (1, "Menit"), "minutes": (1, "Menit"), "minute": (1, "Menit"), "": (1, "Menit"),
    "jam": (1, "Jam"), "hour": (1, "Jam"), "hours": (1, "Jam"), "hari": (1, "Hari"), "day": (1, "Hari"),
    "days": (1, "Hari"), "hari kerja": (1, "Hari"), "minggu": (5, "Hari"), "week": (5, "Hari"), "weeks": (5, "Hari"),
}  # fmt: skip
"""Unit as people write it → how many of which unit; a week has five working days."""

_LONGEST = 80
"""Letters of a value that somebody may have meant well; no longer one is looked at."""


def meant(found: str, known: Iterable[str]) -> str:
    """Return the known name that a wrong one was probably meant to be, empty where none is close."""
    by_folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(found.casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else ""


def hint_of(found: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, or else all of them."""
    names = list(known)
    close = meant(found, names)
    return f"did you mean {close!r}?" if close else f"allowed: {', '.join(names) or 'none'}"


def mended(key: str, found: Any) -> Any:
    """Return what a value under a key was probably meant to be, None where nobody can tell."""
    mend = _MENDS.get(key)
    if mend is None or isinstance(found, bool) or not isinstance(found, (str, int)) or len(str(found)) > _LONGEST:
        return None
    return mend(str(found).strip())


def is_date(text: str) -> bool:
    """Tell whether text like ``2026-02-28`` names a day that there is."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _time(text: str) -> str | None:
    """Mend a standard time: ``10 menit``, ``10``, ``1,5 jam``, ``1 minggu``."""
    parts = re.fullmatch(r"([0-9]{1,6})(?:[.,](5))?\s*([a-z ]*)", text.lower())
    if not parts or parts[3] not in _UNITS:
        return None
    times, unit = _UNITS[parts[3]]
    if parts[2]:
        return f"{int(parts[1]) * 60 + 30} Menit" if unit == "Jam" else None
    return f"{int(parts[1]) * times} {unit}" if int(parts[1]) else None


def _date(text: str) -> str | None:
    """Mend a date: ``2026-1-2``, ``2/1/2026``, ``2 Januari 2026``."""
    parts = re.split(r"[-/. ]+", text.lower())
    if len(parts) != 3:  # noqa: PLR2004  # day, month, year
        return None
    year, month, day = parts if len(parts[0]) == len("2026") else reversed(parts)
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month) if month.isdecimal() else 0
    if not (year.isdecimal() and day.isdecimal()):
        return None
    found = f"{int(year):04}-{number:02}-{int(day):02}"
    return found if is_date(found) else None


def _number(text: str) -> int | None:
    """Mend a whole number: ``"2"``, ``80%``, ``3 kali``, ``langkah 2``."""
    numbers: list[str] = re.findall(r"(?<![0-9.,-])[0-9]{1,6}(?![0-9.,])", text)
    return int(numbers[0]) if len(numbers) == 1 else None


def _target(text: str) -> str | int | None:
    return SELESAI if meant(text, [SELESAI]) else _number(text)


def _word(text: str) -> str | None:
    return re.sub(r"[^a-z]", "", text.lower()) or None


def _months(text: str) -> str | None:
    parts = re.fullmatch(r"([1-9][0-9]?)\s*(bulan|months?)", text.lower())
    return f"{parts[1]} Bulan" if parts else None


_MENDS: dict[str, Callable[[str], Any]] = {
    "waktu": _time, "umur": _months, "no": _number, "urutan": _number, "langkah": _number, "paling_banyak": _number,
    "batas_atas": _number, "ke": _target, "bila": _word, "hasil": _word, "slug": slug_of, "sop": slug_of,
    "tanggal_pembuatan": _date, "tanggal_revisi": _date, "tanggal_efektif": _date,
}  # fmt: skip
"""Key → how a value that does not fit there is mended."""
