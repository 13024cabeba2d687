"""A case's signed letter: its text, and what two programs of different makers say of its signature."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from laksana.documents.verifying import verify_pdf
from laksana.records import SignatureReport
from laksana.settings import Settings
from tests.demo.summary import check_signature


@dataclass(frozen=True)
class SignedLetter:
    """A letter as it lies in the archive."""

    path: Path
    number: str
    text: str
    """Its text on one line."""
    ours: SignatureReport
    pdfsig: dict[str, bool]

    @property
    def is_valid(self) -> bool:
        """Whether our check and Poppler's both trust the signature."""
        return self.ours.valid and self.pdfsig == {"valid": True, "trusted": True}


def read_letter(path: Path, number: str, settings: Settings) -> SignedLetter:
    """Read a letter and check its signature."""
    root = settings.signing_dir / "trust-root.crt"
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    report = verify_pdf(path.read_bytes(), trust_root=root)
    return SignedLetter(path, number, " ".join(text.split()), report, check_signature(path, root))
