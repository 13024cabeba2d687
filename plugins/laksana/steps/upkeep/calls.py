"""One SOP that calls another: started for this case, waited for, and what it left is taken over.

No SOP is called back by the one that it called (rulings R9 and R10): the case's origin says who started it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from laksana.errors import ServiceDeskError
from laksana.registry.services import Service
from laksana.servicedesk.api import Ticket
from laksana.steps.case import Outcome
from laksana.steps.services import SERVICES
from laksana.steps.upkeep.api import key_of
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.looking import services_to_activate
from laksana.steps.upkeep.rounds import CALLED, asked_growth, begin_round, origin_of, scope_of

if TYPE_CHECKING:
    from laksana.steps.case import Case

ROUTINE = frozenset({"monitoring", "pemeliharaan"})


@dataclass(frozen=True)
class Call:
    """The run of another SOP."""

    slug: str
    run_id: str


def start_call(case: Case) -> Call | None:
    """Start the other SOP; nothing where this case was started by it, or goes on from a request for more resources."""
    if case.spec.jenis in ROUTINE and case.step.no == 1:
        begin_round(case, kept_of(case))
    if _is_not_called(case):
        return None
    call = call_of(case)
    case.office.airflow().start_run(call.slug, call.run_id, _conf(case))
    return call


def end_call(case: Case, state: str) -> Outcome:
    """Take over what the other SOP left: its ticket and its report, and whether it did what it was called for."""
    if not state:
        return _not_called(case)
    call = call_of(case)
    ticket = _ticket_of(case, call)
    reason = _reason_against(case, ticket, state)
    record = {"tiket": ticket.number if ticket else "", "sop": call.slug, "hasil": reason or "selesai",
              "dokumen": [item.to_json() for item in ticket.documents] if ticket else []}  # fmt: skip
    _keep(case, record)
    outputs = dict.fromkeys(case.step.output, record)
    title = (case.office.spec_of(ticket) if ticket else case.office.spec(call.slug)).title
    number = f" (tiket {ticket.number})" if ticket else ""
    if not reason:
        return Outcome("selesai", f"{title} selesai{number}", outputs)
    if case.spec.jenis not in ROUTINE:
        case.casefile.refuse(reason, step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome("tolak", f"{title} tidak selesai{number}: {reason}", outputs)


def call_of(case: Case) -> Call:
    """Return the run that a step starts: named after the case and the step, so that a retry finds it again."""
    return Call(case.step.work.text("sop"), f"{case.ticket.number}-{case.step.no:02d}")


def _is_not_called(case: Case) -> bool:
    """Tell whether the other SOP is where this case comes from, or needs not go before a growth that is asked for."""
    origin = origin_of(case)
    if origin is None:
        return False
    other = case.office.spec(case.step.work.text("sop"))
    return origin.sop == other.slug or (other.jenis == "monitoring" and asked_growth(case))


def _not_called(case: Case) -> Outcome:
    """Go on with what is there already."""
    origin = origin_of(case)
    number = origin.ticket if origin else ""
    record = {"tiket": number, "sop": case.step.work.text("sop"), "hasil": "hasil yang ada dipakai", "dokumen": []}
    _keep(case, record)
    text = f"dimulai dari tiket {number}; hasilnya dipakai, SOP itu tidak dijalankan lagi"
    return Outcome("selesai", text, dict.fromkeys(case.step.output, record))


def _keep(case: Case, record: Mapping[str, Any]) -> None:
    name = f"{CALLED}{case.step.no}"
    case.casefile.put(name, dict(record), step=case.step.no, attempt=case.attempt, at=case.now)


def _conf(case: Case) -> dict[str, Any]:
    """Return what the other run is told: who starts it, and for which services."""
    return {"asal": {"tiket": case.ticket.number, "sop": case.spec.slug}, "layanan": _services(case)}


def _services(case: Case) -> list[str]:
    """Return the services that the other SOP is called for."""
    if case.spec.jenis not in ROUTINE:
        return [key_of(row) for row in [_subject(case)] if row is not None]
    if case.step.work.text("untuk") == "down":
        return services_to_activate(case)
    return scope_of(case)


def _subject(case: Case) -> Service | None:
    """Return the row of what a request is about."""
    service = SERVICES[case.spec.jenis_layanan]
    return case.office.registry.find(service.registry_kind, service.name(case))


def _ticket_of(case: Case, call: Call) -> Ticket | None:
    """Return the ticket that the other run opened, nothing where it ended before that."""
    try:
        return case.office.desk.of_run(call.slug, call.run_id)
    except ServiceDeskError:
        return None


def _reason_against(case: Case, ticket: Ticket | None, state: str) -> str:
    """Return why the other SOP did not do what it was called for, empty where it did."""
    if ticket is None:
        return "prosesnya tidak dapat dimulai"
    if state != "success":
        return f"proses tiket {ticket.number} berhenti karena gangguan teknis"
    return case.office.casefile(ticket.number).refusal()
