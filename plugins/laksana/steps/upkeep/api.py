"""What every kind of service answers while it is kept up, so that rounds need not know which one they look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from laksana.records import CheckReport
from laksana.registry.services import ACTIVE, Service

if TYPE_CHECKING:
    from laksana.office import Office


HOSTING, SERVER = "hosting", "server"
"""Where a backup is taken: on the hosting host, or on a server itself."""


@dataclass(frozen=True)
class Backup:
    """What of a service is backed up, and where it is taken."""

    target: str
    """``hosting`` or ``server``."""
    paths: tuple[str, ...]
    """Folders that every backup must hold."""
    database: str = "tidak"
    """Name of a database that is dumped first, or ``tidak``."""


@dataclass(frozen=True)
class Looked:
    """One look at a service."""

    status: CheckReport
    """Whether it works; it counts as up where every item passed."""
    resources: Mapping[str, float]
    """Use in percent by resource (``disk``, ``memory``, ``quota``), empty where nobody could look inside."""


class KeptKind(Protocol):
    """One kind of service."""

    registry_kind: str
    """Kind of its rows in the registry."""
    place: str
    """Place of its rows; empty takes every place."""
    noun: str
    """What sentences call it."""

    def look(self, office: Office, service: Service, *, now: datetime) -> Looked:
        """Look at a service from outside and, where the office can log in, from inside; down is an answer, no error."""
        ...

    def values(self, office: Office, service: Service) -> Mapping[str, Any]:
        """Return what playbooks may get of it (``layanan.…`` in a spec)."""
        ...

    def backup(self, office: Office, service: Service) -> Backup | None:
        """Return what is backed up; nothing where the kind holds no data of its own."""
        ...


def services_of(office: Office, kind: KeptKind) -> list[Service]:
    """Return the services of a kind that are in use."""
    rows = office.registry.list(kind=kind.registry_kind)
    return [row for row in rows if row.state == ACTIVE and kind.place in {"", row.place}]


def key_of(service: Service) -> str:
    """Return a service's key, e.g. ``hosting/perikanan``."""
    return f"{service.kind}/{service.name}"
