"""The service registry on PostgreSQL: a living name has one holder, and its history tells how it came to that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from laksana.database.connection import open_database
from laksana.errors import RegistryError
from laksana.registry.model import ACTIVE, CHANGED, IMPORTED, REMOVED, RESERVED, Shortage
from laksana.registry.services import ServiceRegistry
from tests.registry.conftest import AT, LATER, NAME, SERVER, WANTED, Race


def test_reserved_name_is_the_tickets_own(registry: ServiceRegistry) -> None:
    assert registry.reserve(WANTED) == WANTED
    assert registry.find("subdomain", NAME) == WANTED
    assert registry.find("vps", NAME) is None


def test_same_wish_again_changes_nothing_and_adds_no_history(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)

    assert registry.reserve(replace(WANTED, since=LATER)) == WANTED
    assert [event.kind for event in registry.history("subdomain", NAME)] == [RESERVED]


def test_same_ticket_again_keeps_the_row_that_is_in_use(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.activate("subdomain", NAME, ticket="T1", at=LATER)

    again = registry.reserve(replace(WANTED, since=LATER + timedelta(hours=1), owner="Lain"))

    assert again == replace(WANTED, state=ACTIVE, since=LATER)
    assert len(registry.list(living=False)) == 1


def test_other_ticket_gets_the_holders_row(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)

    assert registry.reserve(replace(WANTED, ticket="T2")).ticket == "T1"


def test_same_name_of_another_kind_is_another_service(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)

    assert registry.reserve(replace(WANTED, kind="hosting", ticket="T2")).ticket == "T2"


def test_removed_name_is_free_and_its_history_stays(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.activate("subdomain", NAME, ticket="T1", at=AT)
    registry.remove("subdomain", NAME, ticket="T1", at=LATER)
    registry.remove("subdomain", NAME, ticket="T1", at=LATER + timedelta(hours=1))

    assert registry.find("subdomain", NAME) is None
    assert registry.reserve(replace(WANTED, ticket="T2")).ticket == "T2"
    assert [(row.ticket, row.state) for row in registry.list(living=False)] == [("T1", REMOVED), ("T2", RESERVED)]
    assert registry.list(living=False)[0].since == LATER
    kinds = [(event.kind, event.ticket) for event in registry.history("subdomain", NAME)]
    assert kinds == [(RESERVED, "T1"), (ACTIVE, "T1"), (REMOVED, "T1"), (RESERVED, "T2")]


def test_nobody_moves_the_name_of_another_ticket(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)

    registry.activate("subdomain", NAME, ticket="T2", at=LATER)
    registry.remove("subdomain", NAME, ticket="T2", at=LATER)

    assert registry.find("subdomain", NAME) == WANTED


def test_removed_name_does_not_come_back_to_life(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.remove("subdomain", NAME, ticket="T1", at=AT)
    registry.activate("subdomain", NAME, ticket="T1", at=LATER)

    assert registry.find("subdomain", NAME) is None


def test_activation_enters_the_renewal_date_once(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.activate("subdomain", NAME, ticket="T1", at=LATER, expires_on=date(2027, 11, 23))
    registry.activate("subdomain", NAME, ticket="T1", at=LATER, expires_on=date(2030, 1, 1))

    *_, last = registry.history("subdomain", NAME)

    assert registry.list()[0].expires_on == date(2027, 11, 23)
    assert last.after == {"state": ACTIVE, "since": LATER.isoformat(), "expires_on": "2027-11-23"}
    assert last.before == {"state": RESERVED, "since": AT.isoformat(), "expires_on": None}


def test_renewal_with_other_wishes_keeps_nothing_of_the_old_ones(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.describe("subdomain", NAME, ticket="T1", facts={"seen": "port 80"}, at=LATER)

    renewed = registry.reserve(replace(WANTED, specification={"port": 8080}, contact="Budi", since=LATER))

    assert renewed == replace(WANTED, specification={"port": 8080}, contact="Budi")
    assert registry.find("subdomain", NAME) == renewed
    assert registry.history("subdomain", NAME)[-1].after == {"contact": "Budi", "specification": {"port": 8080}}


def test_renewal_with_the_same_wishes_keeps_what_was_found_out(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.describe("subdomain", NAME, ticket="T1", facts={"seen": "port 80"}, at=LATER)

    assert registry.reserve(WANTED).specification == {"port": 80, "seen": "port 80"}


def test_ticket_that_wants_another_name_lets_the_first_go(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.reserve(replace(SERVER, ticket="T1"))

    registry.reserve(replace(WANTED, name="laut.gresikkab.go.id", since=LATER))

    assert [(row.kind, row.name) for row in registry.list()] == [
        ("subdomain", "laut.gresikkab.go.id"),
        ("vps", "vps-1"),
    ]
    assert registry.history("subdomain", NAME)[-1].kind == REMOVED


def test_withdrawal_after_the_form_named_another_lets_the_first_go(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)

    registry.remove("subdomain", "laut.gresikkab.go.id", ticket="T1", at=LATER)

    assert registry.list() == []


def test_ticket_keeps_the_service_in_use_when_it_wants_another(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.activate("subdomain", NAME, ticket="T1", at=AT)

    registry.reserve(replace(WANTED, name="laut.gresikkab.go.id", since=LATER))

    assert [row.state for row in registry.list()] == [RESERVED, ACTIVE]


def test_fact_is_kept_and_noted_once(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    for _ in range(2):
        registry.describe("subdomain", NAME, ticket="T1", facts={"serial": 7}, at=LATER)

    events = registry.history("subdomain", NAME)

    assert [event.kind for event in events] == [RESERVED, CHANGED]
    assert events[-1].before == {"specification": {"port": 80}}
    assert events[-1].after == {"specification": {"port": 80, "serial": 7}}


def test_fact_of_another_ticket_is_refused(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)

    with pytest.raises(RegistryError, match="ticket T2 has no such row"):
        registry.describe("subdomain", NAME, ticket="T2", facts={"serial": 7}, at=LATER)


@pytest.mark.parametrize(
    "specification",
    [
        {"password": "Rahasia-123"},
        {"db": {"Kata_Sandi": "Rahasia-123"}},
        {"list": [{"api_token": "Rahasia-123"}]},
        {"key": "-----BEGIN OPENSSH PRIVATE KEY-----\nRahasia-123"},
    ],
    ids=lambda specification: next(iter(specification)),
)
def test_secret_is_refused_at_every_entrance_and_not_shown(
    registry: ServiceRegistry, specification: dict[str, object]
) -> None:
    wanted = replace(WANTED, specification=specification)
    registry.reserve(SERVER)

    for enter in (
        lambda: registry.reserve(wanted),
        lambda: registry.reserve_room(wanted, limits={}, at=AT),
        lambda: registry.enter([wanted]),
        lambda: registry.describe("vps", "vps-1", ticket="T1", facts=specification, at=AT),
    ):
        with pytest.raises(RegistryError, match="looks like a secret") as caught:
            enter()
        assert "Rahasia-123" not in str(caught.value)
    assert [row.name for row in registry.list()] == ["vps-1"]


def test_list_takes_one_kind(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.reserve(SERVER)

    assert [row.name for row in registry.list(kind="vps")] == ["vps-1"]
    assert [row.kind for row in registry.list()] == ["subdomain", "vps"]


def test_change_without_its_history_does_not_happen(registry: ServiceRegistry, clean_database: str) -> None:
    registry.reserve(WANTED)
    with open_database(clean_database).begin() as connection:
        connection.execute(text("ALTER TABLE service_event ADD CONSTRAINT no_event CHECK (kind = 'dipesan')"))
    try:
        with pytest.raises(Exception, match="no_event"):
            registry.remove("subdomain", NAME, ticket="T1", at=LATER)
    finally:
        with open_database(clean_database).begin() as connection:
            connection.execute(text("ALTER TABLE service_event DROP CONSTRAINT no_event"))

    assert registry.find("subdomain", NAME) == WANTED


def test_estate_is_entered_whole(registry: ServiceRegistry) -> None:
    rows = [replace(WANTED, state=ACTIVE, ticket="impor-2026-11-23"), replace(SERVER, state=ACTIVE)]

    registry.enter(rows)

    assert registry.list() == rows
    assert [event.kind for event in registry.history("vps", "vps-1")] == [IMPORTED]


def test_estate_with_a_registered_name_is_refused_whole(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)

    with pytest.raises(RegistryError, match=rf"nothing was entered: subdomain {NAME}"):
        registry.enter([replace(SERVER, state=ACTIVE), replace(WANTED, state=ACTIVE)])

    assert registry.list() == [WANTED]


def test_race_for_a_name_has_one_winner(registry: ServiceRegistry, race: Race) -> None:
    holders = set(race(lambda each, index: each.reserve(replace(WANTED, ticket=f"T{index}")).ticket, 10))

    assert len(holders) == 1
    assert {row.ticket for row in registry.list(living=False)} == holders
    assert len(registry.history("subdomain", NAME)) == 1


def test_retries_of_one_ticket_at_once_make_one_row(registry: ServiceRegistry, race: Race) -> None:
    assert set(map(type, race(lambda each, _: each.reserve(WANTED), 10))) == {type(WANTED)}
    assert len(registry.list(living=False)) == 1


def test_name_that_is_let_go_during_the_race_goes_to_one_of_the_others(registry: ServiceRegistry, race: Race) -> None:
    registry.reserve(WANTED)

    def one(each: ServiceRegistry, index: int) -> object:
        if index == 0:
            return each.remove("subdomain", NAME, ticket="T1", at=LATER)
        return each.reserve(replace(WANTED, ticket=f"N{index}")).ticket

    holders = set(race(one, 10)) - {None, "T1"}

    assert len(holders) <= 1
    assert {row.ticket for row in registry.list()} == holders


def test_room_that_is_short_leaves_nothing_reserved(registry: ServiceRegistry) -> None:
    registry.reserve_room(SERVER, limits={"memory_mb": 2048}, at=AT)

    short = registry.reserve_room(
        replace(SERVER, specification={"memory_mb": 4096}), limits={"memory_mb": 2048}, at=LATER
    )

    assert short == Shortage("memory_mb", 4096, 2048)
    assert registry.list() == []
