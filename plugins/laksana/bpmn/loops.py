"""Ways back as BPMN has them: the flow really goes back, and a variable counts the attempts against the bound. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from laksana.spec.model import Spec, Step

REVISED = frozenset({"konsep_surat", "laporan_rutin"})
"""Work that the machine does at first; after a return a person revises it before (ruling R6)."""


@dataclass(frozen=True)
class Loop:
    """A way back from one step to an earlier one, or to itself."""

    first: int
    last: int
    bound: int
    """How many tests before a person decides (ruling R7), or how many returns there may be (R5, R6)."""

    @property
    def counter(self) -> str:
        """Variable that holds the number of the attempt, 1 at first."""
        return f"percobaan_{self.first:02d}_{self.last:02d}"


def loops_of(spec: Spec) -> tuple[Loop, ...]:
    """Return the SOP's loops; none overlaps another, so that none is entered twice and none needs a reset."""
    backs = ((step, step.way_back) for step in spec.langkah)
    return tuple(Loop(int(back.ke), step.no, back.paling_banyak) for step, back in backs if back is not None)


def loop_around(spec: Spec, step: Step) -> Loop | None:
    """Return the loop that a step lies in."""
    return next((loop for loop in loops_of(spec) if loop.first <= step.no <= loop.last), None)


def is_revised(spec: Spec, step: Step) -> bool:
    """Tell whether a person may have to revise what the step made in an earlier attempt."""
    return step.work.kind in REVISED and loop_around(spec, step) is not None


def chooses_revision(spec: Spec, step: Step) -> bool:
    """Tell whether a step inside a loop is entered the same way at its first attempt and at later ones."""
    loop = loop_around(spec, step)
    return is_revised(spec, step) and loop is not None and loop.first != step.no
