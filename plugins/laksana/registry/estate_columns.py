"""The columns of an estate file: what each may hold, and which of them a kind of service has; pure."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from laksana.registry.model import ACTIVE, HOST_KEY, KINDS, PLACES, RESERVED

_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}[0-9:.+Z-]*", re.ASCII)
_PHONE = re.compile(r"\+?[0-9]{8,15}", re.ASCII)
_LOGIN = re.compile(r"[a-z_][a-z0-9_-]{0,31}", re.ASCII)
TICKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/-]{0,39}", re.ASCII)
"""A ticket's number, or the reference that stands in its place."""
_MOST = 100_000_000


@dataclass(frozen=True)
class Column:
    """One column."""

    name: str
    allowed: str
    """What it may hold, in the words of an error message."""
    mend: str
    read: Callable[[str], Any]
    """Turns a cell's text into its value, or into None where it is not allowed."""
    required: bool = False


def text_of(longest: int) -> Callable[[str], str | None]:
    """Return a reader of one line of text."""
    return lambda text: text if len(text) <= longest and text.isprintable() else None


def one_of(*values: str) -> Callable[[str], str | None]:
    """Return a reader of one of some words."""
    return lambda text: text if text in values else None


def matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    """Return a reader of text of one form."""
    return lambda text: text if pattern.fullmatch(text) else None


def whole_number(most: int) -> Callable[[str], int | None]:
    """Return a reader of whole numbers from 1."""
    return lambda text: int(text) if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) and 0 < int(text) <= most else None


def read_ipv4(text: str) -> str | None:
    """Read an IPv4 address."""
    address = read_address(text)
    return address if address is not None and "." in address and ":" not in address else None


def read_address(text: str) -> str | None:
    """Read an IP address."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def read_day(text: str) -> date | None:
    """Read a date, year first or, as Excel writes it in Indonesia, day first."""
    parts = _DAY_FIRST.fullmatch(text)
    try:
        if parts:
            return date(int(parts[3]), int(parts[2]), int(parts[1]))
        return date.fromisoformat(text) if _YEAR_FIRST.fullmatch(text) else None
    except ValueError:
        return None


def read_moment(text: str) -> date | None:
    """Read a date, or a date with a time."""
    try:
        return datetime.fromisoformat(text) if _TIME.fullmatch(text) else read_day(text)
    except ValueError:
        return None


def as_moment(value: date, zone: tzinfo | None) -> datetime:
    """Return a date as the begin of its day, and a time without a zone as one of the office's."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=zone)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def read_object(text: str) -> dict[str, Any] | None:
    """Read a JSON object."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and "\\u0000" not in text else None


_DATES = "a date like 2026-12-31 or 31/12/2026"
_NUMBER = "write digits only, no separators"
ROW_COLUMNS = (
    Column("kind", ", ".join(KINDS), "write one of them", one_of(*KINDS), required=True),
    Column("name", "a name of at most 255 characters", "shorten it", text_of(255), required=True),
    Column("owner", "one line of at most 200 characters", "shorten it", text_of(200), required=True),
    Column("contact", "one line of at most 200 characters", "shorten it", text_of(200), required=True),
    Column("phone", "8 to 15 digits, + in front or not", "let Excel take the column as text", matching(_PHONE)),
    Column(
        "place", ", ".join(sorted(set().union(*PLACES.values()))), "write one of them",
        one_of(*set().union(*PLACES.values())),
    ),
    Column("state", f"{ACTIVE}, {RESERVED}", "leave removed services out", one_of(ACTIVE, RESERVED)),
    Column("ticket", "up to 40 letters, digits and ._:+/-", "or leave it empty", matching(TICKET)),
    Column("since", f"{_DATES}, or a time like 2026-12-31T08:00+07:00", "write it so", read_moment),
    Column("expires_on", _DATES, "write it so", read_day),
)  # fmt: skip
SPECIFICATION_COLUMNS = (
    Column("vcpu", "a whole number from 1", _NUMBER, whole_number(4096)),
    Column("memory_mb", "a whole number from 1", _NUMBER, whole_number(_MOST)),
    Column("disk_gb", "a whole number from 1", _NUMBER, whole_number(_MOST)),
    Column("quota_mb", "a whole number from 1", _NUMBER, whole_number(_MOST)),
    Column("address", "an IPv4 address", "write four numbers with dots between", read_ipv4),
    Column("port", "a whole number from 1 to 65535", _NUMBER, whole_number(65_535)),
    Column("user", "up to 32 of a-z 0-9 _ -, a letter first", "write the login as the server has it", matching(_LOGIN)),
    Column("host_key", "type and key", "take both from ssh-keyscan, without the comment", matching(HOST_KEY)),
    Column("stack", "one line of at most 100 characters", "shorten it", text_of(100)),
    Column("database", "one line of at most 100 characters", "shorten it", text_of(100)),
    Column("site", "one line of at most 255 characters", "shorten it", text_of(255)),
    Column("target", "an IP address", "write the application's address", read_address),
)
MORE = Column(
    "specification",
    'a JSON object like {"ftp_port": 21}',
    "or leave it empty: it is for what has no column",
    read_object,
)
COLUMNS: Mapping[str, Column] = {column.name: column for column in (*ROW_COLUMNS, *SPECIFICATION_COLUMNS, MORE)}
"""All columns by name, in the order of an export."""
HAS = {
    "hosting": ("quota_mb", "user", "database", "site"),
    "subdomain": ("target", "port"),
    "vps": ("vcpu", "memory_mb", "disk_gb", "address", "port", "user", "host_key", "stack"),
}
"""Kind → the columns that its specification has."""
NEEDS = {"hosting": ("quota_mb",), "subdomain": (), "vps": ("vcpu", "memory_mb", "disk_gb")}
"""Kind → the columns without which nobody could count what is given away, or add to it."""
