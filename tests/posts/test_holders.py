"""Who may act for a post on a day."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert

from laksana.database.connection import open_database
from laksana.database.tables import holder
from laksana.posts.holders import POSITIONS, Holders
from laksana.spec.model import slug_of

ROWS = [
    {"role": "kabid-ti", "username": "rina", "name": "Rina", "capacity": "plh", "decree": "SPT 12/2026",
     "valid_from": date(2026, 3, 2), "valid_until": date(2026, 3, 6)},
    {"role": "kabid-ti", "username": "budi", "name": "Budi", "rank": "Pembina (IV/a)", "nip": "19800101",
     "valid_from": date(2026, 1, 1), "valid_until": None},
    {"role": "kabid-spbe", "username": "sari", "name": "Sari", "valid_from": date(2026, 1, 1),
     "valid_until": date(2026, 6, 30)},
]  # fmt: skip


@pytest.fixture
def holders(clean_database: str) -> Holders:
    with open_database(clean_database).begin() as connection:
        for row in ROWS:
            connection.execute(insert(holder).values(**row))
    return Holders(open_database(clean_database))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), []),
        (date(2026, 1, 1), ["budi"]),
        (date(2026, 3, 1), ["budi"]),
        (date(2026, 3, 2), ["budi", "rina"]),
        (date(2026, 3, 6), ["budi", "rina"]),
        (date(2026, 3, 7), ["budi"]),
    ],
)
def test_first_and_last_day_count_and_the_definitive_holder_comes_first(
    holders: Holders, day: date, expected: list[str]
) -> None:
    assert [person.username for person in holders.of_role("kabid-ti", day)] == expected


def test_term_that_has_ended_holds_no_longer(holders: Holders) -> None:
    assert holders.of_role("kabid-spbe", date(2026, 6, 30))
    assert holders.of_role("kabid-spbe", date(2026, 7, 1)) == []


def test_person_is_found_with_post_and_capacity(holders: Holders) -> None:
    person = holders.find("kabid-ti", "rina", date(2026, 3, 3))

    assert person is not None
    assert (person.position, person.capacity, person.decree) == (
        "Kepala Bidang Teknologi dan Informatika", "plh", "SPT 12/2026",
    )  # fmt: skip
    assert holders.find("kabid-spbe", "rina", date(2026, 3, 3)) is None


def test_every_performer_of_the_sops_has_a_full_name() -> None:
    performers = ("Kabid SPBE", "Kabid TI", "Pranata Komputer Ahli Muda", "Analis Sistem Informasi", "Kepala Dinas")

    assert {slug_of(name) for name in performers} <= set(POSITIONS)
