"""Who may hand in a request and who may see a case, by the holders of the day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert

from laksana.database.connection import open_database
from laksana.database.tables import holder
from laksana.posts.holders import Holders
from laksana.servicedesk.api import Ticket
from laksana.webservice.access import is_applicant, may_see

DAY = date(2026, 11, 23)
TICKET = Ticket("T1", "sop", "http", "kabid.spbe", {}, "diterima", "T1", False, datetime(2026, 11, 23, tzinfo=UTC))  # noqa: FBT003  # a record's columns
PEOPLE = {
    "kabid.spbe": "kabid-spbe",
    "spbe.lain": "kabid-spbe",
    "kabid.ti": "kabid-ti",
    "pranata": "pranata-komputer-ahli-muda",
    "analis": "analis-sistem-informasi",
    "kepala.dinas": "kepala-dinas",
    "auditor": "auditor",
}


@pytest.fixture
def holders(clean_database: str) -> Holders:
    with open_database(clean_database).begin() as connection:
        for username, role in PEOPLE.items():
            connection.execute(insert(holder).values(role=role, username=username, name=username, valid_from=DAY))
    return Holders(open_database(clean_database))


@pytest.mark.parametrize("username", [*PEOPLE, "admin", "laksana", ""])
def test_only_applicants_hand_in(holders: Holders, username: str) -> None:
    assert is_applicant(holders, username, DAY) is (PEOPLE.get(username) == "kabid-spbe")


@pytest.mark.parametrize("username", [*PEOPLE, "admin", "laksana", ""])
def test_applicants_see_their_own_and_posts_see_all(holders: Holders, username: str) -> None:
    stranger = username in {"spbe.lain", "admin", "laksana", ""}

    assert may_see(holders, username, TICKET, DAY) is not stranger


def test_post_that_is_not_held_yet_sees_nothing(holders: Holders) -> None:
    assert not may_see(holders, "kabid.ti", TICKET, date(2026, 11, 22))
