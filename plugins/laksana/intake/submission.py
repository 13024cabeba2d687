"""From a form to a ticket and a running case: checked first, kept second, started third; nothing is lost in between."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from laksana.errors import AirflowApiError, IntakeError, Problem, RequestRefusedError
from laksana.intake.forms import Rule, check_form

LONGEST_KEY = 200
"""Letters that an idempotency key may have."""


class TicketLike(Protocol):
    """What intake needs to know of a ticket."""

    @property
    def number(self) -> str: ...  # noqa: D102  # named by itself
    @property
    def run_id(self) -> str: ...  # noqa: D102
    @property
    def slug(self) -> str: ...  # noqa: D102
    @property
    def data(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def run_started(self) -> bool: ...  # noqa: D102


class TicketOpener(Protocol):
    """The part of a service desk that opens tickets."""

    def open(  # noqa: PLR0913  # all but two are keywords
        self,
        slug: str,
        data: Mapping[str, Any],
        *,
        source: str,
        applicant: str,
        key: str,
        at: datetime,
        run_id: str = "",
    ) -> tuple[TicketLike, bool]:
        """Open a ticket, or find the one of the same key."""
        ...

    def find(self, source: str, applicant: str, key: str) -> TicketLike | None:
        """Return the ticket of an idempotency key, or nothing."""
        ...

    def mark_started(self, number: str) -> None:
        """Note that the run exists."""
        ...


class RunStarter(Protocol):
    """Starts a DAG run; a run that exists already is fine."""

    def start_run(self, dag_id: str, run_id: str, conf: Mapping[str, Any]) -> None:
        """Start a run under a given id.

        Raises:
            AirflowApiError: Airflow refused or can't be reached.
        """
        ...


@dataclass(frozen=True)
class Submission:
    """What the applicant gets back."""

    ticket: str
    dag_id: str
    run_id: str
    status: str
    new: bool


@dataclass(frozen=True)
class Door:
    """Where requests come in."""

    desk: TicketOpener
    runs: RunStarter

    def submit(  # noqa: PLR0913  # all but three are keywords
        self,
        slug: str,
        schema: Mapping[str, Any],
        data: Mapping[str, Any],
        *,
        rules: Mapping[str, Rule],
        source: str,
        applicant: str,
        key: str,
        at: datetime,
    ) -> Submission:
        """Take a request: check it, open the ticket, start the run.

        The same key again gives the same ticket, whatever the form says now, and starts the run if that failed before.

        Raises:
            RequestRefusedError: the form is not in order; nothing was made.
            IntakeError: the ticket is kept, but the run could not be started; sending again (or ``laksana request
                resume``) starts it.
        """
        filled, problems = check_form(schema, data, rules)
        if len(key) > LONGEST_KEY:
            problems.append(Problem("kunci", f"kunci melebihi {LONGEST_KEY} huruf", "pakai kunci yang lebih pendek"))
        key = key or key_of(slug, filled, at)
        # Looked for first: the name that a repeat asks for is taken by then, namely by the request that it repeats.
        known = self.desk.find(source, applicant, key) if len(key) <= LONGEST_KEY else None
        if known is not None and known.slug != slug:
            problems, known = [Problem("kunci", "kunci sudah dipakai permohonan lain", "pakai kunci baru")], None
        if problems and known is None:
            raise RequestRefusedError(problems)
        ticket, new = (
            (known, False)
            if known
            else self.desk.open(slug, filled, source=source, applicant=applicant, key=key, at=at)
        )
        if not ticket.run_started:
            self.start(ticket)
        return Submission(ticket.number, ticket.slug, ticket.run_id, ticket.status, new)

    def start(self, ticket: TicketLike) -> None:
        """Start the run of a ticket that has none yet."""
        try:
            self.runs.start_run(ticket.slug, ticket.run_id, ticket.data)
        except AirflowApiError as error:
            raise IntakeError(
                f"Permohonan tercatat dengan tiket {ticket.number}, tetapi prosesnya belum dapat dimulai: {error} "
                "(kirim ulang dengan kunci yang sama, atau minta admin menjalankan: laksana request resume)"
            ) from error
        self.desk.mark_started(ticket.number)


def key_of(slug: str, data: Mapping[str, Any], at: datetime) -> str:
    """Return the key of a form that came without one: the same form on the same day is the same request.

    The day is part of it, since a form that was refused in spring may be handed in again, unchanged, in autumn.
    """
    text = json.dumps([slug, dict(data), at.date().isoformat()], sort_keys=True, ensure_ascii=False)
    return f"isi:{hashlib.sha256(text.encode()).hexdigest()}"
