"""A round of a routine SOP: which services it is about, who started it, and whose findings it may use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from laksana.errors import AirflowApiError, RoundError, ServiceDeskError
from laksana.registry.services import Service
from laksana.spec.model import SELALU
from laksana.steps.case import Outcome
from laksana.steps.upkeep.api import KeptKind, key_of, services_of

if TYPE_CHECKING:
    from laksana.steps.case import Case

SCOPE = "layanan putaran ini"
CALLED = "SOP yang dijalankan langkah "
_OVER = frozenset({"success", "failed"})
_NOT_FOUND = 404
_SHOWN = 5


@dataclass(frozen=True)
class Origin:
    """The case that started this one."""

    ticket: str
    sop: str


def origin_of(case: Case) -> Origin | None:
    """Return which case started this one, nothing where the calendar or a person did."""
    found = case.ticket.data.get("asal")
    if not isinstance(found, Mapping):
        return None
    return Origin(str(found.get("tiket", "")), str(found.get("sop", "")))


def asked_growth(case: Case) -> bool:
    """Tell whether a request for more resources started this case (ruling R10)."""
    origin = origin_of(case)
    return origin is not None and case.office.spec(origin.sop).jenis == "permohonan"


def begin_round(case: Case, kind: KeptKind) -> tuple[list[str], dict[str, str]]:
    """Fix which services this round is about; done again it finds the same.

    A service that another round of the SOP is still working on is left to it. What is registered later is in the next
    round.

    Returns:
        Keys of the services, and for each one that is left out the ticket of the round that has it.

    Raises:
        RoundError: the round was started for a service that is not in use, or for no list of services.
    """
    known = case.casefile.find(SCOPE)
    if known is not None:
        return list(known.record["layanan"]), dict(known.record["dilewati"])
    wanted = _wanted(case, services_of(case.office, kind))
    held = _claim(case, wanted)
    scope = [key_of(row) for row in wanted if key_of(row) not in held]
    case.casefile.put(SCOPE, {"layanan": scope, "dilewati": held}, step=case.step.no, attempt=case.attempt, at=case.now)
    return scope, held


def open_round(case: Case, kind: KeptKind) -> Outcome:
    """Fix the round's services and say how many there are (step 1 of the Monitoring SOPs)."""
    scope, held = begin_round(case, kind)
    text = f"{len(scope)} {kind.noun} diperiksa" if scope else f"tidak ada {kind.noun} yang terdaftar"
    if held:
        text += f"; {len(held)} masih ditangani putaran lain ({', '.join(sorted(set(held.values())))})"
    record = {"layanan": scope, "dilewati": held}
    return Outcome(SELALU, text, dict.fromkeys(case.step.output, record))


def scope_of(case: Case) -> list[str]:
    """Return the keys of the round's services.

    Raises:
        CaseFileError: the round has not begun.
    """
    return list(case.casefile.get(SCOPE).record["layanan"])


def service_at(case: Case, key: str) -> Service | None:
    """Return a service of the round as the registry has it now, nothing where it was taken away meanwhile."""
    kind, _, name = key.partition("/")
    return case.office.registry.find(kind, name)


def evidence_tickets(case: Case) -> tuple[str, ...]:
    """Return the cases whose findings count for this one: who started it, whom it started, and itself (ruling R9)."""
    origin = origin_of(case)
    called = [item.record["tiket"] for item in case.casefile.all() if item.name.startswith(CALLED)]
    return tuple(dict.fromkeys([*([origin.ticket] if origin else []), *filter(None, called), case.ticket.number]))


def named(keys: list[str]) -> str:
    """Return the names of services in one line, the first few of many."""
    names = [key.partition("/")[2] for key in keys]
    more = f" dan {len(names) - _SHOWN} lainnya" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def end_round(case: Case) -> None:
    """Let other rounds have the services."""
    case.office.claims.release(case.ticket.number)


def _wanted(case: Case, rows: list[Service]) -> list[Service]:
    """Return the services that the round was started for: all, or those that its starter names.

    Another SOP may have none to name, because all that it is about are with another round: that is not all of them.
    """
    asked: Any = case.ticket.data.get("layanan")
    called = origin_of(case) is not None
    if asked is None or (not asked and not called):
        return rows
    found = {key_of(row): row for row in rows}
    if not isinstance(asked, list) or not all(isinstance(key, str) for key in asked):
        given = json.dumps(asked, ensure_ascii=False)
        allowed = 'a list of KIND/NAME like ["hosting/perikanan"]'
        raise RoundError(f"{case.spec.slug}: layanan is {given} (allowed: {allowed})")
    unknown = [] if called else sorted(set(asked) - set(found))
    if unknown:
        allowed = ", ".join(sorted(found)) or "none are registered"
        raise RoundError(f"{case.spec.slug}: {', '.join(unknown)} is not in use (allowed: {allowed})")
    return [found[key] for key in dict.fromkeys(asked) if key in found]


def _claim(case: Case, wanted: list[Service]) -> dict[str, str]:
    """Claim services; a claim whose round is over, e.g. because it failed, is taken over."""
    pairs = [(row.kind, row.name) for row in wanted]
    held = case.office.claims.claim(case.spec.slug, pairs, ticket=case.ticket.number, at=case.now)
    over = [ticket for ticket in sorted(set(held.values())) if _is_over(case, ticket)]
    if over:
        for ticket in over:
            case.office.claims.release(ticket)
        held = case.office.claims.claim(case.spec.slug, pairs, ticket=case.ticket.number, at=case.now)
    return {f"{kind}/{name}": ticket for (kind, name), ticket in held.items()}


def _is_over(case: Case, number: str) -> bool:
    """Tell whether another round's run has ended, or is not there any more."""
    try:
        ticket = case.office.desk.get(number)
        state = case.office.airflow().run(ticket.slug, ticket.run_id)["state"]
    except ServiceDeskError:
        return True
    except AirflowApiError as error:
        return error.status == _NOT_FOUND
    return state in _OVER
