"""The decision ledger on PostgreSQL: whatever is done to a written row is found and named."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from laksana.database.connection import open_database
from laksana.gates.ledger import DecisionLedger, Verification
from laksana.records import GateDecision

AT = datetime(2026, 11, 23, 3, 4, 5, 678901, tzinfo=UTC)
DECISION = GateDecision(
    ticket="SD-2026-000001",
    dag_id="permohonan-sub-domain",
    run_id="SD-2026-000001",
    task_id="langkah_02",
    role="kabid-ti",
    outcome="teruskan",
    note="Tindak lanjuti — segera",
    fields={"instruksi": "sesuai ketentuan"},
    answered_by="kabid.ti",
    answered_by_name="Budi",
    capacity="definitif",
    opened_at=AT.isoformat(),
    answered_at=AT.isoformat(),
    spec_digest="ab" * 32,
)

FORGED = "INSERT INTO ledger SELECT {}, at, ticket, entry, hash, repeat('a', 64), 'palsu' FROM ledger WHERE seq = {}"


def decision(number: int) -> GateDecision:
    moment = (AT + timedelta(minutes=number)).isoformat()
    return replace(DECISION, task_id=f"langkah_{number:02d}", answered_at=moment, note=f"catatan {number}")


@pytest.fixture
def ledger(clean_database: str) -> DecisionLedger:
    return DecisionLedger(open_database(clean_database))


@pytest.fixture
def five(ledger: DecisionLedger) -> DecisionLedger:
    for number in range(1, 6):
        ledger.append(decision(number), at=AT)
    return ledger


def tamper(url: str, *statements: str) -> None:
    with open_database(url).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_empty_ledger_is_valid(ledger: DecisionLedger) -> None:
    assert ledger.verify() == Verification(0, valid=True, first_broken=None)


def test_entries_come_back_as_they_were_written(five: DecisionLedger) -> None:
    assert five.entries() == [decision(number) for number in range(1, 6)]
    assert five.verify() == Verification(5, valid=True, first_broken=None)


def test_entries_of_one_ticket(five: DecisionLedger) -> None:
    other = replace(DECISION, ticket="SD-2026-000002", run_id="SD-2026-000002")
    five.append(other, at=AT)

    assert five.entries("SD-2026-000002") == [other]


def test_same_answer_is_one_entry(ledger: DecisionLedger) -> None:
    first = ledger.append(DECISION, at=AT)

    assert ledger.append(DECISION, at=AT + timedelta(hours=1)) == first
    assert ledger.verify() == Verification(1, valid=True, first_broken=None)


def test_time_zone_of_the_session_does_not_matter(clean_database: str, five: DecisionLedger) -> None:
    engine = create_engine(clean_database, connect_args={"options": "-c timezone=Asia/Jakarta"})

    assert DecisionLedger(engine).verify().valid
    assert five.verify().valid
    engine.dispose()


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["UPDATE ledger SET entry = replace(entry, 'teruskan', 'tolak') WHERE seq = 3"], 3),
        (["UPDATE ledger SET entry = entry || ' ' WHERE seq = 1"], 1),
        (["UPDATE ledger SET ticket = 'SD-2026-000009' WHERE seq = 4"], 4),
        (["UPDATE ledger SET at = at + interval '1 second' WHERE seq = 2"], 2),
        (["UPDATE ledger SET once_key = 'lain' WHERE seq = 2"], 2),
        (["UPDATE ledger SET previous = repeat('0', 64) WHERE seq = 5"], 5),
        (["UPDATE ledger SET hash = repeat('f', 64) WHERE seq = 2"], 2),
        (["DELETE FROM ledger WHERE seq = 1"], 2),
        (["DELETE FROM ledger WHERE seq = 3"], 4),
        (["DELETE FROM ledger WHERE seq = 3", "UPDATE ledger SET seq = seq - 1 WHERE seq = 4"], 3),
        (
            [
                FORGED.format(6, 5),
            ],
            6,
        ),
        (
            [
                "UPDATE ledger SET seq = 90 WHERE seq = 2",
                "UPDATE ledger SET seq = 2 WHERE seq = 3",
                "UPDATE ledger SET seq = 3 WHERE seq = 90",
            ],
            2,
        ),
        (
            [
                "UPDATE ledger SET seq = 90 WHERE seq = 5",
                FORGED.format(5, 4),
                "UPDATE ledger SET seq = 6 WHERE seq = 90",
            ],
            5,
        ),
    ],
)
def test_touched_ledger_names_the_first_entry_that_does_not_fit(
    clean_database: str, five: DecisionLedger, statements: list[str], broken: int
) -> None:
    tamper(clean_database, *statements)

    found = five.verify()

    assert (found.valid, found.first_broken) == (False, broken)


def test_broken_ledger_still_counts_all_its_entries(clean_database: str, five: DecisionLedger) -> None:
    tamper(clean_database, "UPDATE ledger SET ticket = 'x' WHERE seq = 2")

    assert five.verify() == Verification(5, valid=False, first_broken=2)


def test_concurrent_answers_make_one_chain(clean_database: str) -> None:
    """Four engines stand for four processes; each answer comes twice, as a retry would."""
    engines = [create_engine(clean_database, pool_size=8) for _ in range(4)]
    start = threading.Barrier(32)

    def one(index: int) -> str:
        start.wait()
        return DecisionLedger(engines[index % 4]).append(decision(index // 2), at=AT + timedelta(seconds=index))

    with ThreadPoolExecutor(32) as pool:
        hashes = list(pool.map(one, range(32)))
    found = DecisionLedger(engines[0]).verify()
    for engine in engines:
        engine.dispose()

    assert found == Verification(16, valid=True, first_broken=None)
    assert len(set(hashes)) == 16
