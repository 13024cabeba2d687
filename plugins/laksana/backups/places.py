"""Where a service's repository lies and what opens it; pure but for reading the key files.

The address holds the ticket that made the service: a name that another agency uses anew never meets the old backups.
The password follows from one key file by HMAC, so that backups stay readable when the database is lost.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from laksana.errors import BackupError
from laksana.settings import Settings

_KIND = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
_TICKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/-]{0,79}", re.ASCII)
_SHORTEST_KEY = 32


@dataclass(frozen=True)
class Access:
    """A repository and what opens it."""

    repository: str
    """restic's address of it."""
    password: str = field(repr=False)
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    region: str = ""
    ca_file: Path | None = None
    """Certificate of the S3 server's authority where it is a private one."""

    def secrets(self) -> tuple[str, ...]:
        """Return what must stand in no text."""
        return tuple(value for value in (self.password, self.secret_key, self.access_key) if value)


@dataclass(frozen=True)
class BackupPlaces:
    """An installation's backup storage."""

    base: str
    """What all repositories' addresses begin with: ``s3:https://host/bucket``, or a folder."""
    key_file: Path
    """File with the key that all passwords follow from: one line of at least 32 characters."""
    access_key_file: Path | None = None
    secret_key_file: Path | None = None
    region: str = ""
    ca_file: Path | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> BackupPlaces:
        """Take the places from the configuration."""
        return cls.on_s3(
            url=settings.s3_url,
            bucket=settings.backup_bucket,
            region=settings.s3_region,
            key_file=settings.backup_key_file,
            access_key_file=settings.s3_access_key_file,
            secret_key_file=settings.s3_secret_key_file,
            ca_file=Path(settings.s3_ca_file) if settings.s3_ca_file else None,
        )

    @classmethod
    def on_s3(  # noqa: PLR0913  # all are keywords
        cls, *, url: str, bucket: str, region: str, key_file: Path, access_key_file: Path, secret_key_file: Path,
        ca_file: Path | None,
    ) -> BackupPlaces:  # fmt: skip
        """Describe a bucket on an S3 server."""
        base = f"s3:{url.rstrip('/')}/{bucket}"
        return cls(base, key_file, access_key_file, secret_key_file, region, ca_file)

    def access(self, kind: str, name: str, ticket: str) -> Access:
        """Return a service's repository and what opens it.

        Raises:
            BackupError: a name can't be part of an address, or a key file can't be read.
        """
        return Access(
            repository=self.address(kind, name, ticket),
            password=self._password(kind, name, ticket),
            access_key=_line_of(self.access_key_file) if self.access_key_file else "",
            secret_key=_line_of(self.secret_key_file) if self.secret_key_file else "",
            region=self.region,
            ca_file=self.ca_file,
        )

    def address(self, kind: str, name: str, ticket: str) -> str:
        """Return the address of a service's repository.

        Raises:
            BackupError: a name can't be part of an address.
        """
        for label, value, form in (("kind", kind, _KIND), ("name", name, _NAME), ("ticket", ticket, _TICKET)):
            if not form.fullmatch(value) or ".." in value:
                raise BackupError(
                    f"{label} {value!r} can't be part of a repository's address (allowed: {form.pattern})"
                )
        return f"{self.base}/{kind}/{name}/{quote(ticket, safe='').replace('%', '=')}"

    def _password(self, kind: str, name: str, ticket: str) -> str:
        """Derive a repository's password from the key: HMAC-SHA256 over ``kind/name/ticket``."""
        key = _line_of(self.key_file)
        if len(key) < _SHORTEST_KEY:
            raise BackupError(f"{self.key_file}: key is too short (at least {_SHORTEST_KEY} characters on one line)")
        return hmac.new(key.encode(), f"{kind}/{name}/{ticket}".encode(), hashlib.sha256).hexdigest()


def _line_of(file: Path) -> str:
    """Read a file that holds one line."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"{file}: can't be read as one line of text ({error}); put the key file back") from error
