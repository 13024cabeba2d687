"""One attempt at one step of one case: everything a piece of work may look at, and what it gives back."""

from __future__ import annotations

from calendar import monthrange
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


RETRIES = 3
"""How often a task is tried again by itself."""


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
    service: str = ""
    """Kind of service where it is not the SOP's own: a maintenance that adds what a request asked for."""
    cancelled: Callable[[], bool] = lambda: False
    """Tells a running playbook that the task is being ended."""

    @property
    def is_last_try(self) -> bool:
        """Whether the task is not tried again by itself."""
        return self.try_number > RETRIES

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
    def owner(self) -> str:
        """The agency that the service is for."""
        return str(self.form["perangkat_daerah"])

    def is_of(self, owner: str) -> bool:
        """Tell whether the case may touch what an agency has: both form and login are that agency's."""
        from laksana.request_rules import agency_of  # brings the whole office, which a DAG is drawn without

        login = agency_of(self.office, self.ticket.applicant, self.today)
        return owner.casefold() == self.owner.casefold() and login.casefold() in {"", owner.casefold()}

    @property
    def contact(self) -> str:
        """The agency's person in charge."""
        return str(self.form["pic_nama"])

    @property
    def phone(self) -> str:
        """The person's telephone number."""
        return str(self.form.get("pic_telepon", ""))

    @property
    def renewal_date(self) -> date:
        """The day on which the service is due for renewal."""
        return months_later(self.today, self.office.settings.service_months)

    def answer(self, field: str) -> Any:
        """Return what a person last wrote into a field of one of the SOP's gates, nothing where nobody did."""
        for item in reversed(self.casefile.all()):
            fields = item.record.get("fields")
            if isinstance(fields, Mapping) and field in fields:
                return fields[field]
        return None

    def require_inputs(self) -> None:
        """Check that every required input of the step is in the case file.

        Raises:
            CaseFileError: one is missing.
        """
        refused = bool(self.casefile.refusal())
        for item in self.step.kelengkapan:
            if item.asal != "langkah" or (item.optional_on_refusal and refused):
                continue
            if item.optional_when_skipped and not self._was_reached(item.nama):
                continue
            self.casefile.get(item.nama)

    def _was_reached(self, output: str) -> bool:
        """Tell whether the case came by a step that makes an output."""
        makers = {step.no for step in self.spec.langkah if output.lower() in {name.lower() for name in step.output}}
        return any(result.step in makers for result in self.casefile.results())


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
