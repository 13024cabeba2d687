"""An estate file's records become rows of the registry, or a list of everything that is wrong with them; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from laksana.errors import Problem
from laksana.registry.estate_columns import COLUMNS, HAS, MORE, NEEDS, ROW_COLUMNS, SPECIFICATION_COLUMNS, as_moment
from laksana.registry.estate_file import Contents, Record, read_csv, read_json
from laksana.registry.model import ACTIVE, PLACES, RESERVED, Service, secrets_in

_OWN = tuple(column.name for column in SPECIFICATION_COLUMNS)
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?"
NAMES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "hosting": (re.compile(r"[a-z_][a-z0-9_-]{0,31}", re.ASCII), "up to 32 of a-z 0-9 _ -, a letter first"),
    "subdomain": (
        re.compile(rf"(?=.{{4,253}}\Z){_LABEL}(\.{_LABEL})+", re.ASCII),
        "a full name in small letters, e.g. perikanan.gresikkab.go.id",
    ),
    "vps": (
        re.compile(r"(?!localhost\Z)[a-z]([a-z0-9-]{0,29}[a-z0-9])?", re.ASCII),
        "up to 31 of a-z 0-9 -, a letter first",
    ),
}
"""Kind → what its names look like, and that in words."""


@dataclass(frozen=True)
class Defaults:
    """What stands in cells that a file leaves empty."""

    ticket: str
    """Reference that stands for the ticket of rows without one."""
    at: datetime
    """Time of the import, in the office's zone."""


@dataclass(frozen=True)
class Identity:
    """What only one living row may have."""

    column: str
    words: str


@dataclass(frozen=True)
class Estate:
    """The rows of a file; where it has problems, only those rows that have none."""

    file: str
    rows: Sequence[Service]
    identities: Sequence[tuple[Record, Identity]]
    """What the rows claim for themselves, of the wrong ones too."""
    problems: Sequence[Problem]


def read_estate(data: bytes, *, file: str, defaults: Defaults) -> Estate:
    """Read a file's services, and everything that is wrong with them; a name that ends in ``.json`` means JSON."""
    if file.lower().endswith(".json"):
        contents = read_json(data, file=file, columns=[column.name for column in (*ROW_COLUMNS, MORE)], own=HAS)
    else:
        contents = read_csv(data, file=file, columns=COLUMNS)
    problems = [*contents.problems, *_missing_columns(contents, file)]
    rows, identities = [], []
    for record in contents.records:
        values, wrong = _values(record, file, contents.columns)
        wrong += _wrong_together(values, record, file, defaults)
        problems += wrong
        identities += [(record, identity) for identity in _identities(values)]
        if not wrong and all(column.name in values for column in ROW_COLUMNS if column.required):
            rows.append(_service(values, defaults))
    problems += _twice(identities, file)
    return Estate(file, rows, identities, sorted(problems, key=lambda problem: problem.line))


def clashes(estate: Estate, living: Iterable[Service]) -> list[Problem]:
    """Return a problem for every row whose name, or whose server's address, the registry has already."""
    known = {identity: row for row in living for identity in _identities({**row.specification, **vars(row)})}
    problems = []
    for record, identity in estate.identities:
        if identity in known:
            other = known[identity]
            message = f"{identity.words} is registered already, by ticket {other.ticket} for {other.owner}"
            problems.append(_problem("registered", record, estate.file, identity.column, message, "take the line out"))
    return problems


def _identities(values: Mapping[str, Any]) -> Iterator[Identity]:
    kind, name, address = values.get("kind"), values.get("name"), values.get("address")
    if kind and name:
        yield Identity("name", f"{kind} {name}")
    if kind == "vps" and address:
        yield Identity("address", f"address {address} with port {values.get('port') or 22}")


def _missing_columns(contents: Contents, file: str) -> list[Problem]:
    """Return a problem for every required column that the first line lacks."""
    needed = [column.name for column in ROW_COLUMNS if column.required] if contents.columns else []
    missing = [name for name in needed if name not in contents.columns]
    return [Problem("column", "this column is missing", "add it to the first line", file, 1, name) for name in missing]


def _values(record: Record, file: str, columns: Collection[str]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values of a record's cells, column by column, and what is wrong with them."""
    values: dict[str, Any] = {}
    problems = []
    for name, column in COLUMNS.items():
        text = record.cells.get(name, "")
        if not text:
            if column.required and name in columns:
                problems.append(
                    _problem("empty", record, file, name, f"is empty, allowed: {column.allowed}", "fill it in")
                )
            continue
        value = column.read(text)
        if value is None:
            shown = text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004  # characters
            message = f"{shown!r} can't be taken, allowed: {column.allowed}"
            problems.append(_problem("value", record, file, name, message, column.mend))
        else:
            values[name] = value
    return values, problems


def _wrong_together(values: Mapping[str, Any], record: Record, file: str, defaults: Defaults) -> Iterator[Problem]:
    """Yield what is wrong with values that are each allowed, but not together."""
    for rule in _RULES:
        for column, message, mend in rule(values, record, defaults):
            yield _problem("together", record, file, column, message, mend)


Finding = tuple[str, str, str]
"""Column, message, mend."""
Rule = Callable[[Mapping[str, Any], Record, Defaults], Iterator[Finding]]


def _name_fits(values: Mapping[str, Any], record: Record, defaults: Defaults) -> Iterator[Finding]:
    """Find a name that its kind does not allow."""
    del record, defaults
    kind, name = values.get("kind"), values.get("name")
    if kind and name and not NAMES[kind][0].fullmatch(name):
        yield (
            "name",
            f"{name[:60]!r} is no name of a {kind}, allowed: {NAMES[kind][1]}",
            "correct it",
        )


def _place_fits(values: Mapping[str, Any], record: Record, defaults: Defaults) -> Iterator[Finding]:
    """Find a place that its kind is never in, or none where there is a choice."""
    del defaults
    kind, place = values.get("kind"), values.get("place")
    if kind is None or (record.cells.get("place") and place is None):
        return
    if place is None and len(PLACES[kind]) > 1:
        yield "place", f"is empty, allowed: {', '.join(PLACES[kind])}", "fill it in"
    elif place is not None and place not in PLACES[kind]:
        yield "place", f"{place!r} is no place of a {kind}, allowed: {', '.join(PLACES[kind])}", "write where it is"


def _specification_fits(values: Mapping[str, Any], record: Record, defaults: Defaults) -> Iterator[Finding]:
    """Find what a kind needs and lacks, has and should not, or keeps in the wrong column."""
    del defaults
    kind = values.get("kind")
    if kind is None:
        return
    for name in NEEDS[kind]:
        if not record.cells.get(name):
            yield name, f"is empty, a {kind} needs it: {COLUMNS[name].allowed}", "fill it in"
    for name in _OWN:
        if record.cells.get(name) and name not in HAS[kind]:
            yield name, f"a {kind} has no {name}", "leave it empty, or correct the kind"
    more = values.get(MORE.name, {})
    for name in set(more) & set(HAS[kind]):
        yield MORE.name, f"{name!r} has a column of its own", "write it there"
    for where in secrets_in(more):
        yield MORE.name, f"{where!r} looks like a secret, the registry keeps none", "take it out of the file"


def _state_fits(values: Mapping[str, Any], record: Record, defaults: Defaults) -> Iterator[Finding]:
    """Find a reservation without the ticket that made it: nobody would ever end it."""
    del defaults
    if values.get("state") == RESERVED and not record.cells.get("ticket"):
        yield "ticket", f"is empty, and the state is {RESERVED}", "write the ticket that reserved it"


def _dates_fit(values: Mapping[str, Any], record: Record, defaults: Defaults) -> Iterator[Finding]:
    """Find a begin that lies in the future, or after the end."""
    del record
    since, ends = _since(values, defaults), values.get("expires_on")
    if since > defaults.at:
        yield "since", f"{since:%Y-%m-%d} lies in the future", "write since when it has been in use"
    elif "since" in values and isinstance(ends, date) and ends < since.date():
        yield "expires_on", f"{ends} lies before since, {since:%Y-%m-%d}", "correct one of them"


_RULES: tuple[Rule, ...] = (_name_fits, _place_fits, _specification_fits, _state_fits, _dates_fit)


def _since(values: Mapping[str, Any], defaults: Defaults) -> datetime:
    return as_moment(values["since"], defaults.at.tzinfo) if "since" in values else defaults.at


def _service(values: Mapping[str, Any], defaults: Defaults) -> Service:
    """Put good values together."""
    kind = values["kind"]
    specification = {name: values[name] for name in HAS[kind] if name in values} | values.get(MORE.name, {})
    return Service(
        kind=kind, name=values["name"], owner=values["owner"], contact=values["contact"], specification=specification,
        place=values.get("place", PLACES[kind][0]), ticket=values.get("ticket", defaults.ticket),
        state=values.get("state", ACTIVE), since=_since(values, defaults), phone=values.get("phone", ""),
        expires_on=values.get("expires_on"),
    )  # fmt: skip


def _twice(identities: Sequence[tuple[Record, Identity]], file: str) -> Iterator[Problem]:
    """Yield a problem for every row that has what an earlier one has."""
    seen: dict[Identity, Record] = {}
    for record, identity in identities:
        first = seen.setdefault(identity, record)
        if first is not record:
            where = f"line {first.line}" if first.line else f"entry {first.prefix.rstrip('.')}"
            message = f"{identity.words} is in {where} already"
            yield _problem("twice", record, file, identity.column, message, "take one of them out")


def _problem(code: str, record: Record, file: str, column: str, message: str, hint: str) -> Problem:  # noqa: PLR0913, PLR0917  # its parts
    return Problem(code, message, hint, file, record.line, f"{record.prefix}{column}")
