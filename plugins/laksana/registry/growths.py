"""More resources for a service in use: reserved before anything is changed, added when it works, taken back by undo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import service_growth
from laksana.errors import RegistryError
from laksana.registry.model import CHANGED, REMOVED, RESERVED, SETTLED, Growth, Shortage, amount
from laksana.registry.room import shortage
from laksana.registry.rows import Cause, ServiceRow, change_row, living_rows, note


def reserve_growth(
    connection: Connection, row: ServiceRow, growth: Growth, *, limits: Mapping[str, int], at: datetime
) -> Growth | Shortage:
    """Reserve a growth for a service in use; where it is not possible, the ticket has none reserved afterwards.

    Raises:
        RegistryError: a size is negative, or the ticket has grown another service already.
    """
    mine = growth_of(connection, growth.ticket)
    if mine is not None and mine.state == SETTLED:
        if mine.service_id != row.id:
            raise RegistryError(f"{row.kind} {row.name}: ticket {growth.ticket} has added resources to another already")
        return Growth(growth.ticket, dict(mine.growth), SETTLED)
    if any(amount(growth.growth, key) < 0 for key in growth.growth):
        raise RegistryError(f"{row.kind} {row.name}: {dict(growth.growth)} takes away (allowed: 0 or more of each)")
    short = _shortage(connection, row, growth, limits)
    if short is not None:
        drop(connection, growth.ticket, at=at)
        return short
    if mine is None or (mine.state, mine.service_id, mine.growth) != (RESERVED, row.id, dict(growth.growth)):
        drop(connection, growth.ticket, at=at)
        _enter(connection, row, growth, at)
    return growth


def growth_of(connection: Connection, ticket: str) -> ServiceRow | None:
    """Return a ticket's growth."""
    return connection.execute(select(service_growth).where(service_growth.c.ticket == ticket)).first()


def add(connection: Connection, row: ServiceRow | None, ticket: str, *, at: datetime) -> None:
    """Add a ticket's reserved growth to its service; done again it changes nothing.

    Raises:
        RegistryError: no growth is reserved any more, or its service is gone.
    """
    growth = growth_of(connection, ticket)
    if growth is not None and growth.state == SETTLED:
        return
    if growth is None or growth.state != RESERVED or row is None or row.id != growth.service_id:
        raise RegistryError(f"ticket {ticket}: no growth is reserved for this service (reserve it again)")
    _set_state(connection, ticket, SETTLED, at)
    _resize(connection, row, growth, sign=1, at=at)


def take_back(connection: Connection, row: ServiceRow | None, ticket: str, *, at: datetime) -> None:
    """Take an added growth back; done again it changes nothing."""
    growth = growth_of(connection, ticket)
    if growth is None or growth.state != SETTLED:
        return
    _set_state(connection, ticket, REMOVED, at)
    if row is not None and row.id == growth.service_id:
        _resize(connection, row, growth, sign=-1, at=at)


def drop(connection: Connection, ticket: str, *, at: datetime) -> None:
    """Let a reserved growth go; done again it changes nothing."""
    growth = growth_of(connection, ticket)
    if growth is None or growth.state != RESERVED:
        return
    _set_state(connection, ticket, REMOVED, at)
    note(connection, growth.service_id, Cause(REMOVED, ticket, at), before={"growth": growth.growth})


def _shortage(connection: Connection, row: ServiceRow, growth: Growth, limits: Mapping[str, int]) -> Shortage | None:
    """Return why the growth is not possible: another one is under way, or the place has no room."""
    under_way = select(service_growth.c.id).where(
        service_growth.c.service_id == row.id,
        service_growth.c.state == RESERVED,
        service_growth.c.ticket != growth.ticket,
    )
    if connection.execute(under_way).first() is not None:
        return Shortage("growth")
    rows = [other for other in living_rows(connection) if (other.kind, other.place) == (row.kind, row.place)]
    return shortage(connection, rows, growth.growth, limits, growth_of=growth.ticket)


def _enter(connection: Connection, row: ServiceRow, growth: Growth, at: datetime) -> None:
    """Write a growth as reserved, in place of one of the ticket that was let go."""
    values = {"service_id": row.id, "growth": dict(growth.growth), "state": RESERVED, "at": at}
    statement = insert(service_growth).values(ticket=growth.ticket, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["ticket"], set_=values))
    note(connection, row.id, Cause(RESERVED, growth.ticket, at), after={"growth": values["growth"]})


def _set_state(connection: Connection, ticket: str, state: str, at: datetime) -> None:
    connection.execute(update(service_growth).where(service_growth.c.ticket == ticket).values(state=state, at=at))


def _resize(connection: Connection, row: ServiceRow, growth: ServiceRow, *, sign: int, at: datetime) -> None:
    """Add a growth to the sizes of its service, or take it off them."""
    sizes = {key: amount(row.specification, key) + sign * more for key, more in growth.growth.items()}
    change_row(connection, row, {"specification": {**row.specification, **sizes}}, Cause(CHANGED, growth.ticket, at))
