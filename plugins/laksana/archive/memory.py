"""An archive in memory, for tests and trials; keeps the port's promises except that of lasting."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence

from laksana.archive.keys import check_key
from laksana.archive.manifest import receipt
from laksana.errors import ArchiveError, Problem
from laksana.records import StoredDocument


class MemoryArchive:
    """Keeps documents in a dictionary."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lock = threading.Lock()
        self._documents: dict[str, tuple[StoredDocument, bytes]] = {}

    def put(self, key: str, data: bytes, media_type: str) -> StoredDocument:
        """Store a document once; see ``Archive``."""
        entry = receipt(check_key(key), data, media_type)
        with self._lock:
            kept, _ = self._documents.setdefault(key, (entry, data))
        if kept.sha256 != entry.sha256:
            raise ArchiveError(
                f"archive {key}: already holds other bytes (sha256 {kept.sha256[:12]}…, new {entry.sha256[:12]}…); "
                "an archived document is never replaced, store under another name"
            )
        return kept

    def read(self, key: str) -> bytes:
        """Return a document's bytes; see ``Archive``."""
        if key not in self._documents:
            raise ArchiveError(f"archive {key}: no such document")
        return self._documents[key][1]

    def list(self, prefix: str) -> Sequence[StoredDocument]:
        """Return the receipts under a prefix; see ``Archive``."""
        return [self._documents[key][0] for key in sorted(self._documents) if key.startswith(prefix)]

    def verify(self) -> Sequence[Problem]:
        """Hash every document anew; see ``Archive``."""
        return [
            Problem(code="berubah", message="isi dokumen tidak sama dengan yang diarsipkan", file=key)
            for key, (entry, data) in sorted(self._documents.items())
            if hashlib.sha256(data).hexdigest() != entry.sha256
        ]
