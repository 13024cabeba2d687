"""Runs the playbooks of a step: draws their variables from the case, locks what they work on, makes one outcome."""

from __future__ import annotations

from typing import Any

from laksana.errors import ProvisioningError, SecretError
from laksana.provisioning import playbooks
from laksana.provisioning.playbooks import PLAN, UNDO, VERIFY, Change
from laksana.records import PlaybookOutcome
from laksana.secretstore.handover import SHOWN
from laksana.secretstore.store import HANDED_IN
from laksana.steps.case import Case
from laksana.steps.services import service_of, subject_of
from laksana.steps.wording import failure_text


def run_playbooks(case: Case, verb: str, *, must: bool = True) -> PlaybookOutcome:
    """Carry a verb out with every playbook of the step, in order, and undo in reverse.

    Raises:
        ProvisioningError: one did not do its work; the message says why and where the evidence lies.
    """
    named = service_of(case).playbooks(case, case.step.work.playbooks)
    outcomes: list[PlaybookOutcome] = []
    for playbook in reversed(named) if verb == UNDO else named:
        change = change_of(case, playbook)
        if verb in {PLAN, VERIFY}:  # they change nothing and wait for nobody
            change = Change(change.variables, change.secrets)
        place = playbooks.Case(case.ticket.number, f"langkah-{case.step.no:02d}-{verb}", case.attempt)
        done = case.office.provisioner.run(verb, playbook, change, place, cancelled=case.cancelled)
        outcomes.append(done)
        if not done.ok:
            break
    outcome = playbooks.merged(outcomes)
    if must and not outcome.ok:
        raise ProvisioningError(failure_text(outcome))
    return outcome


def change_of(case: Case, playbook: str) -> Change:
    """Resolve the spec's variables of a playbook from form, settings, case, reservation, answers and secrets."""
    service = service_of(case)
    reserved = service.reserved(case)
    variables: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    for name, origin in case.spec.playbook_variables[playbook].items():
        place, _, key = origin.partition(".")
        if place == "rahasia":
            secrets[name] = _secret(case, key.replace("_", "-"))
        elif place == "formulir":
            variables[name] = case.form[key]
        elif place == "pengaturan":
            variables[name] = getattr(case.office.settings, key)
        elif place == "pemesanan":
            variables[name] = reserved[key]
        elif place == "jawaban":
            answer = case.answer(key)
            variables[name] = "" if answer is None else answer
        else:
            variables[name] = {"tiket": case.ticket.number, "nama": subject_of(case)}[key]
    return Change(variables, secrets, service.locks(case))


def _secret(case: Case, name: str) -> str:
    """Return a secret of the case: one that a person handed in, or one that is made for it at the first time.

    Raises:
        SecretError: it was handed over and is gone, so that the step can't be carried out anew.
    """
    number, store = case.ticket.number, case.office.secrets
    if store.has(number, name):
        return store.get(number, name)
    if name in HANDED_IN:
        return ""
    if case.office.handovers.state(number, at=case.now).state == SHOWN:
        message = f"{number} {name}: handed over already, and a new one would reach nobody"
        raise SecretError(f"{message}; set a password on the server by hand")
    return store.ensure(number, name, at=case.now)
