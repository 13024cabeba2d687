"""Which steps follow which, and what has been made when a step begins. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from laksana.spec.model import Spec


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


def makers(spec: Spec, name: str) -> list[int]:
    """Return the steps that make an output of this name."""
    return [step.no for step in spec.langkah if name.casefold() in {made.casefold() for made in step.output}]


def outputs(spec: Spec, numbers: Iterable[int]) -> frozenset[str]:
    """Return what some steps make, in small letters."""
    return frozenset(name.casefold() for number in numbers for name in spec.step(number).output)
