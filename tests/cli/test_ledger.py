"""``laksana ledger verify``: status 1 where the chain is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from laksana.database.connection import open_database
from laksana.gates.ledger import DecisionLedger
from tests.cli.conftest import Laksana
from tests.gates.test_ledger import AT, DECISION


@pytest.fixture
def written(clean_database: str) -> str:
    ledger = DecisionLedger(open_database(clean_database))
    for number in range(3):
        ledger.append(replace(DECISION, task_id=f"langkah_{number}"), at=AT)
    return clean_database


def test_sound_chain(laksana: Laksana, written: str) -> None:
    done = laksana("ledger", "verify", "--json", database_url=written)

    assert (done.status, done.json()) == (0, {"entries": 3, "valid": True, "first_broken": None})


def test_broken_chain(laksana: Laksana, written: str) -> None:
    with open_database(written).begin() as connection:
        connection.execute(text("UPDATE ledger SET entry = replace(entry, 'teruskan', 'tolak') WHERE seq = 2"))

    done = laksana("ledger", "verify", "--json", database_url=written)
    said = laksana("ledger", "verify", database_url=written)

    assert (done.status, done.json()) == (1, {"entries": 3, "valid": False, "first_broken": 2})
    assert (said.status, said.output) == (1, "3 entries, broken at 2\n")


def test_migrating_again_changes_nothing(laksana: Laksana, written: str) -> None:
    assert laksana("database", "migrate", database_url=written).status == 0
    assert laksana("ledger", "verify", database_url=written).status == 0
