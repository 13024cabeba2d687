"""Quarters of the calendar year, by which services are evaluated; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from laksana.errors import WorktimeError

_MONTHS = 3
_TEXT = re.compile(r"([0-9]{4})-T([1-4])", re.ASCII)
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter of a year."""

    year: int
    number: int
    """1 to 4."""

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter that a day lies in."""
        return cls(day.year, (day.month - 1) // _MONTHS + 1)

    @classmethod
    def before(cls, day: date) -> Quarter:
        """Return the last quarter that was over on a day."""
        return cls.of(cls.of(day).first - timedelta(days=1))

    @classmethod
    def read(cls, text: str) -> Quarter:
        """Read a quarter like ``2026-T3``.

        Raises:
            WorktimeError: it is none.
        """
        found = _TEXT.fullmatch(text.strip())
        if not found:
            raise WorktimeError(f"quarter {text!r}: allowed are a year and T1 to T4, e.g. 2026-T3")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, (self.number - 1) * _MONTHS + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        following = (self.first.replace(day=1) + timedelta(days=31 * _MONTHS)).replace(day=1)
        return following - timedelta(days=1)

    @property
    def title(self) -> str:
        """Its name in papers: ``Triwulan III 2026``."""
        return f"Triwulan {_ROMAN[self.number - 1]} {self.year}"

    def __str__(self) -> str:
        return f"{self.year}-T{self.number}"

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return when it begins, and when it is over, in a time zone."""
        end = self.last + timedelta(days=1)
        return (datetime.combine(self.first, time.min, tzinfo=zone), datetime.combine(end, time.min, tzinfo=zone))
