"""Runs a playbook with ansible-runner, whose only import this is; a failed playbook is an outcome, never an exception.

Ansible gets an environment of its own: that of the caller may hold secrets, and ansible-runner writes what it gets to
disk. The run ends with its caller (see ``guard``), on request and in time.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ansible_runner.config.runner import RunnerConfig
from ansible_runner.exceptions import AnsibleRunnerException
from ansible_runner.runner import Runner

from laksana.errors import ProvisioningError
from laksana.provisioning import guard
from laksana.provisioning.events import EventReader
from laksana.provisioning.invocation import Invocation, variables_as_yaml
from laksana.provisioning.messages import explain
from laksana.provisioning.scrubbing import Scrubber
from laksana.provisioning.workspace import Workspace
from laksana.records import PlaybookOutcome, TaskFailure

_GRACE_SECONDS = 30
"""How much later ansible-runner's own timeout comes than ours, which ends workers too."""
_GONE_SECONDS = 8.0
_LOOK_SECONDS = 0.5
_OWN_VARIABLES = (
    *("ANSIBLE_CALLBACK_PLUGINS", "ANSIBLE_STDOUT_CALLBACK", "ANSIBLE_RETRY_FILES_ENABLED"),
    *("AWX_ISOLATED_DATA_DIR", "RUNNER_OMIT_EVENTS", "RUNNER_ONLY_FAILED_EVENTS"),
)
"""What ansible-runner itself must hand to Ansible."""
_STOPPED = {
    "timeout": "dihentikan: playbook belum selesai dalam {seconds} detik",
    "cancelled": "dihentikan atas permintaan sebelum selesai",
}


class AnsibleRunner:
    """Runs playbooks with the Ansible that is installed beside this Python."""

    def __init__(self, *, ansible_settings: Mapping[str, str] | None = None) -> None:
        """Keep further ``ANSIBLE_*`` variables for Ansible's environment.

        Raises:
            ProvisioningError: one of them is no setting of Ansible.
        """
        for name in ansible_settings or {}:
            if not name.startswith("ANSIBLE_"):
                raise ProvisioningError(f"ansible setting {name!r}: only ANSIBLE_* reach Ansible")
        self._settings = dict(ansible_settings or {})

    def run(self, invocation: Invocation, workspace_dir: Path, *, cancelled: Callable[[], bool]) -> PlaybookOutcome:
        """Run a playbook in a fresh folder and say what it did; a failed playbook is an outcome, no exception.

        Raises:
            ProvisioningError: the run could not even be tried.
        """
        workspace = Workspace(workspace_dir)
        workspace.write_variables(variables_as_yaml({**invocation.variables, **invocation.secrets}))
        config = _GuardedConfig(invocation, workspace, self._environment(invocation))
        scrubber = Scrubber(invocation.secrets.values())
        reader = EventReader()
        watch = _Watch(workspace, cancelled, invocation.timeout)
        code = _run(config, workspace, _Events(reader, scrubber), watch)
        status, failures = _judge(invocation, reader, reason=watch.reason, code=code)
        outcome = PlaybookOutcome(
            playbook=Path(invocation.playbook).stem,
            status=status,
            changed=max(reader.changed, len(reader.changes)),
            changes=reader.changes,
            failures=failures,
            evidence=str(workspace.folder),
            seconds=round(watch.seconds(), 3),
            check_mode=invocation.check,
            facts=reader.facts,
        )
        workspace.tidy(outcome.to_json(), scrubber)
        return outcome

    def _environment(self, invocation: Invocation) -> dict[str, str]:
        """Return all that Ansible gets to know of the environment."""
        binaries = Path(sys.executable).parent
        environment = {
            "HOME": str(Path.home()),
            "PATH": f"{binaries}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "ANSIBLE_HOST_KEY_CHECKING": "True",  # ansible-runner switches it off unless told otherwise
            "ANSIBLE_NOCOLOR": "True",
            "ANSIBLE_DEPRECATION_WARNINGS": "False",
        }
        configuration = Path(invocation.playbook).resolve().parent / "ansible.cfg"
        if configuration.is_file():
            environment["ANSIBLE_CONFIG"] = str(configuration)
        return environment | self._settings


class _GuardedConfig(RunnerConfig):  # type: ignore[misc]  # ansible-runner carries no types
    """ansible-runner's configuration with our environment instead of the caller's, and the guard before the command."""

    def __init__(self, invocation: Invocation, workspace: Workspace, environment: dict[str, str]) -> None:
        super().__init__(
            str(workspace.folder),
            playbook=str(Path(invocation.playbook).resolve()),
            inventory=str(invocation.inventory.resolve()),
            limit=invocation.limit,
            cmdline="--diff --check" if invocation.check else "--diff",
            ident="run",
            quiet=True,
            timeout=invocation.timeout + _GRACE_SECONDS,
            fact_cache_type="memory",
            envvars=environment,
        )
        self._guard = _guard_command(workspace)
        self._environment = environment
        self.env: dict[str, str]
        self.command: list[str]

    def prepare(self) -> None:
        """Prepare the run, then put guard and environment in place."""
        super().prepare()
        self.pexpect_timeout = _LOOK_SECONDS  # given as a setting it would be dropped, there being no env/settings
        own = {name: self.env[name] for name in _OWN_VARIABLES if name in self.env}
        self.env = own | self._environment
        self.command = [*self._guard, str(_ansible_playbook()), *self.command[1:]]


class _Watch:
    """Asks once in a while whether the run is still wanted, and remembers why it was ended."""

    def __init__(self, workspace: Workspace, cancelled: Callable[[], bool], timeout: int) -> None:
        self._workspace = workspace
        self._cancelled = cancelled
        self._timeout = timeout
        self._began = time.monotonic()
        self.reason = ""

    def seconds(self) -> float:
        """Return how long the run has taken."""
        return time.monotonic() - self._began

    def look(self) -> bool:
        """Have the guard end a run that is no longer wanted; ansible-runner itself would leave workers behind."""
        if not self.reason:
            if self._cancelled():
                self.reason = "cancelled"
            elif self.seconds() > self._timeout:
                self.reason = "timeout"
            if self.reason:
                self._workspace.stop.touch()
        return False


@dataclass(frozen=True)
class _Events:
    """Where a run's events go: read, with the secrets taken out before."""

    reader: EventReader
    scrubber: Scrubber


def _run(config: RunnerConfig, workspace: Workspace, seen: _Events, watch: _Watch) -> int:
    """Run to the end and return the exit status; whatever interrupts it, the playbook is gone on return."""
    descriptor = os.open(workspace.events, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as events:
        try:
            config.prepare()
            runner = Runner(config, cancel_callback=watch.look, event_handler=_handler(seen, events))
            _, code = runner.run()
        except (AnsibleRunnerException, OSError) as error:
            raise ProvisioningError(f"{config.playbook}: run could not be carried out: {error}") from error
        finally:
            workspace.stop.touch()
            _wait_until_gone(workspace)
    return int(code if code is not None else 1)


def _handler(seen: _Events, events: IO[str]) -> Callable[[dict[str, Any]], bool]:
    """Return what ansible-runner calls for each event; False keeps it from writing a file of its own."""

    def take(event: dict[str, Any]) -> bool:
        short = seen.reader.take(seen.scrubber.data(event))
        if short is not None:
            events.write(json.dumps(short, ensure_ascii=False, separators=(",", ":"), default=str) + "\n")
        return False

    return take


def _wait_until_gone(workspace: Workspace) -> None:
    """Wait for the guard's lock: the kernel releases it when the guard, the last one out, is gone."""
    if not workspace.running.exists():
        return
    until = time.monotonic() + _GONE_SECONDS
    with workspace.running.open("rb") as running:
        while time.monotonic() < until:
            try:
                fcntl.flock(running, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.02)
            else:
                return


def _judge(
    invocation: Invocation, reader: EventReader, *, reason: str, code: int
) -> tuple[str, tuple[TaskFailure, ...]]:
    """Return the run's status and what failed."""
    if not code:  # failures of a run that ended well were rescued; one asked to stop too late has done its work
        if reader.hosts_reached:
            return "ok", ()
        return "failed", (TaskFailure("", "", explain("no hosts matched")),)
    if reason:
        return reason, (*reader.failures, TaskFailure("", "", _STOPPED[reason].format(seconds=invocation.timeout)))
    failures = reader.failures or (TaskFailure("", "", explain(reader.errors or f"ansible-playbook: {code}")),)
    return "unreachable" if all(failure.unreachable for failure in failures) else "failed", failures


def _guard_command(workspace: Workspace) -> list[str]:
    """Return the command that stands before ansible-playbook's."""
    files = [str(path) for path in (workspace.stop, workspace.running, workspace.variables)]
    return [sys.executable, "-I", "-S", str(Path(guard.__file__).resolve()), str(os.getpid()), *files]


def _ansible_playbook() -> Path:
    """Return the ansible-playbook beside this Python; PATH may lack it.

    Raises:
        ProvisioningError: there is none.
    """
    found = Path(sys.executable).parent / "ansible-playbook"
    if not found.is_file():
        raise ProvisioningError(f"{found}: ansible-playbook is not installed beside Python; install ansible-core there")
    return found
