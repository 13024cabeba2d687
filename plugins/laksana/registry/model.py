"""What the service registry speaks of: services, their history, growths and shortages; pure values, no database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from laksana.errors import RegistryError

RESERVED, ACTIVE, REMOVED = "dipesan", "aktif", "dihapus"
CHANGED, IMPORTED, SETTLED = "diubah", "impor", "terpasang"
KINDS = ("hosting", "subdomain", "vps")
PLACES = {"hosting": ("hosting",), "subdomain": ("proxy",), "vps": ("pdn", "pusat-komputasi")}
"""Kind → where such a service may be."""
WORDS = {
    "vcpu": ("vCPU", ""), "memory_mb": ("memori", " MB"), "disk_gb": ("disk", " GB"), "quota_mb": ("ruang", " MB"),
}  # fmt: skip
"""Resource → its name and unit in Bahasa Indonesia."""
HOST_KEY = re.compile(r"[a-z0-9-]{3,40} [A-Za-z0-9+/]{20,1000}={0,2}", re.ASCII)
"""A public SSH host key: type and key, without a comment."""
_NEVER_KEPT = ("password", "passwd", "sandi", "secret", "rahasia", "token", "passphrase", "private", "credential")
_KEY_MARK = "PRIVATE KEY-----"


@dataclass(frozen=True)
class Service:
    """One thing the office provides."""

    kind: str
    name: str
    owner: str
    contact: str
    specification: Mapping[str, Any]
    place: str
    ticket: str
    state: str
    since: datetime
    phone: str = ""
    expires_on: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON holds it."""
        return as_json({**vars(self), "specification": dict(self.specification)})


@dataclass(frozen=True)
class Event:
    """One change of a row."""

    at: datetime
    kind: str
    ticket: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the event as JSON holds it."""
        return as_json(vars(self))


@dataclass(frozen=True)
class Growth:
    """More resources for a service: reserved, or added already."""

    ticket: str
    growth: Mapping[str, int]
    state: str


@dataclass(frozen=True)
class Shortage:
    """Why a reservation is not possible; an outcome, no error."""

    resource: str
    """``vcpu``, ``memory_mb``, ``disk_gb``, ``quota_mb``, ``address``; ``growth`` where another one is under way."""
    wanted: int = 0
    free: int = 0

    def as_words(self) -> str:
        """Say it in Bahasa Indonesia, as the refusal letter does."""
        if self.resource == "growth":
            return "penambahan lain untuk layanan ini sedang diproses"
        if self.resource == "address":
            return "tidak ada alamat IP yang tersisa"
        name, unit = WORDS.get(self.resource, (self.resource, ""))
        return f"{name} tidak mencukupi: diminta {self.wanted}{unit}, tersedia {max(self.free, 0)}{unit}"


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with dates and times as text."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


def amount(values: Mapping[str, Any], resource: str) -> int:
    """Return how much of a resource a specification or growth names, 0 where it names none."""
    return int(values.get(resource) or 0)


def refuse_secrets(kind: str, name: str, specification: Mapping[str, Any]) -> None:
    """See that a specification holds no secret, however deep.

    Raises:
        RegistryError: a key is named like a secret, or a value is a private key; the message shows no value.
    """
    found = next(secrets_in(specification), "")
    if found:
        message = f"{kind} {name}: {found!r} looks like a secret, and the registry keeps none (use the secret store)"
        raise RegistryError(message)


def secrets_in(values: Any, path: str = "") -> Iterator[str]:
    """Yield the place of everything in plain data that looks like a secret."""
    if isinstance(values, Mapping):
        for key, value in values.items():
            where = f"{path}.{key}" if path else str(key)
            if any(word in str(key).lower() for word in _NEVER_KEPT):
                yield where
            else:
                yield from secrets_in(value, where)
    elif isinstance(values, list | tuple):
        for index, item in enumerate(values):
            yield from secrets_in(item, f"{path}[{index}]")
    elif isinstance(values, str) and _KEY_MARK in values:
        yield path
