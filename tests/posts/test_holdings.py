"""Who holds a role is read from the table, for a given day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from laksana.database.connection import open_database
from laksana.posts.holders import Holders, Holding

BUDI = Holding("kabid-ti", "budi", "Budi", "Pembina (IV/a)", "1", "Dinas Kominfo", date(2026, 1, 1))
PLH = replace(BUDI, username="rina", capacity="plh", valid_from=date(2026, 3, 2), valid_until=date(2026, 3, 6))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), set()),
        (date(2026, 1, 1), {"budi"}),
        (date(2026, 3, 1), {"budi"}),
        (date(2026, 3, 2), {"budi", "rina"}),
        (date(2026, 3, 6), {"budi", "rina"}),
        (date(2026, 3, 7), {"budi"}),
    ],
)
def test_first_and_last_day_count(clean_database: str, day: date, expected: set[str]) -> None:
    database = open_database(clean_database)
    Holders(database).enter([BUDI, PLH])

    assert Holders(database).logins("kabid-ti", day) == expected


def test_other_roles_are_not_mixed_in(clean_database: str) -> None:
    database = open_database(clean_database)
    Holders(database).enter([BUDI, replace(BUDI, role="analis", username="ani")])

    assert Holders(database).logins("analis", date(2026, 2, 1)) == {"ani"}


def test_entering_again_leaves_what_a_person_changed(clean_database: str) -> None:
    database = open_database(clean_database)
    Holders(database).enter([BUDI])
    with database.begin() as connection:
        connection.execute(text("UPDATE holder SET valid_until = '2026-06-30'"))

    Holders(database).enter([BUDI])
    Holders(database).enter([])

    assert Holders(database).logins("kabid-ti", date(2026, 7, 1)) == set()
