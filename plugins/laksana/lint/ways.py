"""Which steps follow which, and what has been made when a step begins. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from laksana.spec.model import Edge, Spec, Step

REFUSING = frozenset({"tolak", "ditolak", "cabut"})
"""Outcomes after which a case is a refused one."""


def followers(spec: Spec, number: int) -> list[int]:
    """Return the steps that may follow a step."""
    return [edge.ke for edge in spec.step(number).lanjut if isinstance(edge.ke, int) and edge.ke <= len(spec.langkah)]


def surely_made(spec: Spec) -> dict[int, frozenset[str]]:
    """Return what has been made whichever way led to a step, in small letters; unreachable steps are left out."""
    made: dict[int, frozenset[str]] = {1: frozenset()}
    waiting = [1]
    while waiting:
        number = waiting.pop()
        after = made[number] | {name.casefold() for name in spec.step(number).output}
        for follower in followers(spec, number):
            known = made.get(follower)
            found = after if known is None else known & after
            if found != known:
                made[follower] = found
                waiting.append(follower)
    return made


def losing_ways(spec: Spec, to: int, made_by: Iterable[int]) -> Iterator[tuple[Step, Edge]]:
    """Yield the ways after which a step is reached without what others make: before them it could still be made."""
    passing = frozenset(made_by) - {to}
    can_make = _leading_to(spec, passing, around=to)
    can_reach = _leading_to(spec, frozenset({to}), around=0) - passing
    reached = _reached(spec, passing | {to})
    if not can_make & reached:
        can_make |= {1}  # no way meets a maker in time: all is lost at the start
    for number in sorted(reached & can_make):
        for edge in spec.step(number).lanjut:
            if edge.ke == to or (edge.ke in can_reach and edge.ke not in can_make):
                yield spec.step(number), edge


def _reached(spec: Spec, barred: frozenset[int]) -> frozenset[int]:
    """Return the steps that a case can come to without one of the barred."""
    found: set[int] = set()
    waiting = [1]
    while waiting:
        number = waiting.pop()
        if number not in found and number not in barred:
            found.add(number)
            waiting.extend(followers(spec, number))
    return frozenset(found)


def _leading_to(spec: Spec, goals: frozenset[int], *, around: int) -> frozenset[int]:
    """Return the goals and the steps from which one of them can be reached, but for the step to go around."""
    found = set(goals)
    before = -1
    while before < len(found):
        before = len(found)
        found |= {step.no for step in spec.langkah if step.no != around and found & set(followers(spec, step.no))}
    return frozenset(found)


def makers(spec: Spec, name: str) -> list[int]:
    """Return the steps that make an output of this name."""
    return [step.no for step in spec.langkah if name.casefold() in {made.casefold() for made in step.output}]


def outputs(spec: Spec, numbers: Iterable[int]) -> frozenset[str]:
    """Return what some steps make, in small letters."""
    return frozenset(name.casefold() for number in numbers for name in spec.step(number).output)
