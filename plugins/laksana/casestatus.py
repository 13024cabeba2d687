"""The status of one case, put together from desk, spec, run metadata and calendar; CLI and HTTP door show it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from laksana.errors import AirflowApiError
from laksana.evaluation.progress import StepProgress, TaskRun, progress_of
from laksana.office import Office
from laksana.servicedesk.api import Ticket
from laksana.worktime.duration import parse
from laksana.worktime.elapsed import due

_NOT_FOUND = 404


def case_status(office: Office, number: str, *, now: datetime) -> dict[str, Any]:
    """Return the status of a ticket as plain JSON data (the design's ``request status``)."""
    ticket = office.desk.get(number)
    return {
        "ticket": ticket.number,
        "slug": ticket.slug,
        "versi": ticket.spec_digest,
        "run_id": ticket.run_id,
        "status": ticket.status,
        "dibuka": ticket.opened_at.isoformat(),
        "ditutup": ticket.closed_at.isoformat() if ticket.closed_at else None,
        "langkah": [step.to_json() for step in case_progress(office, ticket, now=now)],
        "dokumen": [document.to_json() for document in ticket.documents],
        "riwayat": [{"pada": at.isoformat(), "jenis": kind, "teks": text} for at, kind, text in ticket.history],
    }


def case_progress(office: Office, ticket: Ticket, *, now: datetime) -> list[StepProgress]:
    """Return the progress of a ticket's steps."""
    spec = office.spec_of(ticket)
    try:
        tasks = [TaskRun.from_api(item) for item in office.airflow().task_instances(ticket.slug, ticket.run_id)]
    except AirflowApiError as error:
        if error.status != _NOT_FOUND:
            raise
        tasks = []  # the run could not be started yet
    file = office.casefile(ticket.number)
    outcomes = {result.step: result.hasil for result in file.results()}
    return progress_of(
        spec, tasks, outcomes, opened_at=ticket.opened_at, now=now, gates_opened=file.gates_opened(),
        due=lambda start, standard: due(start, parse(standard), office.calendar),
    )  # fmt: skip
