"""The service registry on PostgreSQL: a living name has one holder."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine

from laksana.database.connection import open_database
from laksana.registry.services import ACTIVE, REMOVED, RESERVED, Service, ServiceRegistry

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
WANTED = Service(
    "subdomain", "perikanan.gresikkab.go.id", "Dinas Perikanan", "Siti", {"port": 80}, "proxy", "T1", RESERVED, AT
)


@pytest.fixture
def registry(clean_database: str) -> ServiceRegistry:
    return ServiceRegistry(open_database(clean_database))


def test_reserved_name_is_the_tickets_own(registry: ServiceRegistry) -> None:
    assert registry.reserve(WANTED) == WANTED
    assert registry.find("subdomain", WANTED.name) == WANTED
    assert registry.find("vps", WANTED.name) is None


def test_same_ticket_again_keeps_its_row(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.activate("subdomain", WANTED.name, ticket="T1", at=LATER)

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
    registry.activate("subdomain", WANTED.name, ticket="T1", at=AT)
    registry.remove("subdomain", WANTED.name, ticket="T1", at=LATER)
    registry.remove("subdomain", WANTED.name, ticket="T1", at=LATER + timedelta(hours=1))

    assert registry.find("subdomain", WANTED.name) is None
    assert registry.reserve(replace(WANTED, ticket="T2")).ticket == "T2"
    assert [(row.ticket, row.state) for row in registry.list(living=False)] == [("T1", REMOVED), ("T2", RESERVED)]
    assert registry.list(living=False)[0].since == LATER


def test_nobody_moves_the_name_of_another_ticket(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)

    registry.activate("subdomain", WANTED.name, ticket="T2", at=LATER)
    registry.remove("subdomain", WANTED.name, ticket="T2", at=LATER)

    assert registry.find("subdomain", WANTED.name) == WANTED


def test_removed_name_does_not_come_back_to_life(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.remove("subdomain", WANTED.name, ticket="T1", at=AT)
    registry.activate("subdomain", WANTED.name, ticket="T1", at=LATER)

    assert registry.find("subdomain", WANTED.name) is None


def test_list_takes_one_kind(registry: ServiceRegistry) -> None:
    registry.reserve(WANTED)
    registry.reserve(replace(WANTED, kind="vps", name="vps-1"))

    assert [row.name for row in registry.list(kind="vps")] == ["vps-1"]
    assert [row.kind for row in registry.list()] == ["subdomain", "vps"]


def test_race_for_a_name_has_one_winner(clean_database: str) -> None:
    engines = [create_engine(clean_database, pool_size=8) for _ in range(4)]
    start = threading.Barrier(24)

    def one(index: int) -> str:
        start.wait()
        return ServiceRegistry(engines[index % 4]).reserve(replace(WANTED, ticket=f"T{index}")).ticket

    with ThreadPoolExecutor(24) as pool:
        holders = set(pool.map(one, range(24)))
    rows = ServiceRegistry(engines[0]).list(living=False)
    for engine in engines:
        engine.dispose()

    assert len(holders) == 1
    assert [row.ticket for row in rows] == list(holders)


def test_name_that_is_let_go_during_the_race_goes_to_one_of_the_others(clean_database: str) -> None:
    engines = [create_engine(clean_database, pool_size=8) for _ in range(2)]
    ServiceRegistry(engines[0]).reserve(WANTED)
    start = threading.Barrier(9)

    def let_go() -> str:
        start.wait()
        ServiceRegistry(engines[0]).remove("subdomain", WANTED.name, ticket="T1", at=LATER)
        return "T1"

    def one(index: int) -> str:
        start.wait()
        return ServiceRegistry(engines[1]).reserve(replace(WANTED, ticket=f"N{index}")).ticket

    with ThreadPoolExecutor(9) as pool:
        ended = pool.submit(let_go)
        holders = {item.result() for item in [pool.submit(one, index) for index in range(8)]}
        ended.result()
    living = ServiceRegistry(engines[0]).list()
    for engine in engines:
        engine.dispose()

    assert len(holders - {"T1"}) <= 1
    assert len(living) <= 1
