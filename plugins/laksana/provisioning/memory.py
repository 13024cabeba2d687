"""A playbook runner that plays back outcomes from a script: for tests, training and demos without hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from laksana.errors import ProvisioningError
from laksana.provisioning.invocation import Invocation
from laksana.records import PlaybookOutcome


class ScriptedRunner:
    """Gives back the scripted outcomes one after the other and remembers what was asked."""

    def __init__(self, outcomes: Iterable[PlaybookOutcome]) -> None:
        """Keep the script."""
        self._outcomes = list(outcomes)
        self.invocations: list[Invocation] = []
        """Every invocation so far, in order."""

    def run(self, invocation: Invocation, workspace_dir: Path, *, cancelled: Callable[[], bool]) -> PlaybookOutcome:
        """Return the next outcome of the script, or a cancelled one where that is asked for.

        Raises:
            ProvisioningError: the script is at its end.
        """
        self.invocations.append(invocation)
        playbook = Path(invocation.playbook).stem
        if cancelled():
            played = PlaybookOutcome(playbook, "cancelled", 0, (), (), "", 0.0)
        elif self._outcomes:
            played = self._outcomes.pop(0)
        else:
            raise ProvisioningError(f"script has no outcome left for run {len(self.invocations)} ({playbook})")
        return replace(played, playbook=playbook, evidence=str(workspace_dir), check_mode=invocation.check)
