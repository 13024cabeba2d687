"""Turns an SOP's flow with its ways back into a plan without loops: every step in as many attempts as it may need.

"Kembali ke langkah N" becomes the next attempt at N, up to the bound (ruling R7, design decision 6). Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from laksana.errors import Problem, SpecError
from laksana.spec.model import SELESAI, Spec, Step

EXTRA = 1
"""Attempts that a person may grant after the last failed test."""


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
    """Return the SOP's loops.

    Raises:
        SpecError: two of them overlap; such a flow has no bounded plan.
    """
    found: list[Loop] = []
    for step in spec.langkah:
        back = step.way_back
        if back is None:
            continue
        # A bound on tests counts attempts; a bound on returns counts returns, so the first attempt comes on top.
        attempts = back.paling_banyak + 1
        loop = Loop(int(back.ke), step.no, attempts)
        for other in found:
            if loop.first <= other.last:
                message = f"the ways back of steps {other.last} and {loop.last} overlap"
                raise SpecError([Problem("loop", message, "let one end before the other begins", spec.file)])
        found.append(loop)
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
