"""What runs playbooks, seen from outside; ``runner`` does it with Ansible, ``memory`` from a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from laksana.provisioning.invocation import Invocation
from laksana.records import PlaybookOutcome


class PlaybookRunner(Protocol):
    """Runs one playbook."""

    def run(self, invocation: Invocation, workspace_dir: Path, *, cancelled: Callable[[], bool]) -> PlaybookOutcome:
        """Run a playbook in a fresh folder and say what it did; a failed playbook is an outcome, no exception.

        Args:
            invocation: what to run.
            workspace_dir: an empty folder that exists; holds the evidence afterwards.
            cancelled: asked about once a second; True stops the run.

        Raises:
            ProvisioningError: the run could not even be tried.
        """
        ...


class Provider(Protocol):
    """Keeps one kind of service outside our own hosts; a playbook's counterpart with the same verbs and records."""

    def run(
        self, verb: str, variables: Mapping[str, Any], *, ticket: str, cancelled: Callable[[], bool]
    ) -> PlaybookOutcome:
        """Carry out ``plan``, ``apply``, ``verify`` or ``undo``; a refusal of the far side is an outcome.

        Raises:
            ProviderError: the provider is not set up rightly, e.g. its token file can't be read.
        """
        ...
