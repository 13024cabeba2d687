"""Is it up: every service is looked at on its own, and what is down is brought up again and looked at once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from laksana.monitoring.observations import ACTIVATION, RESOURCES, STATUS, Observation
from laksana.provisioning import playbooks
from laksana.provisioning.playbooks import APPLY
from laksana.records import PlaybookOutcome
from laksana.registry.services import Service
from laksana.spec.model import SELALU
from laksana.steps.case import Case, Outcome
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.rounds import named, scope_of, service_at
from laksana.steps.upkeep.variables import change_for

if TYPE_CHECKING:
    from laksana.records import CheckReport

GONE = "sudah tidak terdaftar"


def services_to_look_at(case: Case) -> list[str]:
    """Return the services whose status is checked: all of the round."""
    return scope_of(case)


def look_at(case: Case, key: str) -> None:
    """Look at one service and keep what was seen; an outage begins or ends with it."""
    service = service_at(case, key)
    if service is None:
        return
    seen = kept_of(case).look(case.office, service, now=case.now)
    keep(case, key, STATUS, passed=seen.status.passed, record=seen.status.to_json())
    if seen.resources:
        keep(case, key, RESOURCES, passed=True, record={"percent": dict(seen.resources)})
    outages, ticket = case.office.outages, case.ticket.number
    if seen.status.passed:
        outages.end(service.kind, service.name, ticket=ticket, at=case.now, repaired=False)
    else:
        cause = "; ".join(seen.status.reasons())
        outages.begin(service.kind, service.name, ticket=ticket, cause=cause, at=case.now)


def conclude_status(case: Case) -> Outcome:
    """Say which services are up and which are down."""
    seen = case.office.observations.of_case(case.ticket.number, STATUS, step=case.step.no)
    down = [key for key in scope_of(case) if key in seen and not seen[key].passed]
    unseen = [key for key in scope_of(case) if key not in seen and service_at(case, key) is not None]
    up = [key for key in seen if seen[key].passed]
    text = f"{len(up)} up, {len(down)} down" + (f": {named(down)}" if down else "")
    if unseen:
        text += f"; {len(unseen)} tidak dapat diperiksa karena gangguan teknis: {named(unseen)}"
    record = {"up": up, "down": down, "tidak_terperiksa": unseen}
    return Outcome("down" if down else "up", text, dict.fromkeys(case.step.output, record))


def services_to_activate(case: Case) -> list[str]:
    """Return the services that were seen down in this case."""
    seen = case.office.observations.of_case(case.ticket.number, STATUS)
    return [key for key in scope_of(case) if key in seen and not seen[key].passed]


def activate(case: Case, key: str) -> None:
    """Bring a service up by its playbook and look again; what stays down is kept with the reason."""
    service = service_at(case, key)
    if service is None:
        return
    done = run_for(case, service, case.step.work.playbooks[0], APPLY)
    seen = kept_of(case).look(case.office, service, now=case.office.now())
    record = {"playbook": brief(done), "status": seen.status.to_json()}
    keep(case, key, ACTIVATION, passed=seen.status.passed, record=record)
    if seen.status.passed:
        case.office.outages.end(
            service.kind, service.name, ticket=case.ticket.number, at=case.office.now(), repaired=True
        )


def conclude_activation(case: Case) -> Outcome:
    """Say what came up again and what did not."""
    seen = case.office.observations.of_case(case.ticket.number, ACTIVATION, step=case.step.no)
    up = [key for key in seen if seen[key].passed]
    down = [key for key in services_to_activate(case) if key not in up]
    parts = [f"{len(up)} diaktifkan kembali: {named(up)}" if up else "", f"tetap down: {named(down)}" if down else ""]
    record = {"up": up, "down": down}
    return Outcome(SELALU, "; ".join(filter(None, parts)), dict.fromkeys(case.step.output, record))


def run_for(case: Case, service: Service, playbook: str, verb: str, **more: Any) -> PlaybookOutcome:
    """Run a playbook for one service of the round, alone on it."""
    place = playbooks.Case(case.ticket.number, f"langkah-{case.step.no:02d}-{verb}-{service.name}", case.attempt)
    change = change_for(case, service, playbook, more)
    return case.office.provisioner.run(verb, playbook, change, place, cancelled=case.cancelled)


def brief(done: PlaybookOutcome) -> dict[str, Any]:
    """Return what a round keeps of a playbook's run."""
    return {
        "nama": done.playbook, "status": done.status, "perubahan": done.changed, "detik": done.seconds,
        "alasan": "; ".join(f"{failure.message}" for failure in done.failures),
    }  # fmt: skip


def keep(case: Case, key: str, what: str, *, passed: bool, record: dict[str, Any]) -> None:
    """Keep what a step saw of a service, or did to it."""
    kind, _, name = key.partition("/")
    case.office.observations.put(
        Observation(case.ticket.number, case.step.no, kind, name, what, passed, record, case.now)
    )


def report_of(seen: Observation) -> CheckReport:
    """Return the check that an observation holds."""
    from laksana.records import CheckReport

    return CheckReport.from_json(seen.record.get("status", seen.record))
