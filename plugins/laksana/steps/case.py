"""One attempt at one step of one case: everything a piece of work may look at, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from laksana.casefile import CaseFile
from laksana.servicedesk.api import Ticket
from laksana.spec.model import Spec, Step

if TYPE_CHECKING:
    from laksana.office import Office


REFUSING = frozenset({"tolak", "ditolak", "cabut"})
"""Outcomes after which the case has a reason of refusal; any other outcome of the same attempt takes it back."""


@dataclass(frozen=True)
class Outcome:
    """How a piece of work came out."""

    hasil: str
    """Outcome that decides the way on."""
    keterangan: str = ""
    """One line in Bahasa Indonesia for ticket and history."""
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Outputs by their name on the sheet."""
    status: str = "diproses"
    """Ticket status from now on."""


@dataclass(frozen=True)
class Case:
    """What a piece of work sees."""

    office: Office
    spec: Spec
    step: Step
    attempt: int
    ticket: Ticket
    run_id: str
    task_id: str
    try_number: int
    now: datetime
    cancelled: Callable[[], bool] = lambda: False
    """Tells a running playbook that the task is being ended."""

    @property
    def casefile(self) -> CaseFile:
        """The case's file."""
        return self.office.casefile(self.ticket.number)

    @property
    def today(self) -> date:
        """The office's date."""
        return self.local_now.date()

    @property
    def local_now(self) -> datetime:
        """The office's time."""
        return self.now.astimezone(ZoneInfo(self.office.settings.timezone))

    @property
    def form(self) -> Mapping[str, Any]:
        """The applicant's form as it stands now."""
        return self.ticket.data

    @property
    def fqdn(self) -> str:
        """The full name asked for."""
        return f"{self.form['label']}.{self.office.settings.dns_zone}"

    def playbook_variables(self, playbook: str) -> dict[str, Any]:
        """Resolve the spec's variables of a playbook from form, settings and case."""
        case = {"tiket": self.ticket.number}
        values: dict[str, Any] = {}
        for name, origin in self.spec.playbook_variables[playbook].items():
            place, _, key = origin.partition(".")
            if place == "formulir":
                values[name] = self.form[key]
            elif place == "pengaturan":
                values[name] = getattr(self.office.settings, key)
            else:
                values[name] = case[key]
        return values

    def require_inputs(self) -> None:
        """Check that every required input of the step is in the case file.

        Raises:
            CaseFileError: one is missing.
        """
        refused = bool(self.casefile.refusal())
        for item in self.step.kelengkapan:
            if item.asal == "langkah" and not (item.optional_on_refusal and refused):
                self.casefile.get(item.nama)
