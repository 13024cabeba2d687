"""Resources that a request asked for: added to its server (SOP 9 steps 6-7, SOP 6 step 10), tested, or taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from laksana.provisioning.playbooks import APPLY
from laksana.spec.model import SELALU
from laksana.steps.case import Outcome
from laksana.steps.playbook_runs import run_playbooks
from laksana.steps.testing import test_result, undo_change
from laksana.steps.upkeep.coordination import growth_of, of_request

if TYPE_CHECKING:
    from laksana.steps.case import Case


def add_resources(case: Case) -> Outcome:
    """Add the resources and keep what was measured before and after; done again it changes nothing."""
    asked, service = of_request(case), growth_of()
    done = run_playbooks(asked, APPLY)
    measured = service.applied(asked, done.facts)
    text = f"resource {service.name(asked)} ditambah"
    return Outcome(SELALU, text, {name: {**measured, "permohonan": asked.ticket.number} for name in case.step.output})


def test_added(case: Case) -> Outcome:
    """Compare what the server has now with what it had and what was asked for."""
    asked = of_request(case)
    outcome = test_result(asked)
    measured = growth_of().measured(asked)
    passed = outcome.hasil == "lulus"
    outputs = {name: dict(measured) for name in case.step.output} if passed else {}
    return Outcome("selesai" if passed else "gagal", outcome.keterangan, outputs)


def undo_added(case: Case) -> Outcome:
    """Take the resources back; the request learns why."""
    asked = of_request(case)
    outcome = undo_change(asked)
    case.casefile.refuse(asked.casefile.refusal(), step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome("tolak", outcome.keterangan, {name: {"dibatalkan": True} for name in case.step.output})
