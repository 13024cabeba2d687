"""Turns an SOP's flow with its ways back into a plan without loops: every step in as many attempts as it may need.

"Kembali ke langkah N" becomes the next attempt at N, up to the bound (ruling R7, design decision 6). Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from laksana.spec.model import SELESAI, Spec, Step

EXTRA = 1
"""Attempts on top of the bound: the one that a person may grant after the last failed test, or the first of all."""


@dataclass(frozen=True)
class Loop:
    """A way back: from the end of a stretch of steps to its start."""

    first: int
    last: int
    attempts: int
    """Attempts that may be needed at each step of the stretch, the granted one included."""

    def holds(self, number: int) -> bool:
        """Tell whether a step lies in the stretch."""
        return self.first <= number <= self.last


@dataclass(frozen=True, order=True)
class Place:
    """One attempt at one step."""

    step: int
    attempt: int


def loops_of(spec: Spec) -> list[Loop]:
    """Return the SOP's loops; the spec's rules have seen to it that none overlaps another."""
    found: list[Loop] = []
    for step in spec.langkah:
        back = step.way_back
        if back is None:
            continue
        # A bound counts tests, to which a person may grant one more; or returns, before which was a first attempt.
        found.append(Loop(int(back.ke), step.no, back.paling_banyak + EXTRA))
    return found


def attempts_of(step: Step, loops: list[Loop]) -> int:
    """Return how many attempts at a step may be needed."""
    return next((loop.attempts for loop in loops if loop.holds(step.no)), 1)


def next_place(spec: Spec, place: Place, outcome: str, loops: list[Loop]) -> Place | None:
    """Return where an outcome leads, or nothing where it ends the case."""
    edge = spec.step(place.step).edge(outcome)
    if edge is None or edge.ke == SELESAI:
        return None
    target = int(edge.ke)
    if target <= place.step:
        return Place(target, place.attempt + 1)
    same = any(loop.holds(place.step) and loop.holds(target) for loop in loops)
    return Place(target, place.attempt if same else 1)


def returns_left(place: Place, loops: list[Loop]) -> bool:
    """Tell whether a step at this attempt may still send the case back."""
    loop = next((loop for loop in loops if loop.last == place.step), None)
    return loop is not None and place.attempt < loop.attempts
