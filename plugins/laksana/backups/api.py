"""The port of the backup store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from laksana.backups.places import Access
from laksana.records import BackupEvidence, Snapshot


class BackupStore(Protocol):
    """Knows the backups of all services; a service is its kind, its name and the ticket that made it."""

    def access(self, kind: str, name: str, ticket: str) -> Access:
        """Return where a service's repository lies and what opens it, for the playbook that makes a backup.

        Raises:
            BackupError: a name can't be part of an address, or a key file can't be read.
        """
        ...

    def latest(self, kind: str, name: str, ticket: str) -> Snapshot | None:
        """Return the newest snapshot, without its sizes; nothing where there is none.

        Raises:
            BackupError: the repository can't be reached or opened.
        """
        ...

    def evidence(  # noqa: PLR0913  # all but three are keywords
        self, kind: str, name: str, ticket: str, *, required_paths: Sequence[str], scratch_dir: Path,
        check_data: str = "100%", restore: bool = True,
    ) -> BackupEvidence:  # fmt: skip
        """Find out all that there is to know about a service's backups; a missing repository is an empty answer.

        Args:
            kind: kind of service.
            name: its name.
            ticket: the ticket that made it.
            required_paths: what must be in the newest snapshot.
            scratch_dir: folder in which a folder for the restored sample is made, and removed again.
            check_data: part of the stored data that is read back, ``100%`` or less; empty checks nothing.
            restore: whether a sample of the newest snapshot is restored and compared.

        Raises:
            BackupError: the repository can't be reached or opened.
        """
        ...

    def restore(self, kind: str, name: str, ticket: str, *, target: Path, snapshot: str = "") -> Snapshot:
        """Bring a whole snapshot back into an empty folder, compare what came with it, and return it.

        Args:
            kind: kind of service.
            name: its name.
            ticket: the ticket that made it.
            target: the folder; it is made where it is missing, for its owner alone.
            snapshot: id of the snapshot or the beginning of it; empty takes the newest.

        Raises:
            BackupError: the folder is not empty, there is no such snapshot, or not all of it came back.
        """
        ...
