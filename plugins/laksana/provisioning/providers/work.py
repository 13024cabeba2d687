"""The four verbs over what a provider keeps: the same records as a playbook run, whoever the provider is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from laksana.errors import ProviderError
from laksana.provisioning.playbooks import PLAN, STATES, UNDO, VERIFY
from laksana.provisioning.providers.faults import CANCELLED, FAILED, UNREACHABLE, FarSideError
from laksana.records import Change, PlaybookOutcome, TaskFailure

LOOK = "The state is known"
AS_WANTED = "The system answers as the request wants it"


@dataclass(frozen=True)
class Step:
    """One thing to do, in the words of the playbooks."""

    task: str
    before: str
    after: str
    do: Callable[[], None] = field(repr=False, compare=False)


class Keeper(Protocol):
    """One service at one provider, as one request wants it."""

    def present(self) -> Iterable[Step]:
        """Yield what is to do until it is there; each step may rest on those before it."""
        ...

    def absent(self) -> Iterable[Step]:
        """Yield what is to do until nothing of this request's is there; another's is left alone."""
        ...

    def findings(self) -> Iterable[str]:
        """Yield what is not as the request wants it, in Bahasa Indonesia."""
        ...

    def facts(self) -> dict[str, Any]:
        """Return what steps use later, by the playbook's own names."""
        ...


class _Run:
    """One verb on its way."""

    def __init__(self, verb: str, host: str) -> None:
        self._verb = verb
        self._host = host
        self.changes: list[Change] = []
        self.failures: list[TaskFailure] = []
        self.facts: dict[str, Any] = {}
        self.status = "ok"

    def go(self, keeper: Keeper) -> None:
        """Carry the verb out; what ends it early is noted."""
        task = LOOK
        try:
            if self._verb == VERIFY:
                self._verify(keeper)
            else:
                for step in keeper.absent() if self._verb == UNDO else keeper.present():
                    task = step.task
                    if self._verb != PLAN:
                        step.do()
                    self.changes.append(Change(self._host, step.task, step.before, step.after))
                    task = LOOK
            if self._verb != UNDO:
                self.facts = keeper.facts()
        except FarSideError as fault:
            self.status = fault.status
            if fault.status != CANCELLED:
                self.failures.append(TaskFailure(self._host, task, str(fault), fault.status == UNREACHABLE))

    def _verify(self, keeper: Keeper) -> None:
        self.failures = [TaskFailure(self._host, AS_WANTED, finding) for finding in keeper.findings()]
        self.status = FAILED if self.failures else "ok"


def carry_out(verb: str, service: str, host: str, keeper: Keeper) -> PlaybookOutcome:
    """Carry one verb out; a refusal of the far side is an outcome.

    Args:
        verb: plan, apply, verify or undo.
        service: name of the playbook that the provider stands in for.
        host: what changes and failures name as the host.
        keeper: the service at the provider.

    Raises:
        ProviderError: the verb is none.
    """
    if verb not in STATES:
        raise ProviderError(f"verb {verb!r} is none (allowed: {', '.join(STATES)})")
    begun = time.monotonic()
    run = _Run(verb, host)
    run.go(keeper)
    return PlaybookOutcome(
        playbook=service, status=run.status, changed=len(run.changes), changes=tuple(run.changes),
        failures=tuple(run.failures), evidence="", seconds=round(time.monotonic() - begun, 3),
        check_mode=verb == PLAN, facts=run.facts,
    )  # fmt: skip
