"""Frozen results that cross tasks and rooms; each turns into plain JSON and back, and none of them does anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Self


@dataclass(frozen=True)
class Record:
    """Base of all records: plain JSON out, plain JSON in."""

    nested: ClassVar[Mapping[str, type[Record]]] = {}
    """Fields that hold a tuple of other records, with their type."""

    def to_json(self) -> dict[str, Any]:
        """Return the record as plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build the record from what ``to_json`` gave; unknown keys are ignored, so that old rows stay readable."""
        names = {item.name for item in fields(cls)}
        values: dict[str, Any] = {}
        for key, value in data.items():
            if key not in names:
                continue
            kind = cls.nested.get(key)
            if kind is not None:
                values[key] = tuple(kind.from_json(item) for item in value)
            else:
                values[key] = _frozen(value)
        return cls(**values)


def _frozen(value: Any) -> Any:
    """Turn JSON's lists back into tuples, those in lists too; a free-form object stays as it came."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Change(Record):
    """One change that a playbook makes or would make."""

    host: str
    task: str
    before: str
    after: str


@dataclass(frozen=True)
class TaskFailure(Record):
    """One playbook task that failed, in words."""

    host: str
    task: str
    message: str
    unreachable: bool = False


@dataclass(frozen=True)
class PlaybookOutcome(Record):
    """What a playbook run did."""

    nested: ClassVar[Mapping[str, type[Record]]] = {"changes": Change, "failures": TaskFailure}

    playbook: str
    status: str
    """``ok``, ``failed``, ``unreachable``, ``timeout`` or ``cancelled``."""
    changed: int
    """Number of tasks that changed (or in check mode would change) something."""
    changes: tuple[Change, ...]
    failures: tuple[TaskFailure, ...]
    evidence: str
    """Folder with events and output of this run, secrets removed."""
    seconds: float
    check_mode: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    """What the run found out and hands on (a playbook's ``set_stats`` under ``laksana``); never a secret."""

    @property
    def ok(self) -> bool:
        """Tell whether every task did its work."""
        return self.status == "ok"

    def digest(self) -> str:
        """Return the SHA-256 over the changes: two plans with the same digest do the same things."""
        import hashlib
        import json

        text = json.dumps([change.to_json() for change in self.changes], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class CheckItem(Record):
    """One thing that was looked at."""

    name: str
    """What was checked, in Bahasa Indonesia."""
    passed: bool
    expected: str
    found: str


@dataclass(frozen=True)
class CheckReport(Record):
    """The result of a check; failing is an outcome, not an error."""

    nested: ClassVar[Mapping[str, type[Record]]] = {"items": CheckItem}

    items: tuple[CheckItem, ...]
    facts: dict[str, Any] = field(default_factory=dict)
    """Measured values that later steps use, e.g. the DNS answer."""

    @property
    def passed(self) -> bool:
        """Tell whether every item passed."""
        return all(item.passed for item in self.items)

    def reasons(self) -> tuple[str, ...]:
        """Return why it failed, one line an item that did not pass."""
        return tuple(f"{i.name}: {i.found} (seharusnya {i.expected})" for i in self.items if not i.passed)


@dataclass(frozen=True)
class GateDecision(Record):
    """One answer at a gate, as it stands in the ledger."""

    ticket: str
    dag_id: str
    run_id: str
    task_id: str
    role: str
    """Role whose decision it is."""
    outcome: str
    """``setujui``, ``kembalikan``, ``tolak``, ``teruskan``, ``ulang``, …"""
    note: str
    fields: dict[str, Any]
    """Further form values; never a secret."""
    answered_by: str
    """Login of who answered; empty means nobody (a deadline passed)."""
    answered_by_name: str
    capacity: str
    """``definitif``, ``plt``, ``plh`` or ``pj`` on the day of the answer."""
    opened_at: str
    answered_at: str
    spec_digest: str


@dataclass(frozen=True)
class Person(Record):
    """A holder of a post, as letters name them."""

    username: str
    name: str
    role: str
    position: str
    """Name of the post, e.g. ``Kepala Bidang Teknologi dan Informatika``."""
    rank: str = ""
    nip: str = ""
    agency: str = ""
    capacity: str = "definitif"
    decree: str = ""


@dataclass(frozen=True)
class StoredDocument(Record):
    """A document in the archive."""

    key: str
    """Readable key, e.g. ``2026/permohonan-sub-domain/<tiket>/07-nota-dinas-balasan.pdf``."""
    sha256: str
    size: int
    media_type: str = "application/pdf"


@dataclass(frozen=True)
class LetterFacts(Record):
    """All that a reply letter says, before it is rendered."""

    ticket: str
    number: str
    date: str
    """ISO date of the letter."""
    granted: bool
    service: str
    """Name of the service, e.g. ``Sub Domain``."""
    recipient: str
    """Post and agency it goes to."""
    sender: str
    """Post that signs."""
    subject: str
    reference: str
    """The applicant's nota dinas that is answered."""
    paragraphs: tuple[str, ...]
    """Body text, one paragraph an item; plain text, never markup."""
    facts: tuple[tuple[str, str], ...] = ()
    """Table rows: label and value."""
    signer: dict[str, str] = field(default_factory=dict)
    """name, position, rank, nip, capacity, decree."""


@dataclass(frozen=True)
class WorkReport(Record):
    """Minutes or a report about work that was done, before it is rendered; plain text, never markup."""

    title: str
    ticket: str
    date: str
    """ISO date of the paper."""
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    """Facts: label and value."""
    tables: tuple[tuple[tuple[str, ...], ...], ...]
    """Tables, each with its head as the first row."""
    closing: str
    signer: dict[str, str] = field(default_factory=dict)
    """``jabatan``, ``nama`` and ``keterangan`` of who did the work."""


@dataclass(frozen=True)
class SignatureReport(Record):
    """What a document's signature says; an invalid one is an outcome."""

    valid: bool
    """Intact, covering the whole file, and trusted."""
    intact: bool
    trusted: bool
    signer: str
    signed_at: str
    reason: str
    """One line in Bahasa Indonesia: why it is (not) valid."""


@dataclass(frozen=True)
class Snapshot(Record):
    """One backup in a repository."""

    id: str
    at: str
    """ISO time at which it was made."""
    paths: tuple[str, ...]
    """Folders and files that it was told to hold."""
    size: int
    """Bytes that a restore would bring back."""
    files: int


@dataclass(frozen=True)
class BackupEvidence(Record):
    """What was found out about a service's backups, before anybody judges it."""

    nested: ClassVar[Mapping[str, type[Record]]] = {"snapshots": Snapshot}

    kind: str
    name: str
    snapshots: tuple[Snapshot, ...] = ()
    """Oldest first; empty where there is no repository or nothing in it."""
    repository_ok: bool = True
    """Whether the repository is whole (restic check with data read back)."""
    repository_note: str = ""
    """One line in Bahasa Indonesia where it is not."""
    restore_ok: bool = True
    """Whether a sample of the newest snapshot came back with the bytes that were backed up."""
    restore_note: str = ""
    missing_paths: tuple[str, ...] = ()
    """Paths that must be in the newest snapshot and are not."""


@dataclass(frozen=True)
class BackupJudgement(Record):
    """How a service's backups stand."""

    kind: str
    name: str
    state: str
    """``segar`` (fresh), ``usang`` (older than the SOP allows), ``rusak`` (broken) or ``tidak-ada`` (missing)."""
    reasons: tuple[str, ...] = ()
    """Why it is not ``segar``, one line each in Bahasa Indonesia."""
    newest_at: str = ""
    """ISO time of the newest snapshot, empty where there is none."""
    age_days: int = -1
    """Whole days since then, -1 where there is none."""
    size: int = 0


@dataclass(frozen=True)
class BackupVerdict(Record):
    """What the check of all backups of a round said."""

    nested: ClassVar[Mapping[str, type[Record]]] = {"services": BackupJudgement}

    passed: bool
    services: tuple[BackupJudgement, ...]
    validation: dict[str, Any] = field(default_factory=dict)
    """Great Expectations' own validation result, as plain JSON."""
