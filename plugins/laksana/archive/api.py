"""The port of the archive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from laksana.errors import Problem
from laksana.records import StoredDocument


class Archive(Protocol):
    """Keeps documents unchanged under readable keys."""

    def put(self, key: str, data: bytes, media_type: str) -> StoredDocument:
        """Store a document once and return its receipt; the same bytes again give the same receipt.

        Raises:
            ArchiveError: the key is not allowed, or holds other bytes.
        """
        ...

    def read(self, key: str) -> bytes:
        """Return a document's bytes, checked against its hash.

        Raises:
            ArchiveError: there is none, or it was changed.
        """
        ...

    def list(self, prefix: str) -> Sequence[StoredDocument]:
        """Return the receipts of all documents whose key begins with ``prefix``, by key."""
        ...

    def verify(self) -> Sequence[Problem]:
        """Hash every document anew and name each that is changed, missing or not listed; empty means sound."""
        ...
