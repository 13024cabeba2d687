"""No two rounds of an SOP have a service at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from laksana.monitoring.claims import RoundClaims

AT = datetime(2026, 11, 25, 1, tzinfo=UTC)
SLUG = "monitoring-layanan-hosting"
PAIRS = [("hosting", "a"), ("hosting", "b")]


@pytest.fixture
def claims(engine: Engine) -> RoundClaims:
    return RoundClaims(engine)


def test_claimed_service_is_the_first_rounds_until_it_lets_go(claims: RoundClaims) -> None:
    assert claims.claim(SLUG, PAIRS, ticket="SD-1", at=AT) == {}
    assert claims.claim(SLUG, PAIRS, ticket="SD-1", at=AT) == {}
    assert claims.claim(SLUG, [*PAIRS, ("hosting", "c")], ticket="SD-2", at=AT) == dict.fromkeys(PAIRS, "SD-1")
    claims.release("SD-1")
    assert claims.claim(SLUG, PAIRS, ticket="SD-2", at=AT) == {}


def test_rounds_of_different_sops_do_not_meet(claims: RoundClaims) -> None:
    claims.claim(SLUG, PAIRS, ticket="SD-1", at=AT)

    assert claims.claim("pemeliharaan-layanan-hosting", PAIRS, ticket="SD-2", at=AT) == {}


def test_of_many_rounds_at_once_exactly_one_has_each_service(claims: RoundClaims) -> None:
    start = threading.Barrier(8)

    def claim(number: int) -> set[tuple[str, str]]:
        start.wait()
        held = claims.claim(SLUG, PAIRS, ticket=f"SD-{number}", at=AT)
        return set(PAIRS) - set(held)

    with ThreadPoolExecutor(8) as pool:
        won = [pair for pairs in pool.map(claim, range(8)) for pair in pairs]

    assert sorted(won) == PAIRS


def test_round_over_nothing_claims_nothing(claims: RoundClaims) -> None:
    assert claims.claim(SLUG, [], ticket="SD-1", at=AT) == {}
