"""A playbook called as the product calls it: by the real Provisioner and the real AnsibleRunner, in a state folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

from laksana.provisioning.playbooks import APPLY, PLAN, UNDO, VERIFY, Case, Change, Places, Provisioner
from laksana.provisioning.runner import AnsibleRunner
from laksana.records import PlaybookOutcome

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
TICKET, OTHER_TICKET = "LKS-2026-0001", "LKS-2026-0002"


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Service:
    """What one playbook is asked for; its variables are named without the playbook's own name before them."""

    playbook: str
    state_dir: Path
    variables: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict)

    def having(self, **other: Any) -> Service:
        """Ask for something else."""
        known = {name: value for name, value in other.items() if name in self.secrets}
        rest = {name: value for name, value in other.items() if name not in self.secrets}
        return replace(self, variables={**self.variables, **rest}, secrets={**self.secrets, **known})

    def plan(self) -> PlaybookOutcome:
        return self._run(PLAN)

    def apply(self, cancelled: Callable[[], bool] = _never) -> PlaybookOutcome:
        return self._run(APPLY, cancelled)

    def verify(self) -> PlaybookOutcome:
        return self._run(VERIFY)

    def undo(self) -> PlaybookOutcome:
        return self._run(UNDO)

    def _run(self, verb: str, cancelled: Callable[[], bool] = _never) -> PlaybookOutcome:
        places = Places(PLAYBOOKS, PLAYBOOKS / "inventory" / "lab", self.state_dir)
        change = Change(self._named(self.variables), self._named(self.secrets))
        case = Case(str(self.variables["ticket"]), verb, 1)
        return Provisioner(AnsibleRunner(), places, timeout=240).run(
            verb, self.playbook, change, case, cancelled=cancelled
        )

    def _named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {f"{self.playbook}_{name}": value for name, value in values.items()}


def words(outcome: PlaybookOutcome) -> str:
    """Everything an outcome says, in one line: its status, what failed, what changed."""
    failures = (f"{failure.task}: {failure.message}" for failure in outcome.failures)
    changes = (f"{change.task}: {change.after}" for change in outcome.changes)
    return " ".join(" | ".join([outcome.status, *failures, *changes]).split())


def made(outcome: PlaybookOutcome) -> PlaybookOutcome:
    """Insist that a run ended well."""
    assert outcome.ok, words(outcome)
    return outcome


def files_with(folder: Path, secrets: Mapping[str, str]) -> list[str]:
    """Name the files below a folder that hold one of the secrets."""
    values = [value.encode() for value in secrets.values()]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [str(path) for path in files if any(value in path.read_bytes() for value in values)]


class ProcessWatch:
    """Looks at the command lines of this machine, on which those of the lab's hosts are seen too."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.seen: set[str] = set()
        """Command lines that held a secret."""
        self.looks = 0
        self._secrets = [value.encode() for value in secrets.values()]

    def look(self) -> None:
        self.looks += 1
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = process.read_bytes()
            except OSError:
                continue  # it has just ended
            if any(secret in line for secret in self._secrets):
                self.seen.add(line.replace(b"\0", b" ").decode(errors="replace"))


@contextmanager
def watched_processes(secrets: Mapping[str, str]) -> Iterator[ProcessWatch]:
    """Watch the process list for secrets, some ten times a second, while something runs."""
    watch, ended = ProcessWatch(secrets), Event()

    def look() -> None:
        while not ended.wait(0.05):
            watch.look()

    thread = Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()
