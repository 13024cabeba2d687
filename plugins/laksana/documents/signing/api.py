"""The port through which documents are signed; an office puts its own signing service behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from laksana.records import Person


class Signer(Protocol):
    """Signs PDFs in the name of a person."""

    def sign(self, pdf: bytes, *, signer: Person, reason: str, location: str, at: datetime) -> bytes:
        """Return the PDF with this person's signature added.

        Args:
            pdf: the document; its bytes stay as they are, the signature is appended.
            signer: who signs.
            reason: why, as readers of the signature see it.
            location: place of signing.
            at: time of signing, with its time zone.

        Raises:
            SigningError: the document can't be signed, or this person has signed it already.
        """
        ...
