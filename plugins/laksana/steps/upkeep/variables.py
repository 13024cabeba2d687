"""A playbook's variables for one service of a round: from the registry's row, settings, case and people's answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from laksana.provisioning.playbooks import VERIFY, Change
from laksana.steps.upkeep.api import key_of
from laksana.steps.upkeep.kinds import kept_of

if TYPE_CHECKING:
    from laksana.registry.services import Service
    from laksana.steps.case import Case


def change_for(case: Case, service: Service, playbook: str, more: Mapping[str, Any], *, verb: str = "") -> Change:
    """Resolve the spec's variables of a playbook for one service.

    Args:
        case: the round.
        service: the registry's row.
        playbook: which playbook.
        more: further values of the service (``layanan.…``), e.g. a new quota.
        verb: a verb that only looks waits for nobody.
    """
    values = {**kept_of(case).values(case.office, service), **more}
    variables: dict[str, Any] = {}
    for name, origin in case.spec.playbook_variables[playbook].items():
        place, _, key = origin.partition(".")
        if place == "layanan":
            variables[name] = values[key]
        elif place == "pengaturan":
            variables[name] = getattr(case.office.settings, key)
        elif place == "jawaban":
            variables[name] = case.answer(key)
        else:
            variables[name] = {"tiket": case.ticket.number, "nama": service.name}[key]
    return Change(variables, {}, () if verb == VERIFY else (service.name, key_of(service)))
