"""A standard time as the SOP sheet writes it (``90 Menit``, ``2 Jam``, ``3 Hari``); it refuses fractions and zero."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from laksana.errors import WorktimeError

_TEXT = re.compile(r"\s*(\d{1,6})\s*([A-Za-z]+)\s*", re.ASCII)


class Unit(Enum):
    """Units of a standard time; an hour is 60 working minutes, a day is a working day and never minutes."""

    MINUTE = "Menit"
    HOUR = "Jam"
    DAY = "Hari"


@dataclass(frozen=True)
class Duration:
    """A positive number of working minutes, hours or days."""

    value: int
    """How many, at least 1."""
    unit: Unit
    """Of what."""

    def __post_init__(self) -> None:
        """Refuse what is no duration."""
        if self.value < 1:
            raise WorktimeError(f"duration {self.value} {self.unit.value}: must be at least 1")

    @property
    def minutes(self) -> int:
        """Return the working minutes of a duration in Menit or Jam.

        Raises:
            WorktimeError: the unit is Hari; working days differ in length.
        """
        if self.unit is Unit.DAY:
            raise WorktimeError(f"duration {self}: working days differ in length and can't be turned into minutes")
        return self.value * (60 if self.unit is Unit.HOUR else 1)

    def __str__(self) -> str:
        """Write it as the sheet does."""
        return f"{self.value} {self.unit.value}"


def parse(text: str) -> Duration:
    """Read a duration such as ``90 Menit``; capitals and extra spaces don't matter.

    Raises:
        WorktimeError: the text is no positive whole number with a known unit.
    """
    allowed = ", ".join(unit.value for unit in Unit)
    found = _TEXT.fullmatch(text)
    if not found:
        raise WorktimeError(f"duration {text!r}: not a whole number and a unit (allowed units: {allowed})")
    for unit in Unit:
        if unit.value.lower() == found[2].lower():
            return Duration(int(found[1]), unit)
    raise WorktimeError(f"duration {text!r}: unknown unit {found[2]!r} (allowed: {allowed})")
