"""Keeps a case's outputs and step results in the ``artefact`` table; writing the same thing again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, delete, desc, select
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import artefact
from laksana.errors import CaseFileError

_RESULT = "hasil langkah"
_REFUSAL = "alasan penolakan"
_OPENED = "gerbang dibuka: "


@dataclass(frozen=True)
class Artefact:
    """One output of one attempt at a step."""

    name: str
    step: int
    attempt: int
    record: dict[str, Any]
    made_at: datetime


@dataclass(frozen=True)
class StepResult:
    """How one attempt at a step came out."""

    step: int
    attempt: int
    hasil: str
    keterangan: str
    at: datetime


class CaseFile:
    """The case file of one ticket."""

    def __init__(self, engine: Engine, ticket: str) -> None:
        self._engine = engine
        self.ticket = ticket

    def put(self, name: str, record: dict[str, Any], *, step: int, attempt: int, at: datetime) -> None:
        """Store an output under its name; a retry of the same attempt replaces what the broken try left."""
        values = {
            "ticket": self.ticket, "name": name, "step": step, "attempt": attempt, "record": record, "made_at": at,
        }  # fmt: skip
        statement = insert(artefact).values(**values)
        statement = statement.on_conflict_do_update(
            index_elements=["ticket", "name", "step", "attempt"], set_={"record": record, "made_at": at}
        )
        with self._engine.begin() as connection:
            connection.execute(statement)

    def find(self, name: str) -> Artefact | None:
        """Return the newest output of a name; letter case does not matter, as the sheets are not strict about it."""
        newest = None
        for item in self.all():
            if item.name.lower() == name.lower():
                newest = item
        return newest

    def get(self, name: str) -> Artefact:
        """Return the newest output of a name.

        Raises:
            CaseFileError: no step has made it yet.
        """
        found = self.find(name)
        if found is None:
            made = ", ".join(sorted({item.name for item in self.all()})) or "nothing"
            raise CaseFileError(
                f"case {self.ticket}: input {name!r} is missing (made so far: {made}); clear the step that makes it"
            )
        return found

    def all(self) -> list[Artefact]:
        """Return every output, oldest first."""
        statement = (
            select(artefact)
            .where(artefact.c.ticket == self.ticket, artefact.c.name != _RESULT)
            .order_by(artefact.c.made_at, artefact.c.id)
        )
        with self._engine.connect() as connection:
            return [_artefact(row) for row in connection.execute(statement)]

    def record_result(self, hasil: str, keterangan: str, *, step: int, attempt: int, at: datetime) -> None:
        """Store how an attempt at a step came out."""
        self.put(_RESULT, {"hasil": hasil, "keterangan": keterangan}, step=step, attempt=attempt, at=at)

    def results(self) -> list[StepResult]:
        """Return how each attempt came out, oldest first."""
        statement = (
            select(artefact)
            .where(artefact.c.ticket == self.ticket, artefact.c.name == _RESULT)
            .order_by(artefact.c.made_at, artefact.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return [
            StepResult(row.step, row.attempt, row.record["hasil"], row.record["keterangan"], row.made_at)
            for row in rows
        ]

    def refusal(self) -> str:
        """Return the reason of refusal, empty while the case is not refused."""
        found = self._newest(_REFUSAL)
        return str(found.record["alasan"]) if found else ""

    def refuse(self, reason: str, *, step: int, attempt: int, at: datetime) -> None:
        """Mark the case as refused; the reply letter states the reason."""
        self.put(_REFUSAL, {"alasan": reason}, step=step, attempt=attempt, at=at)

    def withdraw_refusal(self, *, step: int, attempt: int) -> None:
        """Take back the refusal of an attempt that came out otherwise after all, e.g. when it was carried out anew."""
        condition = (
            (artefact.c.ticket == self.ticket)
            & (artefact.c.name == _REFUSAL)
            & (artefact.c.step == step)
            & (artefact.c.attempt == attempt)
        )
        with self._engine.begin() as connection:
            connection.execute(delete(artefact).where(condition))

    def open_gate(self, task_id: str, *, step: int, attempt: int, at: datetime) -> datetime:
        """Note that a gate opens, and return when it opened first: a retry does not restart its clock."""
        name = f"{_OPENED}{task_id}"
        values = {
            "ticket": self.ticket, "name": name, "step": step, "attempt": attempt, "record": {}, "made_at": at,
        }  # fmt: skip
        with self._engine.begin() as connection:
            connection.execute(insert(artefact).values(**values).on_conflict_do_nothing())
        return self.gates_opened()[task_id]

    def gates_opened(self) -> dict[str, datetime]:
        """Return when each gate opened first, by task id."""
        statement = select(artefact.c.name, artefact.c.made_at).where(
            artefact.c.ticket == self.ticket, artefact.c.name.startswith(_OPENED)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return {row.name.removeprefix(_OPENED): row.made_at for row in rows}

    def _newest(self, name: str) -> Artefact | None:
        statement = (
            select(artefact)
            .where(artefact.c.ticket == self.ticket, artefact.c.name == name)
            .order_by(desc(artefact.c.made_at), desc(artefact.c.id))
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(statement).first()
        return _artefact(row) if row is not None else None


def _artefact(row: Row[Any]) -> Artefact:
    """Turn a row into an artefact."""
    return Artefact(row.name, row.step, row.attempt, dict(row.record), row.made_at)
