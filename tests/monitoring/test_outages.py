"""Outages: one is open at a time, from the first look that saw it to the look that saw it over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from laksana.monitoring.outages import Outages

AT = datetime(2026, 11, 25, 1, tzinfo=UTC)


@pytest.fixture
def outages(engine: Engine) -> Outages:
    return Outages(engine)


def test_outage_goes_on_as_it_began_however_often_it_is_seen(outages: Outages) -> None:
    outages.begin("vps", "lelang", ticket="SD-1", cause="SSH tidak menjawab", at=AT)
    outages.begin("vps", "lelang", ticket="SD-2", cause="menolak koneksi", at=AT + timedelta(days=1))

    (found,) = outages.open_ones()
    assert (found.began_at, found.found_by, found.cause) == (AT, "SD-1", "SSH tidak menjawab")


def test_outage_ends_once_and_says_whether_it_was_mended(outages: Outages) -> None:
    outages.begin("vps", "lelang", ticket="SD-1", cause="mati", at=AT)
    outages.end("vps", "lelang", ticket="SD-1", at=AT + timedelta(minutes=7), repaired=True)
    outages.end("vps", "lelang", ticket="SD-9", at=AT + timedelta(days=7), repaired=False)

    (found,) = outages.of_service("vps", "lelang")
    assert (found.ended_at, found.ended_by, found.repaired) == (AT + timedelta(minutes=7), "SD-1", True)
    assert outages.open_ones() == []


def test_service_can_go_down_again(outages: Outages) -> None:
    for day in (0, 3):
        outages.begin("vps", "lelang", ticket=f"SD-{day}", cause="mati", at=AT + timedelta(days=day))
        outages.end("vps", "lelang", ticket=f"SD-{day}", at=AT + timedelta(days=day, hours=1), repaired=True)

    assert len(outages.of_service("vps", "lelang")) == 2
    assert [item.found_by for item in outages.of_case("SD-3")] == ["SD-3"]


def test_end_without_an_outage_changes_nothing(outages: Outages) -> None:
    outages.end("vps", "lelang", ticket="SD-1", at=AT, repaired=False)

    assert outages.of_service("vps", "lelang") == []
