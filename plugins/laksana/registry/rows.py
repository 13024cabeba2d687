"""Reads and changes the registry's rows in a transaction of the caller; every change stands in the history with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from laksana.database.tables import service, service_event, service_growth
from laksana.registry.model import REMOVED, RESERVED, Service, as_json

ServiceRow = Row[Any]
_LOCK = "laksana registry"


@dataclass(frozen=True)
class Cause:
    """What changes a row: what it is called in the history, whose doing it is, and when."""

    kind: str
    ticket: str
    at: datetime


def lock(connection: Connection) -> None:
    """Let one change at a time through: two reservations must not both see the same room as free."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": _LOCK})


def living(connection: Connection, kind: str, name: str) -> ServiceRow | None:
    """Return the living row of a name."""
    statement = select(service).where(service.c.kind == kind, service.c.name == name, service.c.state != REMOVED)
    return connection.execute(statement).first()


def living_rows(connection: Connection) -> list[ServiceRow]:
    """Return all living rows."""
    return list(connection.execute(select(service).where(service.c.state != REMOVED)))


def enter_reservation(connection: Connection, wanted: Service, held: ServiceRow | None) -> Service:
    """Make a reservation, or renew the ticket's own.

    What was found out about the thing is kept as long as the same thing is wanted; with other wishes it is stale.
    """
    if held is None:
        insert_row(connection, wanted, RESERVED)
        return wanted
    asked = dict(wanted.specification)
    same = all(key in held.specification and held.specification[key] == value for key, value in asked.items())
    values: dict[str, Any] = {key: getattr(wanted, key) for key in ("owner", "contact", "phone", "place")}
    values["specification"] = held.specification if same else asked
    change_row(connection, held, values, Cause(RESERVED, wanted.ticket, wanted.since))
    return as_service(held, **values)


def insert_row(connection: Connection, wanted: Service, kind: str) -> None:
    """Make a row."""
    values = {**vars(wanted), "specification": dict(wanted.specification)}
    made = connection.execute(insert(service).values(**values).returning(service.c.id)).scalar_one()
    note(connection, made, Cause(kind, wanted.ticket, wanted.since), after=values)


def change_row(connection: Connection, row: ServiceRow, values: Mapping[str, Any], cause: Cause) -> None:
    """Change a row and note what was before and after; what stays as it is, is no change."""
    new = {key: value for key, value in values.items() if getattr(row, key) != value}
    if not new:
        return
    connection.execute(update(service).where(service.c.id == row.id).values(**new))
    note(connection, row.id, cause, before={key: getattr(row, key) for key in new}, after=new)


def remove_row(connection: Connection, row: ServiceRow, ticket: str, at: datetime) -> None:
    """Take a row out of the living registry, and a growth that is reserved for it with it."""
    is_open = (service_growth.c.service_id == row.id) & (service_growth.c.state == RESERVED)
    connection.execute(update(service_growth).where(is_open).values(state=REMOVED, at=at))
    change_row(connection, row, {"state": REMOVED, "since": at}, Cause(REMOVED, ticket, at))


def release_reservations(connection: Connection, kind: str, ticket: str, *, at: datetime, but: str = "") -> None:
    """Let go what a ticket has reserved of a kind, apart from one name: the form may have named another before."""
    mine = (service.c.kind == kind) & (service.c.ticket == ticket) & (service.c.state == RESERVED)
    for row in connection.execute(select(service).where(mine, service.c.name != but)).all():
        remove_row(connection, row, ticket, at)


def note(
    connection: Connection,
    row_id: int,
    cause: Cause,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write what happened to a row into its history."""
    values = {"service_id": row_id, "before": as_json(before or {}), "after": as_json(after or {}), **vars(cause)}
    connection.execute(insert(service_event).values(**values))


def is_own_reservation(row: ServiceRow, ticket: str) -> bool:
    """Tell whether a row is what a ticket has reserved, and not in use yet."""
    return bool(row.ticket == ticket and row.state == RESERVED)


def as_service(row: ServiceRow, **changed: Any) -> Service:
    """Turn a row into a service."""
    values = {key: getattr(row, key) for key in Service.__dataclass_fields__} | changed
    return Service(**{**values, "specification": dict(values["specification"])})
