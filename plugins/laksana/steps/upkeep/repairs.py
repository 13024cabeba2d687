"""What became of the services that a round found down: its own repairs, and those of the SOPs that it called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from laksana.monitoring.observations import ACTIVATION, STATUS, Observation

if TYPE_CHECKING:
    from laksana.office import Office


@dataclass(frozen=True)
class Repairs:
    """Attempts at bringing services up again, by their keys."""

    tried: Mapping[str, Observation]
    repaired: frozenset[str]
    """Services that an attempt brought up."""
    up: frozenset[str]
    """Services that are up again, be it by themselves: a called SOP looked at them later."""


def repairs_of(office: Office, ticket: str, called: Iterable[str]) -> Repairs:
    """Return what a round and the SOPs that it called did: SOP 13 repairs what SOP 12 finds.

    ``called`` holds tickets, without the one that the round goes on from.
    """
    others = tuple(called)
    tried = office.observations.of_cases((ticket, *others), ACTIVATION)
    repaired = _passed(tried)
    return Repairs(tried, repaired, repaired | _passed(office.observations.of_cases(others, STATUS)))


def _passed(found: Mapping[str, Observation]) -> frozenset[str]:
    return frozenset(key for key, seen in found.items() if seen.passed)
