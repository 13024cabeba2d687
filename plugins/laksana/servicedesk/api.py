"""The port to a service desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from laksana.records import StoredDocument

ROUTINE = "rutin"
"""Source of tickets that nobody handed in: rounds of the routine SOPs."""


@dataclass(frozen=True)
class Ticket:
    """A request as the desk keeps it."""

    number: str
    slug: str
    source: str
    applicant: str
    """Login of who asked."""
    data: Mapping[str, Any]
    """The form as it stands now."""
    status: str
    """``diterima``, ``diproses``, ``dikembalikan``, ``selesai`` (a refusal too: its reply says so)."""
    run_id: str
    run_started: bool
    opened_at: datetime
    closed_at: datetime | None = None
    documents: tuple[StoredDocument, ...] = ()
    history: tuple[tuple[datetime, str, str], ...] = ()
    """When, kind, text in Bahasa Indonesia."""
    spec_digest: str = ""
    """Version of the SOP that the case goes by; empty before its first step, and of cases from before versions."""


class ServiceDesk(Protocol):
    """What Laksana asks of a service desk."""

    def get(self, number: str) -> Ticket:
        """Return a ticket.

        Raises:
            ServiceDeskError: the desk does not know it, or can't be reached.
        """
        ...

    def note(self, number: str, text: str, *, status: str, at: datetime, once: str) -> None:
        """Write a line into the ticket's history and set its status; the same ``once`` key is written once."""
        ...

    def complete(self, number: str, data: Mapping[str, Any], *, at: datetime, once: str) -> None:
        """Replace the form by the completed one; the earlier one stays in the history."""
        ...

    def attach(self, number: str, document: StoredDocument, *, at: datetime, once: str) -> None:
        """Attach a document that lies in the archive."""
        ...
