"""Opens the case that a task instance serves, and keeps what an attempt made; knows nothing of Airflow's classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from laksana.errors import ServiceDeskError
from laksana.servicedesk.api import ROUTINE
from laksana.settings import current
from laksana.spec.vocabulary import REFUSING
from laksana.steps.case import Case, Outcome

if TYPE_CHECKING:
    from laksana.office import Office
    from laksana.servicedesk.api import Ticket
    from laksana.spec.model import Spec

_LONGEST_KEY = 200


class Serving(Protocol):
    """What an operator knows of the step that it serves."""

    slug: str
    langkah: int
    percobaan: int
    spec_digest: str
    """Version of the SOP that the operator was drawn from."""


def case_of(operator: Serving, context: Mapping[str, Any]) -> Case:
    """Open the case that an operator's task instance serves."""
    return open_case(
        context, slug=operator.slug, step=operator.langkah, attempt=operator.percobaan, version=operator.spec_digest
    )


def open_case(context: Mapping[str, Any], *, slug: str, step: int, attempt: int, version: str = "") -> Case:
    """Open the case that a task instance serves.

    Args:
        context: Airflow's context.
        slug: which SOP.
        step: number of the step.
        attempt: which attempt at it.
        version: digest of the SOP that the task was drawn from, which the case goes by; empty: what is in force.

    Raises:
        VersionError: that version is not kept any more.
    """
    from laksana.office import Office  # the rooms' libraries load when a task runs, not when the DAG is drawn

    office = Office(current())
    spec = office.spec_at(slug, version)
    ti = context["ti"]
    run_id = str(context["run_id"])
    now = datetime.now(UTC)
    if step == 1 and attempt == 1:
        ticket = _ticket_of_first_step(office, spec, context, now)
    else:
        ticket = office.desk.of_run(spec.slug, run_id)
    if version not in {"", ticket.spec_digest}:
        office.keep_version(spec, at=now)
        office.desk.go_by(ticket.number, version, at=now)
        ticket = replace(ticket, spec_digest=version)
    return Case(office, spec, spec.step(step), attempt, ticket, run_id, ti.task_id, int(ti.try_number), now)


def _ticket_of_first_step(office: Office, spec: Spec, context: Mapping[str, Any], now: datetime) -> Ticket:
    """Return the run's ticket; one that nobody handed in at the desk gets its ticket here.

    That is a request from Airflow's own form, for who started it, and a routine SOP that the calendar, a person or
    another SOP started.
    """
    run_id = str(context["run_id"])
    known = _find(office, spec.slug, run_id)
    if known is not None:
        return known
    starter = str(getattr(context["dag_run"], "triggering_user_name", "") or "airflow")
    source, data = ("airflow", context["params"]) if spec.formulir else (ROUTINE, context["dag_run"].conf or {})
    key = f"{spec.slug}/{run_id}"  # the calendar starts several SOPs under one run id
    return office.desk.open(
        spec.slug, dict(data), source=source, applicant=starter, key=key[:_LONGEST_KEY], at=now, run_id=run_id
    )[0]


def _find(office: Office, slug: str, run_id: str) -> Ticket | None:
    try:
        return office.desk.of_run(slug, run_id)
    except ServiceDeskError:
        return None


def finish(case: Case, outcome: Outcome) -> None:
    """Keep what an attempt made and say on the ticket how it came out."""
    for name, record in outcome.outputs.items():
        case.casefile.put(name, dict(record), step=case.step.no, attempt=case.attempt, at=case.now)
    case.casefile.record_result(outcome.hasil, outcome.keterangan, step=case.step.no, attempt=case.attempt, at=case.now)
    if outcome.keterangan:
        case.office.desk.note(
            case.ticket.number, f"Langkah {case.step.no}: {outcome.keterangan}", status=outcome.status, at=case.now,
            once=f"{case.task_id}#{case.try_number}",
        )  # fmt: skip
    if outcome.hasil not in REFUSING:
        case.casefile.withdraw_refusal(step=case.step.no, attempt=case.attempt)


def tell_stuck(case: Case | None) -> None:
    """Write on the ticket that a step is stuck; the applicant reads that people are on it, not the cause."""
    if case is None:
        return
    case.office.desk.note(
        case.ticket.number, f"Langkah {case.step.no} tertunda karena gangguan teknis; petugas sedang menanganinya",
        status="diproses", at=case.now, once=f"{case.task_id}#gangguan",
    )  # fmt: skip
