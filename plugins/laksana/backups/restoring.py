"""Before a snapshot is brought back: which one it is, and that nothing is overwritten by it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from laksana.errors import BackupError
from laksana.records import Snapshot

_SHORT = 8
_NAMED = 10


def choose(snapshots: Sequence[Snapshot], wanted: str, *, where: str) -> Snapshot:
    """Return the snapshot whose id begins as wanted, or the newest where nothing is wanted.

    Raises:
        BackupError: there is none, or more than one.
    """
    if not snapshots:
        raise BackupError(f"{where}: has no backup (see: laksana backup check)")
    if not wanted:
        return snapshots[-1]
    found = [item for item in snapshots if item.id.startswith(wanted)]
    if len(found) != 1:
        known = ", ".join(f"{item.id[:_SHORT]} of {item.at}" for item in reversed(snapshots[-_NAMED:]))
        many = "are several snapshots" if found else "is no snapshot"
        raise BackupError(f"{where}: {wanted!r} {many} (the newest are {known})")
    return found[0]


def claim_empty(folder: Path) -> None:
    """Make a folder for its owner alone, or take an empty one; a restore never overwrites.

    Raises:
        BackupError: it holds something, or can't be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise BackupError(f"{folder}: can't be made or read ({error.strerror}); name an empty or new folder") from error
    if not is_empty:
        raise BackupError(f"{folder}: is not empty, and a restore overwrites nothing; name an empty or new folder")
