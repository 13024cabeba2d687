"""What every gate's question is made of, and who may answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from laksana.posts.holders import APPLICANT
from laksana.steps.case import Case
from laksana.steps.wording import rows


@dataclass(frozen=True)
class Question:
    """What a gate shows when it opens."""

    subject: str
    body: str
    """Markdown."""
    assigned: tuple[str, ...]
    """``role:…`` and ``user:…`` that may answer, ``not:…`` that may not."""
    waiting: str
    """What the ticket says meanwhile."""
    prefilled: Mapping[str, Any] = field(default_factory=dict)
    status: str = "diproses"


def answers_so_far(case: Case) -> str:
    """Show what people recorded at earlier gates of the case, under the fields' titles."""
    titles = {name: schema["title"] for step in case.spec.langkah
              for name, schema in step.work.settings.get("isian", {}).items()}  # fmt: skip
    found: dict[str, Any] = {}
    for entry in case.office.ledger.entries(case.ticket.number):
        found |= {titles[name]: value for name, value in entry.fields.items() if name in titles}
    return f"\n\n**Catatan sebelumnya**\n\n{rows(found.items())}" if found else ""


def role_but_applicant(case: Case, role: str) -> tuple[str, ...]:
    """Name a role's holders, without the applicant: nobody decides on their own request."""
    return (f"role:{role}", f"not:{case.ticket.applicant}")


def applicant_of(case: Case) -> tuple[str, ...]:
    """Name who answers for the applicant: who asked, or the post where the request came without a login."""
    person = case.office.holders.find(APPLICANT, case.ticket.applicant, case.today)
    return (f"user:{case.ticket.applicant}",) if person else (f"role:{APPLICANT}",)


def last_note(case: Case) -> str:
    """Return the note of the last decision that sent the case back."""
    notes = [item.note for item in case.office.ledger.entries(case.ticket.number) if item.outcome == "kembalikan"]
    return notes[-1] if notes else ""
