"""The store in memory answers as the real one does."""

from __future__ import annotations

from pathlib import Path

from laksana.backups.api import BackupStore
from laksana.backups.memory import MemoryBackups
from laksana.records import BackupEvidence, Snapshot

SNAPSHOT = Snapshot("a", "2026-11-25T00:00:00+00:00", ("/srv",), 10, 1)
BROKEN = BackupEvidence(
    "vps", "satu", (SNAPSHOT,), repository_ok=False, repository_note="rusak", restore_ok=False, restore_note="lain"
)


def test_known_service_has_its_evidence_and_an_unknown_one_none(tmp_path: Path) -> None:
    memory = MemoryBackups()
    store: BackupStore = memory
    memory.tell("LKS-1", BROKEN)

    assert store.evidence("vps", "satu", "LKS-1", required_paths=[], scratch_dir=tmp_path) == BROKEN
    assert store.latest("vps", "satu", "LKS-1") == SNAPSHOT
    assert store.evidence("vps", "satu", "LKS-2", required_paths=[], scratch_dir=tmp_path) == BackupEvidence(
        "vps", "satu"
    )
    assert store.latest("vps", "satu", "LKS-2") is None
    assert store.access("vps", "satu", "LKS-1").repository == "memory:vps/satu/LKS-1"


def test_what_is_not_checked_is_not_found(tmp_path: Path) -> None:
    store = MemoryBackups({("vps", "satu", "LKS-1"): BROKEN})

    found = store.evidence(
        "vps", "satu", "LKS-1", required_paths=[], scratch_dir=tmp_path, check_data="", restore=False
    )

    assert (found.repository_ok, found.restore_ok, found.repository_note, found.restore_note) == (True, True, "", "")
