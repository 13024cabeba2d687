"""Rows of the service registry: reserved before anything is made, active when it works, removed by undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import service

RESERVED, ACTIVE, REMOVED = "dipesan", "aktif", "dihapus"


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


class ServiceRegistry:
    """The registry in Laksana's database; a name lives once a kind."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reserve(self, wanted: Service) -> Service:
        """Reserve a name and return its row: the caller's own, or the one that another ticket holds already."""
        values = {
            "kind": wanted.kind, "name": wanted.name, "owner": wanted.owner, "contact": wanted.contact,
            "specification": dict(wanted.specification), "place": wanted.place, "ticket": wanted.ticket,
            "state": RESERVED, "since": wanted.since,
        }  # fmt: skip
        statement = insert(service).values(**values)
        statement = statement.on_conflict_do_nothing(
            index_elements=["kind", "name"], index_where=service.c.state != REMOVED
        )
        with self._engine.begin() as connection:
            connection.execute(statement)
        found = self.find(wanted.kind, wanted.name)
        # Between the two statements the holder may have let go: then the name is free for the next try.
        return found if found is not None else self.reserve(wanted)

    def find(self, kind: str, name: str) -> Service | None:
        """Return the living row of a name."""
        statement = select(service).where(service.c.kind == kind, service.c.name == name, service.c.state != REMOVED)
        with self._engine.connect() as connection:
            row = connection.execute(statement).first()
        return _service(row) if row is not None else None

    def activate(self, kind: str, name: str, *, ticket: str, at: datetime) -> None:
        """Mark a ticket's reserved name as active; done again it changes nothing."""
        self._move(kind, name, ticket, RESERVED, ACTIVE, at)

    def remove(self, kind: str, name: str, *, ticket: str, at: datetime) -> None:
        """Take a ticket's name out of the living registry; done again it changes nothing."""
        for state in (RESERVED, ACTIVE):
            self._move(kind, name, ticket, state, REMOVED, at)

    def list(self, *, kind: str = "", living: bool = True) -> list[Service]:
        """Return the rows, by kind and name."""
        statement = select(service).order_by(service.c.kind, service.c.name, service.c.id)
        if kind:
            statement = statement.where(service.c.kind == kind)
        if living:
            statement = statement.where(service.c.state != REMOVED)
        with self._engine.connect() as connection:
            return [_service(row) for row in connection.execute(statement)]

    def _move(  # noqa: PLR0913, PLR0917  # a row's key and its change
        self, kind: str, name: str, ticket: str, before: str, after: str, at: datetime
    ) -> None:
        condition = (
            (service.c.kind == kind)
            & (service.c.name == name)
            & (service.c.ticket == ticket)
            & (service.c.state == before)
        )
        with self._engine.begin() as connection:
            connection.execute(update(service).where(condition).values(state=after, since=at))


def _service(row: Any) -> Service:
    """Turn a row into a service."""
    return Service(
        row.kind, row.name, row.owner, row.contact, dict(row.specification), row.place, row.ticket, row.state, row.since
    )
