"""How long an SOP takes by its standard times where all goes well, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from laksana.spec.model import SELESAI, Edge, Spec, Step
from laksana.worktime.duration import Unit, parse

_NOT_STRAIGHT = frozenset({"tolak", "ditolak", "cabut", "gagal"})
"""Outcomes by which a request is not granted."""
_HOUR = 60
_LONG_DAY = 24 * 60
"""More minutes than any working day has: a way with more days counts as longer, whatever its minutes."""


@dataclass(frozen=True)
class Standard:
    """A sum of standard times; working days and minutes stay apart, as days differ in length."""

    days: int = 0
    minutes: int = 0
    condition: str = ""
    """When this time holds; empty where it always does."""

    @property
    def words(self) -> str:
        """Say it: ``4 hari 5 jam 20 menit``."""
        parts = ((self.days, "hari"), (self.minutes // _HOUR, "jam"), (self.minutes % _HOUR, "menit"))
        return " ".join(f"{value} {unit}" for value, unit in parts if value) or "0 menit"

    def working_days(self, shortest_day: int) -> int:
        """Return in how many working days it is over at the latest, if a day has so many minutes."""
        return self.days - (-self.minutes // shortest_day)

    def then(self, step: Step, condition: str) -> Standard:
        """Return the time with a step's before it."""
        time = parse(step.waktu)
        days, minutes = (time.value, 0) if time.unit is Unit.DAY else (0, time.minutes)
        return Standard(self.days + days, self.minutes + minutes, condition or self.condition)

    @property
    def size(self) -> int:
        """What times are compared by."""
        return self.days * _LONG_DAY + self.minutes


def straight_times(spec: Spec, is_free: Callable[[Step], bool]) -> tuple[Standard, ...]:
    """Return the shortest and the longest time from the request to its granting, once where they are the same.

    Steps for which ``is_free`` holds take no time; one that calls another SOP takes its own standard time (ruling R12).
    """
    found: dict[int, tuple[Standard, Standard]] = {}
    for step in reversed(spec.langkah):
        edges = _straight_edges(step)
        ends: list[Standard] = []
        for edge in edges:
            onward = (Standard(),) if edge.ke == SELESAI else found.get(int(edge.ke), ())
            condition = _condition(step, edge) if len({item.ke for item in edges}) > 1 else ""
            ends += [_add(step, time, condition, free=is_free(step)) for time in onward]
        if ends:
            found[step.no] = min(ends, key=lambda time: time.size), max(ends, key=lambda time: time.size)
    shortest, longest = found[1]
    if shortest.size == longest.size:
        return (Standard(shortest.days, shortest.minutes),)
    return shortest, longest


def _add(step: Step, onward: Standard, condition: str, *, free: bool) -> Standard:
    if free:
        return Standard(onward.days, onward.minutes, condition or onward.condition)
    return onward.then(step, condition)


def _straight_edges(step: Step) -> list[Edge]:
    """Return the ways on by which a request is granted."""
    forward = [edge for edge in step.lanjut if edge is not step.way_back]
    return [edge for edge in forward if edge.bila not in _NOT_STRAIGHT] or forward


def _condition(step: Step, edge: Edge) -> str:
    """Say which outcome of a step this way takes."""
    shown = edge.bila.upper() if edge.bila == "pdn" else edge.bila
    return f"Bila hasil langkah {step.no} adalah “{shown}”"
