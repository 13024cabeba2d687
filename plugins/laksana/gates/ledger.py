"""The decision ledger: append-only, hash-chained, ours — Airflow's clean-up deletes its own gate records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import ledger
from laksana.records import GateDecision

GENESIS = "0" * 64
_LOCK = 4370088


@dataclass(frozen=True)
class Verification:
    """What a walk along the chain found."""

    entries: int
    valid: bool
    first_broken: int | None
    """Sequence number of the first entry that does not fit, or nothing."""


class DecisionLedger:
    """The ledger in Laksana's database; one writer at a time, so that the chain never forks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(self, decision: GateDecision, *, at: datetime) -> str:
        """Enter a decision and return its hash; the same answer again is not entered twice."""
        entry = json.dumps(decision.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        once = _once_key(decision.to_json())
        with self._engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            known = connection.scalar(select(ledger.c.hash).where(ledger.c.once_key == once))
            if known is not None:
                return str(known)
            last = connection.execute(
                select(ledger.c.seq, ledger.c.hash).order_by(ledger.c.seq.desc()).limit(1)
            ).first()
            seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
            link = _link(seq, at, previous, entry)
            connection.execute(
                insert(ledger).values(
                    seq=seq, at=at, ticket=decision.ticket, entry=entry, previous=previous, hash=link, once_key=once
                )
            )
        return link

    def entries(self, ticket: str = "") -> list[GateDecision]:
        """Return the decisions, oldest first; of one ticket where it is given."""
        statement = select(ledger.c.entry).order_by(ledger.c.seq)
        if ticket:
            statement = statement.where(ledger.c.ticket == ticket)
        with self._engine.connect() as connection:
            return [GateDecision.from_json(json.loads(entry)) for entry in connection.scalars(statement)]

    def verify(self) -> Verification:
        """Walk the whole chain and name the first entry that was changed, removed or put in."""
        expected, previous = 1, GENESIS
        with self._engine.connect() as connection:
            rows = connection.execute(select(ledger).order_by(ledger.c.seq)).all()
        for row in rows:
            if not _fits(row, expected, previous):
                return Verification(len(rows), valid=False, first_broken=int(row.seq))
            expected, previous = expected + 1, row.hash
        return Verification(len(rows), valid=True, first_broken=None)


def _link(seq: int, at: datetime, previous: str, entry: str) -> str:
    """Return the hash that ties an entry to all before it."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(f"{seq}\n{moment}\n{previous}\n{entry}".encode()).hexdigest()


def _once_key(entry: Mapping[str, Any]) -> str:
    """Name an answer: one gate is answered once at one moment."""
    return "/".join(str(entry[key]) for key in ("dag_id", "run_id", "task_id", "answered_at"))


def _fits(row: Any, expected: int, previous: str) -> bool:
    """Tell whether an entry stands where and as it was written."""
    if row.seq != expected or row.previous != previous or row.hash != _link(row.seq, row.at, row.previous, row.entry):
        return False
    entry = json.loads(row.entry)
    return bool(entry["ticket"] == row.ticket and _once_key(entry) == row.once_key)
