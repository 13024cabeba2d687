"""What a round found and did, in one glance; reads what the case kept, and looks at no service itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from laksana.monitoring.observations import RESOURCES, STATUS, Observation
from laksana.steps.upkeep.backups import JUDGED, RENEWED
from laksana.steps.upkeep.coordination import FILED
from laksana.steps.upkeep.repairs import repairs_of
from laksana.steps.upkeep.reporting import VALIDATION
from laksana.steps.upkeep.rounds import CALLED, SCOPE

if TYPE_CHECKING:
    from laksana.office import Office
    from laksana.servicedesk.api import Ticket

FRESH = "fresh"
STATES = {FRESH: "segar", "stale": "usang", "broken": "rusak", "missing": "tidak-ada"}
"""How the overview calls a backup's state → how the case judged it."""
_REPORT = "-laporan.pdf"
Records = Mapping[str, Mapping[str, Any]]


def overview(office: Office, ticket: str) -> dict[str, Any]:
    """Return what a round found and did as plain JSON data; what has not come about yet is empty.

    ``services`` and ``skipped`` hold keys (``hosting/perikanan``), ``filed`` and ``called`` tickets; the other lists
    hold names.

    Raises:
        ServiceDeskError: there is no such ticket.
    """
    case = office.desk.get(ticket)
    kept: Records = {item.name: item.record for item in office.casefile(ticket).all()}
    scope, judged, called = kept.get(SCOPE, {}), kept.get(JUDGED, {}), _called(kept, case)
    down = [seen for seen in office.observations.of_case(ticket, STATUS).values() if not seen.passed]
    repairs = repairs_of(office, ticket, called)
    measured = office.observations.of_case(ticket, RESOURCES)
    return {
        "services": list(scope.get("layanan", ())),
        "skipped": sorted(scope.get("dilewati", ())),
        "down": _names(down),
        "repaired": _names(seen for seen in down if seen.service in repairs.repaired),
        "still_down": _names(seen for seen in down if seen.service not in repairs.up),
        "backups": {state: _judged(judged, word) for state, word in STATES.items()},
        "renewed": _judged(kept.get(RENEWED, {}), STATES[FRESH]),
        "over_limit": _names(seen for seen in measured.values() if not seen.passed),
        "filed": sorted(item["tiket"] for item in kept.get(FILED, {}).get("diajukan", ())),
        "called": called,
        "report": _report(kept, case),
    }


def _names(found: Iterable[Observation]) -> list[str]:
    return sorted(seen.name for seen in found)


def _judged(verdict: Mapping[str, Any], state: str) -> list[str]:
    """Return the names of the services whose backups a verdict puts into a state."""
    return sorted(item["name"] for item in verdict.get("services", ()) if item["state"] == state)


def _called(kept: Records, case: Ticket) -> list[str]:
    """Return the tickets of the SOPs that the round called; where it went on from another case, that one is none."""
    origin = case.data.get("asal")
    own = str(origin.get("tiket", "")) if isinstance(origin, Mapping) else ""
    numbers = {str(record["tiket"]) for name, record in kept.items() if name.startswith(CALLED)}
    return sorted(numbers - {"", own})


def _report(kept: Records, case: Ticket) -> dict[str, str] | None:
    """Return the archived report and the login of who validated it, nothing before it is archived."""
    keys = [document.key for document in case.documents if document.key.endswith(_REPORT)]
    if not keys or VALIDATION not in kept:
        return None
    return {"key": keys[-1], "validated_by": str(kept[VALIDATION]["divalidasi_oleh"])}
