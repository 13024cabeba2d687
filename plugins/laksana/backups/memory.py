"""A backup store in memory, for tests and trials: it knows what it was told and opens nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from laksana.backups.places import Access
from laksana.backups.restoring import choose, claim_empty
from laksana.records import BackupEvidence, Snapshot

Key = tuple[str, str, str]
"""Kind, name and ticket of a service."""


class MemoryBackups:
    """Keeps evidence in a dictionary; a service that it was not told about has no backups."""

    def __init__(self, known: Mapping[Key, BackupEvidence] | None = None) -> None:
        """Begin with what is known."""
        self._known = dict(known or {})

    def tell(self, ticket: str, evidence: BackupEvidence) -> None:
        """Learn how a service's backups stand from now on."""
        self._known[evidence.kind, evidence.name, ticket] = evidence

    def access(self, kind: str, name: str, ticket: str) -> Access:
        """Return an address that leads nowhere; see ``BackupStore``."""
        return Access(repository=f"memory:{kind}/{name}/{ticket}", password=f"sandi-{kind}-{name}-{ticket}")

    def latest(self, kind: str, name: str, ticket: str) -> Snapshot | None:
        """Return the newest snapshot; see ``BackupStore``."""
        evidence = self._known.get((kind, name, ticket))
        return evidence.snapshots[-1] if evidence and evidence.snapshots else None

    def evidence(  # noqa: PLR0913  # all but three are keywords
        self, kind: str, name: str, ticket: str, *, required_paths: Sequence[str], scratch_dir: Path,
        check_data: str = "100%", restore: bool = True,
    ) -> BackupEvidence:  # fmt: skip
        """Return what is known, as far as it is asked for; see ``BackupStore``."""
        del required_paths, scratch_dir
        known = self._known.get((kind, name, ticket), BackupEvidence(kind, name))
        if not check_data:
            known = replace(known, repository_ok=True, repository_note="")
        return known if restore else replace(known, restore_ok=True, restore_note="")

    def restore(self, kind: str, name: str, ticket: str, *, target: Path, snapshot: str = "") -> Snapshot:
        """Make the folders of what a snapshot holds, empty, for no file is known here; see ``BackupStore``."""
        known = self._known.get((kind, name, ticket), BackupEvidence(kind, name))
        chosen = choose(known.snapshots, snapshot, where=f"{kind}/{name}")
        claim_empty(target)
        for path in chosen.paths:
            (target / path.lstrip("/")).mkdir(parents=True)
        return chosen
