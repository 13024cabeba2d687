"""Every exception Laksana raises on purpose, one family per room.

    LaksanaError
    ├── SettingsError          a setting is missing or can't be read
    ├── SpecError              an SOP file can't be turned into a model (carries all problems)
    ├── VersionError           the version of an SOP that a case goes by is not kept, or can't be read any more
    ├── WorktimeError          a time, duration or calendar can't be understood
    ├── RequestRefusedError    a request is refused at the door (carries all problems)
    ├── IntakeError            a request is right, but its run could not be started
    ├── GateError              a gate can't be asked or answered
    ├── ProvisioningError      a playbook could not do its work (carries the outcome)
    ├── CheckError             a check could not be carried out (a failed check is a record)
    ├── BackupError            a backup repository can't be opened or read (a broken backup is a record)
    ├── DocumentError          a letter can't be rendered or numbered
    │   └── SigningError       a document can't be signed or its signature can't be read
    ├── ArchiveError           the archive refuses or can't be reached
    ├── CaseFileError          a step's required input is missing
    ├── ServiceDeskError       the desk can't be reached or does not know the ticket
    ├── RegistryError          the service registry refuses
    ├── RoundError             a round was started for what it can't be about
    ├── SecretError            a secret is not there, can't be read, or was handed over already
    ├── ProviderError          an outside provider refused a call or can't be reached
    ├── LedgerError            the decision ledger can't be written or read
    └── AirflowApiError        Airflow's REST API refused or can't be reached

A "no" is never an exception: a refusal, a failed check, an invalid signature are records.
"""

from __future__ import annotations

from dataclasses import dataclass


class LaksanaError(Exception):
    """Root of all deliberate errors; its text is one line that a person can act on."""


class SettingsError(LaksanaError):
    """A setting is missing or can't be read."""


def one_line(text: str) -> str:
    """Return a text in one line, whatever somebody has written into the key or value that it quotes."""
    return " ".join(text.splitlines())


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input, with the place and the mend."""

    code: str
    """Stable short name, e.g. ``unknown-key``."""
    message: str
    """What was found and what is allowed, one line."""
    hint: str = ""
    """How to mend it."""
    file: str = ""
    """Path of the file, empty where the input is no file."""
    line: int = 0
    """Line number from 1, 0 where there is none."""
    key: str = ""
    """Field or key path, e.g. ``langkah[3].waktu``."""

    def as_line(self) -> str:
        """Say the problem in one line: place, what, mend."""
        place = ":".join(part for part in (self.file, str(self.line) if self.line else "") if part)
        where = " ".join(part for part in (place, self.key) if part)
        text = f"{where}: {self.message}" if where else self.message
        return one_line(f"{text} ({self.hint})" if self.hint else text)

    def as_words(self) -> str:
        """Say the problem to a person who has the form before them: what, and how to mend it."""
        text = self.message[:1].upper() + self.message[1:]
        return f"{text} ({self.hint})" if self.hint else text


class SpecError(LaksanaError):
    """An SOP file can't be turned into a model; ``problems`` holds every finding."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems and say them, one a line."""
        self.problems = problems
        super().__init__("\n".join(problem.as_line() for problem in problems))


class VersionError(LaksanaError):
    """The version of an SOP that a case goes by is not kept, or can't be read any more."""


class WorktimeError(LaksanaError):
    """A time, duration or calendar can't be understood."""


class RequestRefusedError(LaksanaError):
    """A request is refused before anything is made; ``problems`` are in Bahasa Indonesia."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems and say them, one a line."""
        self.problems = problems
        super().__init__("\n".join(problem.as_line() for problem in problems))


class IntakeError(LaksanaError):
    """A request is right and kept, but its run could not be started."""


class GateError(LaksanaError):
    """A gate can't be asked or answered."""


class ProvisioningError(LaksanaError):
    """A playbook could not do its work; the evidence is kept before this is raised."""


class CheckError(LaksanaError):
    """A check could not be carried out."""


class BackupError(LaksanaError):
    """A backup repository can't be reached or opened, so that nobody knows how its backups stand."""


class DocumentError(LaksanaError):
    """A document can't be rendered or numbered."""


class SigningError(DocumentError):
    """A document can't be signed, or its signature can't be read."""


class ArchiveError(LaksanaError):
    """The archive refuses or can't be reached."""


class CaseFileError(LaksanaError):
    """A step's required input is missing from the case file."""


class ServiceDeskError(LaksanaError):
    """The service desk can't be reached or does not know the ticket."""


class RoundError(LaksanaError):
    """A round of a routine SOP was started for something that it can't be about."""


class RegistryError(LaksanaError):
    """The service registry refuses a row."""


class SecretError(LaksanaError):
    """A secret is not there, can't be read, or was handed over already; the text names it and never shows it."""


class ProviderError(LaksanaError):
    """An outside provider (Cloudflare, WHM) refused a call or can't be reached; says what and how to mend it."""


class LedgerError(LaksanaError):
    """The decision ledger can't be written or read."""


class AirflowApiError(LaksanaError):
    """Airflow's REST API refused a call or can't be reached."""

    def __init__(self, message: str, *, status: int = 0, detail: str = "") -> None:
        """Keep the HTTP status, 0 where there was no answer, and the API's own words."""
        self.status = status
        self.detail = detail
        super().__init__(message)
