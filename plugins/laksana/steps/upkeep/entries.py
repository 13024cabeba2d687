"""How the office logs in to look inside, and how two looks become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from laksana.checks.inside import Entry
from laksana.records import CheckReport

if TYPE_CHECKING:
    from laksana.settings import Settings

_USES = {"disk": "disk_percent", "memory": "memory_percent", "quota": "quota_percent"}


def entry_of(settings: Settings) -> Entry:
    """Return how the office logs in to servers."""
    return Entry(settings.ssh_user, settings.ssh_key_file, settings.ssh_known_hosts_file)


def joined(outside: CheckReport, inside: CheckReport) -> CheckReport:
    """Return one report of the look from outside and the look from inside."""
    return CheckReport((*outside.items, *inside.items), {**outside.facts, **inside.facts})


def percents(inside: CheckReport) -> Mapping[str, float]:
    """Return the uses in percent that a look inside found."""
    return {name: float(inside.facts[fact]) for name, fact in _USES.items() if fact in inside.facts}
