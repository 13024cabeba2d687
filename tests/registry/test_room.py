"""Room is given away once: the sum of all reservations stays within the limits, whoever asks when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from laksana.registry.model import RESERVED, Growth, Service, Shortage, amount
from laksana.registry.services import ServiceRegistry
from tests.registry.conftest import AT, LATER, LIMITS, SERVER, SIZES, WANTED, Race

POOL = tuple(f"10.78.0.{number}" for number in range(20, 24))


def memory_given_away(registry: ServiceRegistry) -> int:
    grown = sum(amount(growth.growth, "memory_mb") for growth in registry.growths())
    return grown + sum(amount(row.specification, "memory_mb") for row in registry.list(kind="vps"))


def server(number: int, **sizes: int) -> Service:
    return replace(SERVER, name=f"vps-{number}", ticket=f"T{number}", specification={**SIZES, **sizes})


def test_race_for_more_memory_than_there_is_never_exceeds_it(registry: ServiceRegistry, race: Race) -> None:
    found = race(lambda each, index: each.reserve_room(server(index), limits=LIMITS, pool=POOL, at=AT), 10)

    shortages = [item for item in found if isinstance(item, Shortage)]
    rows = registry.list(kind="vps")
    assert memory_given_away(registry) == LIMITS["memory_mb"]
    assert len({row.specification["address"] for row in rows}) == len(rows) == 4
    assert {item.as_words() for item in shortages} == {"memori tidak mencukupi: diminta 2048 MB, tersedia 0 MB"}
    assert len(shortages) == 6


def test_race_of_servers_and_growths_never_exceeds_the_limit(registry: ServiceRegistry, race: Race) -> None:
    for number in range(2):
        registry.reserve_room(server(number, memory_mb=1024), limits=LIMITS, at=AT)
        registry.activate("vps", f"vps-{number}", ticket=f"T{number}", at=AT)

    def one(each: ServiceRegistry, index: int) -> object:
        if index % 2:
            return each.reserve_room(server(100 + index), limits=LIMITS, at=AT)
        growth = {"memory_mb": 2048}
        return each.reserve_growth(
            "vps", f"vps-{index // 2 % 2}", ticket=f"G{index}", growth=growth, limits=LIMITS, at=AT
        )

    found = race(one, 12)

    assert memory_given_away(registry) == LIMITS["memory_mb"]
    assert sum(isinstance(item, Shortage) for item in found) == 9
    assert all(isinstance(item, Shortage | Growth | Service) for item in found)


def test_race_for_addresses_gives_each_away_once(registry: ServiceRegistry, race: Race) -> None:
    small = {"vcpu": 1, "memory_mb": 1, "disk_gb": 1}
    found = race(lambda each, index: each.reserve_room(server(index, **small), limits=LIMITS, pool=POOL, at=AT), 8)

    addresses = [row.specification["address"] for row in registry.list(kind="vps")]
    assert sorted(addresses) == list(POOL)
    words = {item.as_words() for item in found if isinstance(item, Shortage)}
    assert words == {"tidak ada alamat IP yang tersisa"}


def test_ticket_that_asks_again_keeps_its_address(registry: ServiceRegistry) -> None:
    for number in range(2):
        registry.reserve_room(server(number), limits=LIMITS, pool=POOL, at=AT)
    registry.remove("vps", "vps-0", ticket="T0", at=AT)

    again = registry.reserve_room(server(1, vcpu=4), limits=LIMITS, pool=POOL, at=LATER)

    assert isinstance(again, Service)
    assert again.specification == {**SIZES, "vcpu": 4, "address": POOL[1]}


def test_address_that_left_the_pool_is_exchanged(registry: ServiceRegistry) -> None:
    registry.reserve_room(server(1), limits=LIMITS, pool=["10.9.9.9"], at=AT)

    again = registry.reserve_room(server(1), limits=LIMITS, pool=POOL, at=LATER)

    assert isinstance(again, Service)
    assert again.specification["address"] == POOL[0]


def test_address_of_a_server_elsewhere_is_not_given_away(registry: ServiceRegistry) -> None:
    registry.reserve(replace(server(1), place="pdn", specification={**SIZES, "address": POOL[0]}))

    found = registry.reserve_room(server(2), limits=LIMITS, pool=POOL, at=AT)

    assert isinstance(found, Service)
    assert found.specification["address"] == POOL[1]


def test_own_reservation_does_not_stand_in_its_own_way(registry: ServiceRegistry) -> None:
    registry.reserve_room(server(1, memory_mb=8000), limits=LIMITS, at=AT)

    again = registry.reserve_room(server(1, memory_mb=8192), limits=LIMITS, at=LATER)

    assert isinstance(again, Service)
    assert memory_given_away(registry) == 8192


def test_other_places_and_kinds_take_no_room(registry: ServiceRegistry) -> None:
    registry.reserve(replace(server(1, memory_mb=9999), place="pdn"))
    registry.reserve(replace(WANTED, specification={"memory_mb": 9999}))

    assert isinstance(registry.reserve_room(server(2), limits=LIMITS, at=AT), Service)


def test_held_name_is_told_before_a_shortage(registry: ServiceRegistry) -> None:
    registry.reserve_room(server(1), limits=LIMITS, at=AT)

    found = registry.reserve_room(replace(server(1, memory_mb=9999), ticket="T2"), limits=LIMITS, at=AT)

    assert isinstance(found, Service)
    assert found.ticket == "T1"


def test_reservation_is_one_whatever_state_was_asked_for(registry: ServiceRegistry) -> None:
    found = registry.reserve(replace(WANTED, state="aktif"))

    assert found.state == registry.list()[0].state == RESERVED


@pytest.mark.parametrize(
    ("short", "words"),
    [
        (Shortage("vcpu", 8, 3), "vCPU tidak mencukupi: diminta 8, tersedia 3"),
        (Shortage("disk_gb", 80, -5), "disk tidak mencukupi: diminta 80 GB, tersedia 0 GB"),
        (Shortage("quota_mb", 500, 20), "ruang tidak mencukupi: diminta 500 MB, tersedia 20 MB"),
        (Shortage("address"), "tidak ada alamat IP yang tersisa"),
        (Shortage("growth"), "penambahan lain untuk layanan ini sedang diproses"),
    ],
)
def test_shortage_says_why_in_bahasa_indonesia(short: Shortage, words: str) -> None:
    assert short.as_words() == words
