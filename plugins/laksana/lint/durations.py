"""How long an SOP takes by its own standard times, over all its ways and the SOPs that it calls; in working minutes."""

from __future__ import annotations

from functools import cache

from laksana.lint.sops import Others, called_by
from laksana.lint.ways import followers
from laksana.spec.model import SELESAI, Spec, Step

MINUTES_A_DAY = 450
"""A working day of the office: 07.30 to 16.00 with an hour's break."""
_UNITS = {"Menit": 1, "Jam": 60, "Hari": MINUTES_A_DAY}


def minutes(waktu: str) -> int:
    """Return a standard time in working minutes."""
    number, unit = waktu.split()
    return int(number) * _UNITS[unit]


def best_and_worst(spec: Spec, others: Others, callers: tuple[str, ...] = ()) -> tuple[int, int]:
    """Return the shortest and the longest time of an SOP, every step once on a way.

    A step that calls another SOP takes that SOP's time; where it would call back one of ``callers``, its own.
    """
    passed = (*callers, spec.slug)

    @cache
    def from_step(number: int) -> tuple[int, int]:
        best, worst = _cost(spec.step(number), others, passed)
        after = [from_step(follower) for follower in followers(spec, number) if follower > number]
        if not after or any(edge.ke == SELESAI for edge in spec.step(number).lanjut):
            after.append((0, 0))
        return best + min(times[0] for times in after), worst + max(times[1] for times in after)

    return from_step(1)


def in_words(length: int) -> str:
    """Say a length of working time, in days where it is longer than one."""
    if length <= MINUTES_A_DAY:
        return f"{length} minutes"
    return f"{length} minutes ({length / MINUTES_A_DAY:.1f} working days)"


def _cost(step: Step, others: Others, passed: tuple[str, ...]) -> tuple[int, int]:
    called = others.get(called_by(step))
    if called is None or called.spec.slug in passed:
        own = minutes(step.waktu)
        return own, own
    return best_and_worst(called.document, others, passed)
