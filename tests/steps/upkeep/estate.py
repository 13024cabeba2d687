"""A small estate under routine SOPs: its database is real, its hosts, playbooks, backups and Airflow are played."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from laksana.backups.api import BackupStore
from laksana.backups.memory import MemoryBackups
from laksana.office import Office
from laksana.provisioning.api import PlaybookRunner
from laksana.provisioning.memory import ScriptedRunner
from laksana.provisioning.playbooks import Places, Provisioner
from laksana.records import BackupEvidence, PlaybookOutcome, Snapshot, TaskFailure
from laksana.registry.services import ACTIVE, Service
from laksana.servicedesk.api import Ticket
from laksana.settings import Settings
from laksana.spec.model import Step
from laksana.steps.case import Case
from tests.test_airflow_client import Api

AT = datetime(2026, 11, 25, 1, tzinfo=UTC)
MONITORING, MAINTENANCE = "monitoring-layanan-hosting", "pemeliharaan-layanan-hosting"
SERVERS = "monitoring-layanan-fasilitasi-pusat-komputasi"
SERVER_CARE = "pemeliharaan-layanan-fasilitasi-pusat-komputasi"
GROWTH = "permohonan-penambahan-resource-vps"
OWNER = "Dinas Perikanan"
DONE = PlaybookOutcome("", "ok", 1, (), (), "", 1.0)
FAILED = PlaybookOutcome("", "failed", 0, (), (TaskFailure("hosting", "kuota", "disk penuh"),), "", 1.0)
_SSH = """#!/bin/sh
cat > /dev/null
for file in {said}/*; do
  case "$*" in *"$(basename "$file")"*) cat "$file"; exit 0;; esac
done
exit 255
"""


@dataclass(frozen=True)
class Trial(Office):
    """An installation whose backups are in memory and whose playbooks are played."""

    store: BackupStore
    runner: PlaybookRunner

    @property
    def backups(self) -> BackupStore:  # the office opens its own
        return self.store

    @property
    def provisioner(self) -> Provisioner:  # the office opens its own
        return Provisioner(self.runner, Places.from_settings(self.settings))


class Estate:
    """Services, tickets and cases of one installation."""

    def __init__(self, database_url: str, folder: Path, api: Api) -> None:
        password = folder / "password"
        password.write_text(api.password)
        self.settings = Settings(
            database_url=database_url, state_dir=folder, airflow_api_url=api.url, airflow_api_password_file=password,
            hosting_address="127.0.0.1", dns_server="", ssh_key_file=folder / "key", hosting_capacity_mb=1000,
        )  # fmt: skip
        self.memory, self.api, self.folder = MemoryBackups(), api, folder
        (folder / "said").mkdir()
        self.ssh = folder / "bin" / "ssh"
        self.ssh.parent.mkdir()
        self.ssh.write_text(_SSH.format(said=folder / "said"))
        self.ssh.chmod(0o755)
        self.played = ScriptedRunner([])
        self.office: Trial = Trial(self.settings, self.memory, self.played)

    def play(self, *outcomes: PlaybookOutcome) -> None:
        """Have playbooks come out so from now on, one after the other."""
        self.played = ScriptedRunner(outcomes)
        self.office = Trial(self.settings, self.memory, self.played)

    def run_by(self, runner: PlaybookRunner) -> None:
        """Have playbooks carried out by something else."""
        self.office = Trial(self.settings, self.memory, runner)

    def account(self, name: str, *, quota: int = 64) -> str:
        """Enter a hosting account and return its key."""
        return self._enter("hosting", name, "hosting", {"quota_mb": quota})

    def server(self, name: str, *, port: int = 1, owner: str = OWNER, place: str = "pusat-komputasi") -> str:
        """Enter a server on this machine and return its key; at port 1 nothing answers."""
        sizes = {"vcpu": 1, "memory_mb": 512, "disk_gb": 4}
        return self._enter("vps", name, place, {**sizes, "address": "127.0.0.1", "port": port}, owner=owner)

    def sub_domain(self, label: str) -> str:
        """Enter a sub-domain and return its key."""
        return self._enter("subdomain", f"{label}.gresikkab.go.id", "proxy", {"target": "10.77.0.13", "port": 80})

    def take_away(self, key: str) -> None:
        """Take a service out of the registry."""
        kind, _, name = key.partition("/")
        self.office.registry.remove(kind, name, ticket=f"T-{name}", at=AT)

    def inside(self, mark: str, **answer: Any) -> None:
        """Have an account or an address say something of itself when the office looks inside."""
        (self.folder / "said" / mark).write_text(json.dumps(answer))

    def quota_used(self, name: str, percent: float) -> None:
        """Have an account say how full it is."""
        self.inside(name, account={"pool": True, "site": True, "database": None, "quota_percent": percent})

    def back_up(self, key: str, *, days: int, **more: Any) -> BackupEvidence:
        """Give a service one backup, so many days old."""
        kind, _, name = key.partition("/")
        made = (AT - timedelta(days=days)).isoformat()
        snapshot = Snapshot("a" * 64, made, (f"/srv/hosting/{name}",), 1000, 3)
        evidence = BackupEvidence(kind, name, (snapshot,), **more)
        self.memory.tell(f"T-{name}", evidence)
        return evidence

    def ticket(self, slug: str, run_id: str = "", data: dict[str, Any] | None = None) -> Ticket:
        """Open a ticket."""
        key, source = f"{slug}/{run_id}", "rutin" if run_id else "cli"
        return self.office.desk.open(
            slug, data or {}, source=source, applicant="airflow", key=key, at=AT, run_id=run_id
        )[0]

    def case(self, ticket: Ticket, work: str, *, try_number: int = 1, now: datetime = AT) -> Case:
        """Open the case at the first step of a kind of work."""
        spec = self.office.spec(ticket.slug)
        step = next(step for step in spec.langkah if step.work.kind == work)
        return self.at(ticket, step, try_number=try_number, now=now)

    def at(self, ticket: Ticket, step: Step, *, try_number: int = 1, now: datetime = AT) -> Case:
        """Open the case at a step."""
        spec = self.office.spec(ticket.slug)
        return Case(self.office, spec, step, 1, ticket, ticket.run_id, step.task_id, try_number, now)

    def started(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the runs that Airflow was asked to start: path and body."""
        return [(path, body) for method, path, body in self.api.calls if method == "POST"]

    def allow(self, slugs: Iterable[str]) -> None:
        """Have Airflow start runs of these SOPs."""
        for slug in slugs:
            self.api.answers["POST", f"/api/v2/dags/{slug}/dagRuns"] = (200, {})

    def state_of(self, ticket: Ticket, status: int, state: str = "") -> None:
        """Have Airflow tell how a run stands."""
        path = f"/api/v2/dags/{ticket.slug}/dagRuns/{ticket.run_id}"
        self.api.answers["GET", path] = (status, {"state": state})

    def _enter(self, kind: str, name: str, place: str, specification: dict[str, Any], *, owner: str = OWNER) -> str:
        row = Service(kind, name, owner, "Siti Aminah", specification, place, f"T-{name}", ACTIVE, AT, "081234567890")
        self.office.registry.enter([row])
        return f"{kind}/{name}"
