"""What a round saw of each service, one row a step and thing that was looked at; a retry replaces its own row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, select
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import observation

STATUS, ACTIVATION, BACKUP, RENEWAL, RESOURCES, QUOTA = (
    "status", "pengaktifan", "cadangan", "pembaruan", "resource", "kuota",
)  # fmt: skip
"""What can be looked at, or done and looked at again."""


@dataclass(frozen=True)
class Observation:
    """One look at one service."""

    ticket: str
    step: int
    kind: str
    name: str
    what: str
    passed: bool
    record: Mapping[str, Any]
    at: datetime

    @property
    def service(self) -> str:
        """Key of the service, e.g. ``hosting/perikanan``."""
        return f"{self.kind}/{self.name}"


class Observations:
    """The observations in Laksana's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, seen: Observation) -> None:
        """Keep a look; the same step of the same case again replaces it."""
        values = {
            "ticket": seen.ticket, "step": seen.step, "service_kind": seen.kind, "service_name": seen.name,
            "what": seen.what, "passed": seen.passed, "record": dict(seen.record), "at": seen.at,
        }  # fmt: skip
        fresh = {key: values[key] for key in ("passed", "record", "at")}
        statement = insert(observation).values(**values)
        unique = ["ticket", "step", "service_kind", "service_name", "what"]
        with self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=unique, set_=fresh))

    def of_case(self, ticket: str, what: str, *, step: int = 0) -> dict[str, Observation]:
        """Return a case's newest look at each service, by the service's key; of one step where it is given."""
        return self.of_cases((ticket,), what, step=step)

    def of_cases(self, tickets: Iterable[str], what: str, *, step: int = 0) -> dict[str, Observation]:
        """Return the newest look of several cases at each service, by the service's key."""
        statement = (
            select(observation)
            .where(observation.c.ticket.in_(list(tickets)), observation.c.what == what)
            .order_by(observation.c.at, observation.c.id)
        )
        if step:
            statement = statement.where(observation.c.step == step)
        with self._engine.connect() as connection:
            found = [_observation(row) for row in connection.execute(statement)]
        return {item.service: item for item in found}

    def of_service(self, kind: str, name: str, what: str, *, since: datetime) -> list[Observation]:
        """Return the looks at one service since a time, oldest first."""
        statement = (
            select(observation)
            .where(
                observation.c.service_kind == kind, observation.c.service_name == name, observation.c.what == what,
                observation.c.at >= since,
            )
            .order_by(observation.c.at, observation.c.id)
        )  # fmt: skip
        with self._engine.connect() as connection:
            return [_observation(row) for row in connection.execute(statement)]


def _observation(row: Row[Any]) -> Observation:
    return Observation(
        row.ticket, row.step, row.service_kind, row.service_name, row.what, row.passed, dict(row.record), row.at
    )
