"""The service registry: reserved before anything is made, active when it works, removed by undo.

Every change of a row stands in its history, written in the same transaction, and changes go through one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select

from laksana.database.tables import service, service_event, service_growth
from laksana.errors import RegistryError
from laksana.registry import growths as growing
from laksana.registry.model import (
    ACTIVE,
    CHANGED,
    IMPORTED,
    REMOVED,
    RESERVED,
    SETTLED,
    Event,
    Growth,
    Service,
    Shortage,
    refuse_secrets,
)
from laksana.registry.room import free_address, shortage
from laksana.registry.rows import (
    Cause,
    as_service,
    change_row,
    enter_reservation,
    insert_row,
    is_own_reservation,
    living,
    living_rows,
    lock,
    release_reservations,
    remove_row,
)

__all__ = [
    "ACTIVE", "CHANGED", "IMPORTED", "REMOVED", "RESERVED", "SETTLED", "Event", "Growth", "Service", "ServiceRegistry",
    "Shortage",
]  # fmt: skip


class ServiceRegistry:
    """The registry in Laksana's database; a name lives once a kind, and a ticket reserves one name of a kind."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reserve(self, wanted: Service) -> Service:
        """Reserve a name and return its row: the caller's own, or the one that another ticket holds already.

        Raises:
            RegistryError: the specification holds what looks like a secret.
        """
        found = self.reserve_room(wanted, limits={}, at=wanted.since)
        assert isinstance(found, Service)  # noqa: S101  # without limits and pool nothing can be short
        return found

    def reserve_room(
        self, wanted: Service, *, limits: Mapping[str, int], pool: Sequence[str] = (), at: datetime
    ) -> Service | Shortage:
        """Reserve a name with resources, and an address where there is a pool; nothing is reserved where one is short.

        A ticket that asks again, e.g. after its form was completed, has its reservation renewed; what it had reserved
        under another name of the kind is let go, and so is all of it where something is short.

        Args:
            wanted: the row; its specification holds the resources.
            limits: for each resource, what all living rows of the kind and place may have together.
            pool: addresses to choose from; the first free one goes into the specification as ``address``.
            at: the time of what is let go.

        Returns:
            The caller's row, or the row of another ticket that holds the name, or what is short.

        Raises:
            RegistryError: the specification holds what looks like a secret.
        """
        refuse_secrets(wanted.kind, wanted.name, wanted.specification)
        with self._engine.begin() as connection:
            lock(connection)
            release_reservations(connection, wanted.kind, wanted.ticket, at=at, but=wanted.name)
            held = living(connection, wanted.kind, wanted.name)
            if held is not None and not is_own_reservation(held, wanted.ticket):
                return as_service(held)
            others = [row for row in living_rows(connection) if held is None or row.id != held.id]
            rivals = [row for row in others if (row.kind, row.place) == (wanted.kind, wanted.place)]
            short = shortage(connection, rivals, wanted.specification, limits)
            address = free_address(others, pool, held)
            if short is None and pool and address is None:
                short = Shortage("address")
            if short is not None:
                release_reservations(connection, wanted.kind, wanted.ticket, at=at)
                return short
            chosen = {"address": address} if pool else {}
            specification = {**wanted.specification, **chosen}
            return enter_reservation(connection, replace(wanted, specification=specification, state=RESERVED), held)

    def reserve_growth(  # noqa: PLR0913  # all but kind and name are keywords
        self, kind: str, name: str, *, ticket: str, growth: Mapping[str, int], limits: Mapping[str, int], at: datetime
    ) -> Growth | Shortage | None:
        """Reserve more resources for an active service; asked again a ticket finds its own reservation, or renews it.

        Returns:
            The growth, what is short (or that another growth is under way), or nothing where no such service is active.

        Raises:
            RegistryError: a size is negative, or the ticket has grown another service already.
        """
        wanted = Growth(ticket, dict(growth), RESERVED)
        with self._engine.begin() as connection:
            lock(connection)
            row = living(connection, kind, name)
            if row is None or row.state != ACTIVE:
                growing.drop(connection, ticket, at=at)
                return None
            return growing.reserve_growth(connection, row, wanted, limits=limits, at=at)

    def settle_growth(self, kind: str, name: str, *, ticket: str, at: datetime) -> None:
        """Add a reserved growth to the service's specification; done again it changes nothing.

        Raises:
            RegistryError: no growth of the ticket is reserved for the service.
        """
        with self._engine.begin() as connection:
            lock(connection)
            growing.add(connection, living(connection, kind, name), ticket, at=at)

    def revert_growth(self, kind: str, name: str, *, ticket: str, at: datetime) -> None:
        """Take an added growth back; done again it changes nothing."""
        with self._engine.begin() as connection:
            lock(connection)
            growing.take_back(connection, living(connection, kind, name), ticket, at=at)

    def drop_growth(self, kind: str, name: str, *, ticket: str, at: datetime) -> None:  # noqa: ARG002  # as its siblings
        """Let a ticket's reserved growth go, whichever service it is for; done again it changes nothing."""
        with self._engine.begin() as connection:
            lock(connection)
            growing.drop(connection, ticket, at=at)

    def growths(self, *, state: str = RESERVED) -> list[Growth]:
        """Return the growths in a state, oldest first."""
        statement = select(service_growth).where(service_growth.c.state == state).order_by(service_growth.c.id)
        with self._engine.connect() as connection:
            return [Growth(row.ticket, dict(row.growth), row.state) for row in connection.execute(statement)]

    def find(self, kind: str, name: str) -> Service | None:
        """Return the living row of a name."""
        with self._engine.connect() as connection:
            row = living(connection, kind, name)
        return as_service(row) if row is not None else None

    def describe(self, kind: str, name: str, *, ticket: str, facts: Mapping[str, Any], at: datetime) -> None:
        """Add to a ticket's row what was found out when it was made; the same facts again change nothing.

        Raises:
            RegistryError: a fact looks like a secret, or the ticket has no such row.
        """
        refuse_secrets(kind, name, facts)
        with self._engine.begin() as connection:
            lock(connection)
            row = living(connection, kind, name)
            if row is None or row.ticket != ticket:
                raise RegistryError(f"{kind} {name}: ticket {ticket} has no such row in the registry")
            values = {"specification": {**row.specification, **facts}}
            change_row(connection, row, values, Cause(CHANGED, ticket, at))

    def activate(self, kind: str, name: str, *, ticket: str, at: datetime, expires_on: date | None = None) -> None:
        """Mark a ticket's reserved name as active; done again it changes nothing."""
        with self._engine.begin() as connection:
            lock(connection)
            row = living(connection, kind, name)
            if row is not None and is_own_reservation(row, ticket):
                values = {"state": ACTIVE, "since": at, "expires_on": expires_on}
                change_row(connection, row, values, Cause(ACTIVE, ticket, at))

    def remove(self, kind: str, name: str, *, ticket: str, at: datetime) -> None:
        """Take a ticket's name out of the living registry, and what it has reserved of the kind under other names.

        Done again it changes nothing.
        """
        with self._engine.begin() as connection:
            lock(connection)
            release_reservations(connection, kind, ticket, at=at)
            row = living(connection, kind, name)
            if row is not None and row.ticket == ticket:
                remove_row(connection, row, ticket, at)

    def enter(self, rows: Sequence[Service]) -> None:
        """Enter an existing estate's rows as they stand, all of them or none.

        Raises:
            RegistryError: names are registered already, or a specification holds what looks like a secret.
        """
        for row in rows:
            refuse_secrets(row.kind, row.name, row.specification)
        with self._engine.begin() as connection:
            lock(connection)
            taken = {(row.kind, row.name) for row in living_rows(connection)} & {(row.kind, row.name) for row in rows}
            if taken:
                names = ", ".join(" ".join(pair) for pair in sorted(taken))
                raise RegistryError(f"registered already, nothing was entered: {names} (take them out and try again)")
            for row in rows:
                insert_row(connection, row, IMPORTED)

    def history(self, kind: str, name: str) -> list[Event]:
        """Return what happened to a name, oldest first."""
        statement = (
            select(service_event)
            .join(service, service.c.id == service_event.c.service_id)
            .where(service.c.kind == kind, service.c.name == name)
            .order_by(service_event.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return [Event(row.at, row.kind, row.ticket, dict(row.before), dict(row.after)) for row in rows]

    def list(self, *, kind: str = "", living: bool = True) -> list[Service]:
        """Return the rows, by kind and name."""
        statement = select(service).order_by(service.c.kind, service.c.name, service.c.id)
        if kind:
            statement = statement.where(service.c.kind == kind)
        if living:
            statement = statement.where(service.c.state != REMOVED)
        with self._engine.connect() as connection:
            return [as_service(row) for row in connection.execute(statement)]
