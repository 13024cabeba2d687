"""Days off: national holidays and cuti bersama of one year, with the office's own changes on top.

The only import of ``holidays``. It refuses to guess: a year whose cuti bersama is not known yet is called provisional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType


@dataclass(frozen=True)
class YearOff:
    """The national days off of one year."""

    days: Mapping[date, str]
    """Each day off with its name in Bahasa Indonesia."""
    joint_leave: int
    """How many of them are cuti bersama; 0 means that the joint decree of that year is not known."""


@dataclass(frozen=True)
class Changes:
    """What the office adds to and takes from the national days off."""

    added: Mapping[date, str] = field(default_factory=dict)
    """Further days off with their names."""
    removed: Mapping[date, str] = field(default_factory=dict)
    """National days off on which the office works, with the reason."""
    complete_years: frozenset[int] = frozenset()
    """Years that are complete by the office's own word: cuti bersama was added, or there is none."""


@cache
def national(year: int) -> YearOff:
    """Return Indonesia's public holidays and cuti bersama of a year, named in Bahasa Indonesia."""
    import holidays  # all the world's calendars: only for who counts days

    public = holidays.country_holidays("ID", years=year, language="id", categories=("public",))
    joint = holidays.country_holidays("ID", years=year, language="id", categories=("government",))
    return YearOff(days=MappingProxyType({**joint, **public}), joint_leave=len(joint))


def reason(day: date, changes: Changes) -> str:
    """Return why a day is off, or an empty text where it is no holiday."""
    if day in changes.added:
        return changes.added[day]
    if day in changes.removed:
        return ""
    return national(day.year).days.get(day, "")


def is_complete(year: int, changes: Changes) -> bool:
    """Tell whether cuti bersama of that year is known, from the joint decree or from the office."""
    return year in changes.complete_years or national(year).joint_leave > 0
