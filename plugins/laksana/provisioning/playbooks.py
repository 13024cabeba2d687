"""The three verbs for one service: plan (check and diff), apply and undo; who asks and why is none of its business.

A playbook's variables carry its name: ``subdomain.yml`` is told by ``subdomain_state`` (present or absent) what to do,
so that undoing is the same code as doing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laksana.errors import ProvisioningError
from laksana.provisioning.api import PlaybookRunner
from laksana.provisioning.invocation import Invocation
from laksana.provisioning.locks import exclusive_all
from laksana.provisioning.workspace import make_workspace
from laksana.records import PlaybookOutcome
from laksana.settings import Settings

_PLAYBOOK = re.compile(r"([a-z][a-z0-9_]*)(?:\.yml)?", re.ASCII)


@dataclass(frozen=True)
class Case:
    """Which try of which step of which case a run belongs to; names its folder."""

    ticket: str
    step: str
    attempt: int


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
    """Return the name of the variable that tells the playbook present or absent."""
    return f"{Path(playbook).stem}_state"


class Provisioner:
    """Runs a service's playbook: what it would do, doing it, and taking it back with the same code."""

    def __init__(
        self, runner: PlaybookRunner, places: Places, *, timeout: int = 900, lock_wait_seconds: float = 300
    ) -> None:
        """Keep the runner and the places."""
        self._runner = runner
        self._places = places
        self._timeout = timeout
        self._lock_wait_seconds = lock_wait_seconds

    def plan(  # noqa: PLR0913  # all but two are keywords
        self,
        playbook: str,
        variables: Mapping[str, Any],
        *,
        ticket: str,
        step: str,
        attempt: int,
        cancelled: Callable[[], bool] = _never,
    ) -> PlaybookOutcome:
        """Say what the playbook would change, and change nothing.

        Raises:
            ProvisioningError: the run could not even be tried.
        """
        return self._run(playbook, variables, Case(ticket, step, attempt), check=True, names=(), cancelled=cancelled)

    def apply(  # noqa: PLR0913  # all but two are keywords
        self,
        playbook: str,
        variables: Mapping[str, Any],
        *,
        ticket: str,
        step: str,
        attempt: int,
        names: Iterable[str] = (),
        cancelled: Callable[[], bool] = _never,
    ) -> PlaybookOutcome:
        """Carry the playbook out; ``names`` (a sub-domain, a host) are worked on by this run alone.

        Raises:
            ProvisioningError: the run could not even be tried, or a name stayed locked.
        """
        return self._run(
            playbook, variables, Case(ticket, step, attempt), check=False, names=names, cancelled=cancelled
        )

    def undo(  # noqa: PLR0913  # all but two are keywords
        self,
        playbook: str,
        variables: Mapping[str, Any],
        *,
        ticket: str,
        step: str,
        attempt: int,
        names: Iterable[str] = (),
        cancelled: Callable[[], bool] = _never,
    ) -> PlaybookOutcome:
        """Take back what the playbook made: the same playbook with ``<playbook>_state: absent``.

        Raises:
            ProvisioningError: the run could not even be tried, or a name stayed locked.
        """
        absent = {**variables, _state_variable(playbook): "absent"}
        return self._run(playbook, absent, Case(ticket, step, attempt), check=False, names=names, cancelled=cancelled)

    def _run(  # noqa: PLR0913  # all but two are keywords
        self,
        playbook: str,
        variables: Mapping[str, Any],
        case: Case,
        *,
        check: bool,
        names: Iterable[str],
        cancelled: Callable[[], bool],
    ) -> PlaybookOutcome:
        """Run a playbook in a folder of its own, with the names locked."""
        invocation = Invocation(
            playbook=str(self._playbook_path(playbook)),
            inventory=self._places.inventory,
            variables={_state_variable(playbook): "present", **variables},
            check=check,
            timeout=self._timeout,
        )
        locks = self._places.state_dir / "locks"
        with exclusive_all(names, directory=locks, wait_seconds=self._lock_wait_seconds):
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
