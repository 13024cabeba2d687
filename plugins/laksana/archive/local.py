"""An archive in a folder of this machine; refuses to overwrite, and hands out no document that was changed.

Documents are written beside their place, brought to the disk and then linked into it: no link replaces a file.
One lock file a folder keeps its manifest right when several processes store at once.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from laksana.archive.keys import MANIFEST_NAME, check_key
from laksana.archive.manifest import (
    Manifest,
    read_manifest,
    receipt,
    sync_folder,
    write_durably,
    write_manifest,
)
from laksana.errors import ArchiveError, Problem
from laksana.records import StoredDocument

_LOCK_NAME = ".lock"
_RESTORE = "pulihkan dari cadangan"


class LocalArchive:
    """Keeps documents as files under ``root``, with a manifest in each folder."""

    def __init__(self, root: Path) -> None:
        """Keep the folder; it is made with the first document."""
        self._root = root

    def put(self, key: str, data: bytes, media_type: str) -> StoredDocument:
        """Store a document once; see ``Archive``."""
        path = self._root / check_key(key)
        entry = receipt(key, data, media_type)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(path.parent):
                return _put_locked(path, entry, data)
        except OSError as error:
            raise ArchiveError(f"archive {path}: can't be written ({error.strerror})") from error

    def read(self, key: str) -> bytes:
        """Return a document's bytes, checked against its hash; see ``Archive``."""
        path = self._root / check_key(key)
        entry = read_manifest(path.parent).get(path.name)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ArchiveError(f"archive {path}: can't be read ({error.strerror})") from error
        if entry is None or receipt(key, data, entry.media_type) != entry:
            raise ArchiveError(f"archive {path}: is not what was archived (restore it from the last backup)")
        return data

    def list(self, prefix: str) -> Sequence[StoredDocument]:
        """Return the receipts under a prefix; see ``Archive``."""
        entries = [entry for folder in self._folders() for entry in read_manifest(folder).values()]
        return sorted((entry for entry in entries if entry.key.startswith(prefix)), key=lambda entry: entry.key)

    def verify(self) -> Sequence[Problem]:
        """Hash every document anew; see ``Archive``."""
        problems: list[Problem] = []
        for folder in self._folders():
            try:
                manifest = read_manifest(folder)
            except ArchiveError as error:
                problems.append(_problem("manifes-rusak", str(error), self._key(folder / MANIFEST_NAME)))
                continue
            problems.extend(self._compare(folder, manifest))
        return problems

    def _compare(self, folder: Path, manifest: Manifest) -> Iterator[Problem]:
        """Compare a folder with its manifest."""
        for name in sorted(manifest.keys() | _file_names(folder)):
            key, entry = self._key(folder / name), manifest.get(name)
            if entry is None:
                yield _problem("tak-terdaftar", "berkas tidak ada dalam manifes", key)
            elif not (folder / name).is_file():
                yield _problem("hilang", "dokumen terdaftar tetapi tidak ada", key)
            elif receipt(key, (folder / name).read_bytes(), entry.media_type) != entry:
                yield _problem("berubah", "isi dokumen tidak sama dengan yang diarsipkan", key)

    def _folders(self) -> Sequence[Path]:
        """Return the root and all folders under it; links are not followed."""
        return sorted(Path(folder) for folder, _, _ in os.walk(self._root))

    def _key(self, path: Path) -> str:
        """Return the key of a file."""
        return path.relative_to(self._root).as_posix()


def _put_locked(path: Path, entry: StoredDocument, data: bytes) -> StoredDocument:
    """Store a document while the folder is ours."""
    manifest = read_manifest(path.parent)
    known = manifest.get(path.name)
    if known and known.sha256 != entry.sha256:
        raise _occupied(path, known.sha256, entry.sha256)
    if known is None and path.exists() and not path.is_symlink():
        path.unlink()  # a crash before its entry was written: nobody was ever told that this file is kept
    if not path.exists():
        _link_new(path, data)
    found = receipt(entry.key, path.read_bytes(), entry.media_type)
    if found.sha256 != entry.sha256:
        raise _occupied(path, found.sha256, entry.sha256)
    if known is None:
        write_manifest(path.parent, manifest | {path.name: entry})
        sync_folder(path.parent)
    return known or entry


def _link_new(path: Path, data: bytes) -> None:
    """Bring a new file into its place without ever replacing one."""
    fresh = path.with_name(f".{path.name}.new")
    write_durably(fresh, data, mode=0o440)
    try:
        os.link(fresh, path)
    finally:
        fresh.unlink()
    sync_folder(path.parent)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock, against other processes and other threads alike."""
    handle = os.open(folder / _LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _file_names(folder: Path) -> set[str]:
    """Return the documents' names in a folder, without our own files."""
    return {
        item.name
        for item in folder.iterdir()
        if not item.is_dir() and not item.name.startswith(".") and item.name != MANIFEST_NAME
    }


def _occupied(path: Path, kept: str, new: str) -> ArchiveError:
    """Say that a key holds something else."""
    return ArchiveError(
        f"archive {path}: already holds other bytes (sha256 {kept[:12]}…, new {new[:12]}…); "
        "an archived document is never replaced, store under another name"
    )


def _problem(code: str, message: str, key: str) -> Problem:
    """Name one finding."""
    return Problem(code=code, message=message, hint=_RESTORE, file=key)
