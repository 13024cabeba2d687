"""More resources for a server: reserved, added, taken back, let go; each once, whatever is tried again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from laksana.errors import RegistryError
from laksana.registry.model import CHANGED, REMOVED, RESERVED, SETTLED, Growth, Shortage
from laksana.registry.services import ServiceRegistry
from tests.registry.conftest import AT, LATER, LIMITS, SERVER, SIZES, Race

MORE = {"vcpu": 2, "memory_mb": 1024, "disk_gb": 0}
GROWN = {"vcpu": 4, "memory_mb": 3072, "disk_gb": 20}


@pytest.fixture
def registry(registry: ServiceRegistry) -> ServiceRegistry:
    """Return a registry with one server in use."""
    registry.reserve(SERVER)
    registry.activate("vps", "vps-1", ticket="T1", at=AT)
    return registry


def reserve(
    registry: ServiceRegistry, *, ticket: str = "G1", growth: dict[str, int] = MORE, name: str = "vps-1"
) -> Growth | Shortage | None:
    return registry.reserve_growth("vps", name, ticket=ticket, growth=growth, limits=LIMITS, at=LATER)


def sizes(registry: ServiceRegistry) -> dict[str, int]:
    return dict(registry.list(kind="vps")[0].specification)


def kinds(registry: ServiceRegistry) -> list[tuple[str, str]]:
    return [(event.kind, event.ticket) for event in registry.history("vps", "vps-1")][2:]


def test_reserved_growth_changes_no_size_and_is_found_again(registry: ServiceRegistry) -> None:
    assert reserve(registry) == reserve(registry) == Growth("G1", MORE, RESERVED)
    assert sizes(registry) == SIZES
    assert registry.growths() == [Growth("G1", MORE, RESERVED)]
    assert kinds(registry) == [(RESERVED, "G1")]


def test_settled_growth_is_added_once(registry: ServiceRegistry) -> None:
    reserve(registry)
    for _ in range(2):
        registry.settle_growth("vps", "vps-1", ticket="G1", at=LATER)

    assert sizes(registry) == GROWN
    assert registry.growths() == []
    assert registry.growths(state=SETTLED) == [Growth("G1", MORE, SETTLED)]
    assert reserve(registry) == Growth("G1", MORE, SETTLED)
    assert kinds(registry) == [(RESERVED, "G1"), (CHANGED, "G1")]
    assert registry.history("vps", "vps-1")[-1].before == {"specification": SIZES}


def test_reverted_growth_is_taken_back_once_and_can_be_tried_anew(registry: ServiceRegistry) -> None:
    reserve(registry)
    registry.settle_growth("vps", "vps-1", ticket="G1", at=LATER)
    for _ in range(2):
        registry.revert_growth("vps", "vps-1", ticket="G1", at=LATER)

    assert sizes(registry) == SIZES
    assert reserve(registry) == Growth("G1", MORE, RESERVED)


def test_dropped_growth_frees_the_server_and_is_noted(registry: ServiceRegistry) -> None:
    reserve(registry)
    for _ in range(2):
        registry.drop_growth("vps", "vps-1", ticket="G1", at=LATER)

    assert sizes(registry) == SIZES
    assert registry.growths() == []
    assert kinds(registry) == [(RESERVED, "G1"), (REMOVED, "G1")]
    assert reserve(registry, ticket="G2") == Growth("G2", MORE, RESERVED)


def test_added_growth_is_not_dropped(registry: ServiceRegistry) -> None:
    reserve(registry)
    registry.settle_growth("vps", "vps-1", ticket="G1", at=LATER)
    registry.drop_growth("vps", "vps-1", ticket="G1", at=LATER)

    assert sizes(registry) == GROWN


def test_growth_that_was_let_go_can_not_be_added(registry: ServiceRegistry) -> None:
    reserve(registry)
    registry.drop_growth("vps", "vps-1", ticket="G1", at=LATER)

    with pytest.raises(RegistryError, match="ticket G1: no growth is reserved"):
        registry.settle_growth("vps", "vps-1", ticket="G1", at=LATER)

    assert sizes(registry) == SIZES


def test_second_growth_of_a_server_waits_for_the_first(registry: ServiceRegistry) -> None:
    reserve(registry)

    assert reserve(registry, ticket="G2") == Shortage("growth")
    assert [growth.ticket for growth in registry.growths()] == ["G1"]


def test_renewed_growth_counts_once(registry: ServiceRegistry) -> None:
    reserve(registry, growth={"memory_mb": 6000})

    assert reserve(registry, growth={"memory_mb": 6144}) == Growth("G1", {"memory_mb": 6144}, RESERVED)
    assert kinds(registry) == [(RESERVED, "G1"), (REMOVED, "G1"), (RESERVED, "G1")]


def test_growth_that_became_too_large_is_let_go(registry: ServiceRegistry) -> None:
    reserve(registry)

    assert reserve(registry, growth={"memory_mb": 6145}) == Shortage("memory_mb", 6145, 6144)
    assert registry.growths() == []


def test_growth_counts_what_is_reserved_for_other_servers(registry: ServiceRegistry) -> None:
    registry.reserve(replace(SERVER, name="vps-2", ticket="T2"))
    registry.activate("vps", "vps-2", ticket="T2", at=AT)
    reserve(registry, growth={"memory_mb": 4000})

    assert reserve(registry, ticket="G2", name="vps-2", growth={"memory_mb": 97}) == Shortage("memory_mb", 97, 96)
    assert reserve(registry, ticket="G2", name="vps-2", growth={"memory_mb": 96}) == Growth(
        "G2", {"memory_mb": 96}, RESERVED
    )


def test_form_that_names_another_server_moves_the_growth(registry: ServiceRegistry) -> None:
    registry.reserve(replace(SERVER, name="vps-2", ticket="T2"))
    registry.activate("vps", "vps-2", ticket="T2", at=AT)
    reserve(registry)
    reserve(registry, name="vps-2")

    registry.settle_growth("vps", "vps-2", ticket="G1", at=LATER)

    assert [dict(row.specification) for row in registry.list(kind="vps")] == [SIZES, GROWN]
    assert kinds(registry) == [(RESERVED, "G1"), (REMOVED, "G1")]
    with pytest.raises(RegistryError, match="has added resources to another already"):
        reserve(registry)


def test_server_that_is_not_in_use_does_not_grow(registry: ServiceRegistry) -> None:
    registry.reserve(replace(SERVER, name="vps-2", ticket="T2"))
    reserve(registry)

    assert reserve(registry, name="vps-2") is None
    assert reserve(registry, name="vps-3") is None
    assert registry.growths() == []


def test_growth_never_takes_away(registry: ServiceRegistry) -> None:
    with pytest.raises(RegistryError, match="takes away"):
        reserve(registry, growth={"memory_mb": -1})


def test_removed_server_takes_its_reserved_growth_with_it(registry: ServiceRegistry) -> None:
    reserve(registry)
    registry.remove("vps", "vps-1", ticket="T1", at=LATER)

    assert registry.growths() == []
    with pytest.raises(RegistryError, match="no growth is reserved"):
        registry.settle_growth("vps", "vps-1", ticket="G1", at=LATER)


def test_race_for_growth_of_one_server_has_one_winner(registry: ServiceRegistry, race: Race) -> None:
    found = race(lambda each, index: reserve(each, ticket=f"G{index}"), 10)

    assert sum(isinstance(item, Growth) for item in found) == 1
    assert len(registry.growths()) == 1


def test_settling_at_once_adds_once(registry: ServiceRegistry, race: Race) -> None:
    reserve(registry)
    race(lambda each, _: each.settle_growth("vps", "vps-1", ticket="G1", at=LATER), 6)

    assert sizes(registry) == GROWN
