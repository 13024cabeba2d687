"""Outages of services: one is open at a time, from when it was first seen down to when it was seen up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import outage


@dataclass(frozen=True)
class Outage:
    """One outage of one service."""

    kind: str
    name: str
    began_at: datetime
    found_by: str
    cause: str
    ended_at: datetime | None
    ended_by: str
    repaired: bool

    @property
    def service(self) -> str:
        """Key of the service, e.g. ``hosting/perikanan``."""
        return f"{self.kind}/{self.name}"


class Outages:
    """The outages in Laksana's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, kind: str, name: str, *, ticket: str, cause: str, at: datetime) -> None:
        """Note that a service is down; an outage that is open already goes on as it began."""
        statement = insert(outage).values(
            service_kind=kind, service_name=name, began_at=at, found_by=ticket, cause=cause
        )
        with self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_nothing())

    def end(self, kind: str, name: str, *, ticket: str, at: datetime, repaired: bool) -> None:
        """Note that a service is up again; where no outage is open nothing changes."""
        open_one = (outage.c.service_kind == kind) & (outage.c.service_name == name) & outage.c.ended_at.is_(None)
        with self._engine.begin() as connection:
            connection.execute(update(outage).where(open_one).values(ended_at=at, ended_by=ticket, repaired=repaired))

    def of_case(self, ticket: str) -> list[Outage]:
        """Return the outages that a case found or ended, oldest first."""
        return self._where(or_(outage.c.found_by == ticket, outage.c.ended_by == ticket))

    def begun_between(self, start: datetime, end: datetime) -> list[Outage]:
        """Return the outages that began in a time (its end excluded), oldest first."""
        return self._where((outage.c.began_at >= start) & (outage.c.began_at < end))

    def open_ones(self) -> list[Outage]:
        """Return the outages that go on, oldest first."""
        return self._where(outage.c.ended_at.is_(None))

    def of_service(self, kind: str, name: str) -> list[Outage]:
        """Return a service's outages, oldest first."""
        return self._where((outage.c.service_kind == kind) & (outage.c.service_name == name))

    def _where(self, condition: Any) -> list[Outage]:
        statement = select(outage).where(condition).order_by(outage.c.began_at, outage.c.id)
        with self._engine.connect() as connection:
            return [_outage(row) for row in connection.execute(statement)]


def _outage(row: Row[Any]) -> Outage:
    return Outage(
        row.service_kind, row.service_name, row.began_at, row.found_by, row.cause, row.ended_at, row.ended_by,
        row.repaired,
    )  # fmt: skip
