"""The repositories of all services, read back: their snapshots, sizes, wholeness, and a restored sample."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from laksana.backups.contents import read_contents
from laksana.backups.places import Access, BackupPlaces
from laksana.backups.proof import disprove
from laksana.backups.restic import Limits, Restic
from laksana.backups.restoring import choose, claim_empty
from laksana.errors import BackupError
from laksana.records import BackupEvidence, Snapshot

OWN_FOLDER = "/var/lib/laksana/office/backup"
"""Where a host keeps manifests and dumps; the role ``restic_backup`` puts them there."""
ALL = "100%"
_PART = re.compile(r"[1-9][0-9]?%|100%", re.ASCII)


class Repositories:
    """Each service's own repository; see ``BackupStore``."""

    def __init__(
        self,
        places: BackupPlaces,
        *,
        limits: Limits | None = None,
        own_folder: str = OWN_FOLDER,
        program: str = "restic",
    ) -> None:
        """Keep the places; nothing is opened yet."""
        self._places = places
        self._limits = limits or Limits()
        self._own_folder = own_folder
        self._program = program

    def access(self, kind: str, name: str, ticket: str) -> Access:
        """Return a service's repository and what opens it; see ``BackupStore``."""
        return self._places.access(kind, name, ticket)

    def latest(self, kind: str, name: str, ticket: str) -> Snapshot | None:
        """Return the newest snapshot without its sizes; see ``BackupStore``."""
        access = self.access(kind, name, ticket)
        with _scratch(None) as scratch:
            found, broken = _list(self._open(access, scratch), name)
        if broken:
            raise BackupError(f"{access.repository}: its snapshots can't be read ({broken})")
        return found[-1] if found else None

    def evidence(  # noqa: PLR0913  # all but three are keywords
        self, kind: str, name: str, ticket: str, *, required_paths: Sequence[str], scratch_dir: Path,
        check_data: str = ALL, restore: bool = True,
    ) -> BackupEvidence:  # fmt: skip
        """Find out all about a service's backups; see ``BackupStore``."""
        if check_data and not _PART.fullmatch(check_data):
            raise BackupError(f"check_data {check_data!r}: allowed are 1% to 100%, or nothing")
        access = self.access(kind, name, ticket)
        with _scratch(scratch_dir) as scratch:
            restic = self._open(access, scratch)
            snapshots, broken = _list(restic, name)
            evidence = BackupEvidence(kind, name, tuple(snapshots))
            if broken:
                return _broken(evidence, f"daftar cadangan tidak terbaca: {broken}")
            if not snapshots:
                return evidence
            if check_data:
                evidence = _checked(restic, evidence, check_data)
            evidence = _sized(restic, evidence)
            return self._looked_into(restic, evidence, required_paths, scratch if restore else None)

    def restore(self, kind: str, name: str, ticket: str, *, target: Path, snapshot: str = "") -> Snapshot:
        """Bring a whole snapshot back into an empty folder; see ``BackupStore``."""
        access = self.access(kind, name, ticket)
        with _scratch(None) as scratch:
            restic = self._open(access, scratch)
            found, broken = _list(restic, name)
            if broken:
                raise BackupError(f"{access.repository}: its snapshots can't be read ({broken})")
            chosen = choose(found, snapshot, where=f"{kind}/{name}")
            claim_empty(target)
            answer = restic.call("restore", chosen.id, "--target", str(target), "--verify")
            if not answer.ok:
                raise restic.failure(answer, "restore")
        return chosen

    def _open(self, access: Access, scratch: Path) -> Restic:
        """Open a repository, with a folder for what restic itself keeps."""
        folder = Path(tempfile.mkdtemp(dir=scratch))
        return Restic(access, folder, program=self._program, limits=self._limits)

    def _looked_into(
        self, restic: Restic, evidence: BackupEvidence, required: Sequence[str], scratch: Path | None
    ) -> BackupEvidence:
        """Look into the newest snapshot: what must be there, how much there is, and whether it can be had again."""
        newest = evidence.snapshots[-1]
        listed = restic.call("ls", "--json", newest.id)
        if not listed.ok:
            restic.insist(listed, "ls")
            note = f"isi cadangan terbaru tidak terbaca: {listed.reason()}"
            return replace(evidence, missing_paths=tuple(required), restore_ok=False, restore_note=note)
        own_folder = f"{self._own_folder}/{evidence.name}"
        contents = read_contents(listed.json_lines(), required=required, own_folder=own_folder)
        note = disprove(restic, newest.id, contents, listed, scratch) if scratch else ""
        return replace(
            evidence,
            snapshots=(*evidence.snapshots[:-1], replace(newest, files=contents.files)),
            missing_paths=tuple(path for path in required if path not in contents.paths),
            restore_ok=not note,
            restore_note=note,
        )


def _list(restic: Restic, name: str) -> tuple[list[Snapshot], str]:
    """List a service's snapshots, oldest first, or say why the repository's own data can't be read."""
    answer = restic.call("snapshots", "--json", "--host", name)
    if answer.is_missing:
        return [], ""
    if not answer.ok:
        if answer.is_unreadable:
            return [], answer.reason()
        raise restic.failure(answer, "snapshots")
    found = [
        Snapshot(item["id"], _moment(item["time"]).isoformat(timespec="seconds"), tuple(item["paths"]), 0, 0)
        for item in sorted(answer.json() or [], key=lambda item: _moment(item["time"]))
    ]
    return found, ""


def _moment(text: str) -> datetime:
    """Read restic's time, whose nanoseconds Python cuts."""
    return datetime.fromisoformat(text)


def _checked(restic: Restic, evidence: BackupEvidence, part: str) -> BackupEvidence:
    """Read the stored data back and have every checksum counted anew."""
    how = "--read-data" if part == ALL else f"--read-data-subset={part}"
    answer = restic.call("check", how)
    if answer.ok:
        return evidence
    if not (answer.timed_out and answer.misses_data):
        restic.insist(answer, "check")
    restic.is_suspect = True
    return _broken(evidence, f"repositori cadangan rusak: {answer.reason()}")


def _sized(restic: Restic, evidence: BackupEvidence) -> BackupEvidence:
    """Add what a restore of the newest snapshots would bring back; one that can't be read makes it a broken one."""
    for place in range(len(evidence.snapshots))[-restic.limits.sizes :]:
        snapshot = evidence.snapshots[place]
        answer = restic.call("stats", "--json", "--mode", "restore-size", snapshot.id)
        if not answer.ok:
            restic.insist(answer, "stats")
            evidence = _broken(evidence, f"cadangan {snapshot.id[:8]} tidak terbaca: {answer.reason()}")
            continue
        counted = answer.json()
        sized = replace(snapshot, size=int(counted["total_size"]), files=int(counted["total_file_count"]))
        evidence = replace(evidence, snapshots=(*evidence.snapshots[:place], sized, *evidence.snapshots[place + 1 :]))
    return evidence


def _broken(evidence: BackupEvidence, note: str) -> BackupEvidence:
    """Say that the repository is broken; what was found first stays."""
    return replace(evidence, repository_ok=False, repository_note=evidence.repository_note or note)


@contextmanager
def _scratch(parent: Path | None) -> Iterator[Path]:
    """Lend a fresh folder for its owner alone, removed afterwards whatever happens."""
    try:
        lent = tempfile.TemporaryDirectory(prefix="laksana-cadangan-", dir=parent)
    except OSError as error:
        raise BackupError(f"{parent}: scratch folder can't be made ({error.strerror})") from error
    with lent as folder:
        yield Path(folder)
