"""A folder's manifest: name, hash, size and media type of each document; refuses one that can't be understood."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from laksana.archive.keys import MANIFEST_NAME
from laksana.errors import ArchiveError
from laksana.records import StoredDocument

Manifest = dict[str, StoredDocument]
"""Receipts by file name."""


def receipt(key: str, data: bytes, media_type: str) -> StoredDocument:
    """Return the receipt of a document."""
    return StoredDocument(key=key, sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type=media_type)


def read_manifest(folder: Path) -> Manifest:
    """Return a folder's manifest, empty where it has none.

    Raises:
        ArchiveError: it can't be read.
    """
    path = folder / MANIFEST_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: StoredDocument.from_json(entry) for name, entry in content.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ArchiveError(
            f"{path}: manifest can't be read ({type(error).__name__}); restore it from the last backup"
        ) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace a folder's manifest in one step; the caller holds the folder's lock."""
    text = json.dumps({name: manifest[name].to_json() for name in sorted(manifest)}, indent=2, ensure_ascii=False)
    fresh = folder / f".{MANIFEST_NAME}.new"
    write_durably(fresh, text.encode() + b"\n", mode=0o640)
    fresh.replace(folder / MANIFEST_NAME)


def write_durably(path: Path, data: bytes, *, mode: int) -> None:
    """Write a file so that it is on the disk when this returns; a leftover of an earlier crash is replaced."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
