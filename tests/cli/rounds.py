"""A Monitoring round and the maintenance that it calls, over five accounts, most not in order; no host is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from laksana.archive.keys import document_key
from laksana.backups.api import BackupStore
from laksana.backups.memory import MemoryBackups
from laksana.monitoring.observations import ACTIVATION, RENEWAL, RESOURCES, STATUS, Observation
from laksana.office import Office
from laksana.records import BackupEvidence, Snapshot, StoredDocument
from laksana.registry.model import RESERVED, Service
from laksana.servicedesk.api import Ticket
from laksana.settings import Settings
from laksana.steps.case import Case
from laksana.steps.upkeep.api import key_of
from laksana.steps.upkeep.backups import conclude_backups, conclude_renewal, prove, services_to_prove, services_to_renew
from laksana.steps.upkeep.calls import call_of, end_call
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.reporting import VALIDATION
from laksana.steps.upkeep.rounds import open_round, scope_of
from tests.registry.conftest import AT

MONITORING, MAINTENANCE = "monitoring-layanan-hosting", "pemeliharaan-layanan-hosting"
DOWN, LOST, OLD, CUT, FINE = "kesehatan", "pangan", "pertanian", "sosial", "perikanan"
NAMES = (DOWN, LOST, OLD, CUT, FINE)
AGES = {DOWN: 2, OLD: 40, CUT: 3, FINE: 5}
"""Account → days since its newest backup; one has none."""


@dataclass(frozen=True)
class Trial(Office):
    """An installation whose backups are known from memory, or lie where a test put them."""

    store: BackupStore

    @property
    def backups(self) -> BackupStore:  # type: ignore[override]  # the office opens its own
        return self.store


def open_trial(database_url: str, folder: Path, store: BackupStore) -> Trial:
    """Open an installation with these backups."""
    return Trial(Settings(database_url=database_url, state_dir=folder), store)


def add_account(office: Office, name: str, *, ticket: str = "") -> Service:
    """Enter a hosting account that is in use."""
    number = ticket or f"T-{name}"
    row = Service("hosting", name, "Dinas Perikanan", "Siti", {"quota_mb": 32}, "hosting", number, RESERVED, AT)
    office.registry.reserve(row)
    office.registry.activate("hosting", name, ticket=number, at=AT, expires_on=AT.date())
    return row


def backed_up(name: str, days: int) -> BackupEvidence:
    """Say that an account has one backup, so many days old; the one that is cut is not whole."""
    made = (AT - timedelta(days=days)).isoformat()
    snapshot = Snapshot("a" * 64, made, (f"/srv/hosting/{name}",), 1000, 3)
    whole = name != CUT
    return BackupEvidence("hosting", name, (snapshot,), repository_ok=whole, repository_note="" if whole else "rusak")


class Rounds:
    """A Monitoring round with what it found, and the maintenance that went on from it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        memory = MemoryBackups({("hosting", name, f"T-{name}"): backed_up(name, days) for name, days in AGES.items()})
        self.office = open_trial(database_url, folder, memory)
        for name in NAMES:
            add_account(self.office, name)
        self.monitoring = self.opened(MONITORING, "manual-1", {})
        origin = {"asal": {"tiket": self.monitoring.number, "sop": MONITORING}}
        calling = self.case(self.monitoring, "jalankan_sop")
        self.maintenance = self.opened(MAINTENANCE, call_of(calling).run_id, origin)

    def look(self) -> None:
        """Find two accounts down, of which one comes up again."""
        case = self.case(self.monitoring, "akses")
        open_round(case, kept_of(case))
        for key in scope_of(case):
            name = key.partition("/")[2]
            self.see(self.monitoring, "periksa_status", name, STATUS, passed=name not in {DOWN, LOST})
        self.see(self.monitoring, "aktifkan", DOWN, ACTIVATION, passed=True)
        self.see(self.monitoring, "aktifkan", LOST, ACTIVATION, passed=False)
        outages = self.office.outages
        for name in (DOWN, LOST):
            outages.begin("hosting", name, ticket=self.monitoring.number, cause="tidak menjawab", at=AT)
        later = AT + timedelta(minutes=90)
        outages.end("hosting", DOWN, ticket=self.monitoring.number, at=later, repaired=True)

    def prove(self) -> None:
        """Judge the backups by the Monitoring SOP's month."""
        case = self.case(self.monitoring, "periksa_cadangan")
        for key in services_to_prove(case):
            prove(case, key)
        conclude_backups(case)

    def maintain(self) -> None:
        """Let the maintenance go on from there: one backup made anew, one that stays broken, one account too full."""
        first = self.case(self.maintenance, "jalankan_sop")
        self.see(self.maintenance, "periksa_resource", FINE, RESOURCES, passed=False)
        self.see(self.maintenance, "periksa_resource", OLD, RESOURCES, passed=True)
        first.casefile.put("layanan putaran ini", self._scope(), step=1, attempt=1, at=AT)
        end_call(first, "")
        conclude_backups(self.case(self.maintenance, "periksa_cadangan"))
        renewing = self.case(self.maintenance, "perbarui_cadangan")
        for key in services_to_renew(renewing):
            name = key.partition("/")[2]
            proof = {"playbook": {}, "bukti": backed_up(name, 0).to_json()}
            self.see(self.maintenance, "perbarui_cadangan", name, RENEWAL, passed=name != CUT, record=proof)
        conclude_renewal(renewing)
        end_call(self.case(self.monitoring, "jalankan_sop"), "success")

    def archive(self) -> StoredDocument:
        """Have the monitoring's report validated and archived, its draft beside it."""
        case = self.case(self.monitoring, "arsip")
        record = {"divalidasi_oleh": "pranata", "nama": "Pranata"}
        case.casefile.put(VALIDATION, record, step=case.step.no, attempt=1, at=AT)
        number, made = self.monitoring.number, []
        for name in ("laporan.pdf", "konsep-laporan-1.pdf"):
            key = document_key(2026, MONITORING, number, case.step.no, name)
            made.append(self.office.archive.put(key, b"%PDF", media_type="application/pdf"))
            self.office.desk.attach(number, made[-1], at=AT, once=name)
        return made[0]

    def case(self, ticket: Ticket, kind: str) -> Case:
        """Open the case at the step of a kind."""
        spec = self.office.spec(ticket.slug)
        step = next(step for step in spec.langkah if step.work.kind == kind)
        return Case(self.office, spec, step, 1, ticket, ticket.run_id, step.task_id, 1, AT)

    def opened(self, slug: str, run_id: str, data: dict[str, object]) -> Ticket:
        """Open the ticket of a round."""
        key = f"{slug}/{run_id}"
        return self.office.desk.open(slug, data, source="rutin", applicant="airflow", key=key, at=AT, run_id=run_id)[0]

    def see(  # one row of observations
        self, ticket: Ticket, work: str, name: str, what: str, *, passed: bool, kind: str = "hosting",
        record: dict[str, object] | None = None,
    ) -> None:  # fmt: skip
        """Keep one look at a service."""
        step = self.case(ticket, work).step.no
        self.office.observations.put(Observation(ticket.number, step, kind, name, what, passed, record or {}, AT))

    def _scope(self) -> dict[str, object]:
        keys = [key_of(row) for row in self.office.registry.list(kind="hosting")]
        return {"layanan": keys, "dilewati": {}}
