"""The decision ledger: append-only, hash-chained, ours — Airflow's clean-up deletes its own gate records."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
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
        once = f"{decision.dag_id}/{decision.run_id}/{decision.task_id}/{decision.answered_at}"
        with self._engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            known = connection.scalar(select(ledger.c.hash).where(ledger.c.once_key == once))
            if known is not None:
                return str(known)
            last = connection.execute(select(ledger.c.seq, ledger.c.hash).order_by(ledger.c.seq.desc()).limit(1)).first()
            seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
            link = _link(seq, previous, entry)
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
        expected, previous, count = 1, GENESIS, 0
        with self._engine.connect() as connection:
            for row in connection.execute(select(ledger).order_by(ledger.c.seq)):
                count += 1
                if not _fits(row, expected, previous):
                    return Verification(count, valid=False, first_broken=int(row.seq))
                expected, previous = expected + 1, row.hash
        return Verification(count, valid=True, first_broken=None)


def _link(seq: int, previous: str, entry: str) -> str:
    """Return the hash that ties an entry to all before it."""
    return hashlib.sha256(f"{seq}\n{previous}\n{entry}".encode()).hexdigest()


def _fits(row: Any, expected: int, previous: str) -> bool:
    """Tell whether an entry stands where and as it was written."""
    return (
        row.seq == expected
        and row.previous == previous
        and row.hash == _link(row.seq, row.previous, row.entry)
        and json.loads(row.entry)["ticket"] == row.ticket
    )
