"""The four verbs for one service: plan (check and diff), apply, verify and undo; who asks and why is not its business.

A playbook's variables carry its name: ``subdomain.yml`` is told by ``subdomain_state`` (present, verified or absent)
what to do, so that undoing is the same code as doing. Where settings give a service to an outside provider, the same
verbs go there instead, or there besides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from laksana.errors import ProvisioningError
from laksana.provisioning.api import PlaybookRunner, Provider
from laksana.provisioning.invocation import Invocation
from laksana.provisioning.locks import exclusive_all
from laksana.provisioning.workspace import make_workspace
from laksana.records import PlaybookOutcome
from laksana.settings import Settings

PLAN, APPLY, VERIFY, UNDO = "plan", "apply", "verify", "undo"
STATES = {PLAN: "present", APPLY: "present", VERIFY: "verified", UNDO: "absent"}
"""Verb → the playbook's state."""
_PLAYBOOK = re.compile(r"([a-z][a-z0-9_]*)(?:\.yml)?", re.ASCII)


@dataclass(frozen=True)
class Case:
    """Which try of which step of which case a run belongs to; names its folder."""

    ticket: str
    step: str
    attempt: int


@dataclass(frozen=True)
class Change:
    """What is asked of a service: variables, those that are secret, and the names that no other run may touch."""

    variables: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Elsewhere:
    """A service, or a part of it, that an outside provider keeps."""

    provider: Provider
    playbook_variables: Mapping[str, Any] | None = None
    """What tells the playbook to leave the provider's part alone; none where the provider keeps the whole service."""


@dataclass(frozen=True)
class Places:
    """Where playbooks, inventory and run folders are."""

    playbooks_dir: Path
    inventory: Path
    state_dir: Path

    @classmethod
    def from_settings(cls, settings: Settings) -> Places:
        """Take the places from the configuration."""
        playbooks = settings.playbooks_dir
        return cls(playbooks, playbooks / "inventory" / settings.inventory, settings.state_dir)


def _never() -> bool:
    """Never cancel."""
    return False


def _state_variable(playbook: str) -> str:
    """Return the name of the variable that tells the playbook what to do."""
    return f"{Path(playbook).stem}_state"


class Provisioner:
    """Runs a service's playbook, or asks the provider that keeps the service: the same verbs, the same records."""

    def __init__(
        self,
        runner: PlaybookRunner,
        places: Places,
        *,
        providers: Mapping[str, Elsewhere] | None = None,
        timeout: int = 900,
        lock_wait_seconds: float = 300,
    ) -> None:
        """Keep the runner, the places, and which playbook's service is kept elsewhere."""
        self._runner = runner
        self._places = places
        self._providers = dict(providers or {})
        self._timeout = timeout
        self._lock_wait_seconds = lock_wait_seconds

    def plan(  # noqa: PLR0913  # all but two are keywords
        self, playbook: str, variables: Mapping[str, Any], *, ticket: str, step: str, attempt: int,
        secrets: Mapping[str, str] | None = None, cancelled: Callable[[], bool] = _never,
    ) -> PlaybookOutcome:  # fmt: skip
        """Say what the playbook would change, and change nothing.

        Raises:
            ProvisioningError: the run could not even be tried.
        """
        change = Change(variables, secrets or {})
        return self.run(PLAN, playbook, change, Case(ticket, step, attempt), cancelled=cancelled)

    def apply(  # noqa: PLR0913  # all but two are keywords
        self, playbook: str, variables: Mapping[str, Any], *, ticket: str, step: str, attempt: int,
        secrets: Mapping[str, str] | None = None, names: Iterable[str] = (), cancelled: Callable[[], bool] = _never,
    ) -> PlaybookOutcome:  # fmt: skip
        """Carry the playbook out; ``names`` (a sub-domain, a host) are worked on by this run alone.

        Raises:
            ProvisioningError: the run could not even be tried, or a name stayed locked.
        """
        change = Change(variables, secrets or {}, tuple(names))
        return self.run(APPLY, playbook, change, Case(ticket, step, attempt), cancelled=cancelled)

    def verify(  # noqa: PLR0913  # all but two are keywords
        self, playbook: str, variables: Mapping[str, Any], *, ticket: str, step: str, attempt: int,
        secrets: Mapping[str, str] | None = None, cancelled: Callable[[], bool] = _never,
    ) -> PlaybookOutcome:  # fmt: skip
        """Ask the system itself whether everything is there; what is missing is a failed outcome, no exception.

        Raises:
            ProvisioningError: the run could not even be tried.
        """
        change = Change(variables, secrets or {})
        return self.run(VERIFY, playbook, change, Case(ticket, step, attempt), cancelled=cancelled)

    def undo(  # noqa: PLR0913  # all but two are keywords
        self, playbook: str, variables: Mapping[str, Any], *, ticket: str, step: str, attempt: int,
        secrets: Mapping[str, str] | None = None, names: Iterable[str] = (), cancelled: Callable[[], bool] = _never,
    ) -> PlaybookOutcome:  # fmt: skip
        """Take back what the playbook made: the same playbook with ``<playbook>_state: absent``.

        Raises:
            ProvisioningError: the run could not even be tried, or a name stayed locked.
        """
        change = Change(variables, secrets or {}, tuple(names))
        return self.run(UNDO, playbook, change, Case(ticket, step, attempt), cancelled=cancelled)

    def run(
        self, verb: str, playbook: str, change: Change, case: Case, *, cancelled: Callable[[], bool] = _never
    ) -> PlaybookOutcome:
        """Carry one verb out, with the names locked: by playbook, by the provider, or by both.

        Raises:
            ProvisioningError: the run could not even be tried, or a name stayed locked.
        """
        stem = Path(playbook).stem
        elsewhere = self._providers.get(stem)
        locks = self._places.state_dir / "locks"
        with exclusive_all(change.names, directory=locks, wait_seconds=self._lock_wait_seconds):
            if elsewhere is None:
                return self._play(verb, playbook, change, case, cancelled)

            def provide() -> PlaybookOutcome:
                values = {**change.variables, **change.secrets}
                return elsewhere.provider.run(verb, values, ticket=case.ticket, cancelled=cancelled)

            if elsewhere.playbook_variables is None:
                return provide()
            rest = replace(change, variables={**change.variables, **elsewhere.playbook_variables})

            def play() -> PlaybookOutcome:
                return self._play(verb, playbook, rest, case, cancelled)

            return _both(play, provide) if verb == UNDO else _both(provide, play)

    def _play(
        self, verb: str, playbook: str, change: Change, case: Case, cancelled: Callable[[], bool]
    ) -> PlaybookOutcome:
        """Run the playbook in a folder of its own."""
        invocation = Invocation(
            playbook=str(self._playbook_path(playbook)),
            inventory=self._places.inventory,
            variables={**change.variables, _state_variable(playbook): STATES[verb]},
            secrets=change.secrets,
            check=verb == PLAN,
            timeout=self._timeout,
        )
        folder = make_workspace(self._places.state_dir, ticket=case.ticket, step=case.step, attempt=case.attempt)
        return self._runner.run(invocation, folder, cancelled=cancelled)

    def _playbook_path(self, playbook: str) -> Path:
        """Return the playbook's path; a name that leads out of the folder is refused."""
        found = _PLAYBOOK.fullmatch(playbook)
        if not found:
            raise ProvisioningError(f"playbook {playbook!r}: allowed are small letters, digits and '_', e.g. subdomain")
        path = self._places.playbooks_dir / f"{found[1]}.yml"
        if not path.is_file():
            raise ProvisioningError(f"playbook {playbook!r}: {path} does not exist")
        return path


def _both(first: Callable[[], PlaybookOutcome], then: Callable[[], PlaybookOutcome]) -> PlaybookOutcome:
    """Do one after the other and make one outcome of both; what failed first ends it."""
    done = first()
    if not done.ok:
        return done
    return merged([done, then()])


def merged(outcomes: list[PlaybookOutcome]) -> PlaybookOutcome:
    """Make one outcome of several that followed each other: the last one's status, all facts and changes."""
    last = outcomes[-1]
    facts: dict[str, Any] = {}
    for outcome in outcomes:
        facts |= outcome.facts
    return replace(
        last,
        playbook=" + ".join(dict.fromkeys(outcome.playbook for outcome in outcomes)),
        changed=sum(outcome.changed for outcome in outcomes),
        changes=tuple(change for outcome in outcomes for change in outcome.changes),
        failures=tuple(failure for outcome in outcomes for failure in outcome.failures),
        evidence=next((outcome.evidence for outcome in reversed(outcomes) if outcome.evidence), ""),
        seconds=round(sum(outcome.seconds for outcome in outcomes), 3),
        facts=facts,
    )
