"""What the linter says: a hit of a rule, and the finding that becomes of it, with its place and its ruling."""

from __future__ import annotations

from dataclasses import dataclass

from laksana.errors import one_line
from laksana.spec.reading import Path


@dataclass(frozen=True)
class Hit:
    """What a rule has found, before its place in the file is looked up."""

    step: int
    """Number of the step, 0 where it is about the SOP."""
    path: Path
    """Key path in the file."""
    message: str
    """What is written and what is wrong with it, one line."""
    hint: str
    """How to mend it."""
    written: str = ""
    """The words or the value that it is about."""
    allowed: str = ""
    """What might stand there."""
    also: tuple[int, ...] = ()
    """Other steps that a ruling about this may name."""


@dataclass(frozen=True)
class Acceptance:
    """The ruling by which the spec departs from the document here."""

    ruling: str
    reason: str


@dataclass(frozen=True)
class Finding:
    """One thing wrong with an SOP as a document."""

    code: str
    """Name of the rule, e.g. ``loop-without-bound``."""
    sop: str
    """Slug."""
    step: int
    """Number of the step, 0 where it is about the SOP."""
    file: str
    line: int
    key: str
    message: str
    hint: str
    written: str
    allowed: str
    is_error: bool
    """True where the SOP can't run with it."""
    accepted: Acceptance | None
    """None where the office has not decided about it yet."""

    def as_line(self) -> str:
        """Say the finding in one line, without its file."""
        where = f"langkah {self.step}: " if self.step else ""
        mark = f" [accepted by {self.accepted.ruling}: {self.accepted.reason}]" if self.accepted else ""
        code = f"error: {self.code}" if self.is_error else self.code
        return one_line(f"{self.line}: {code}: {where}{self.message} ({self.hint}){mark}")
