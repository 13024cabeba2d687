"""Looks at services: a retry replaces its own, the newest of several cases counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from laksana.monitoring.observations import BACKUP, RESOURCES, STATUS, Observation, Observations

AT = datetime(2026, 11, 25, 1, tzinfo=UTC)
UP = Observation("SD-1", 2, "hosting", "perikanan", STATUS, passed=True, record={"percent": {"disk": 5}}, at=AT)


@pytest.fixture
def looks(engine: Engine) -> Observations:
    return Observations(engine)


def test_look_comes_back_as_it_was(looks: Observations) -> None:
    looks.put(UP)

    assert looks.of_case("SD-1", STATUS) == {"hosting/perikanan": UP}
    assert looks.of_case("SD-1", BACKUP) == {}
    assert looks.of_case("SD-2", STATUS) == {}


def test_retry_of_a_step_replaces_what_the_broken_try_left(looks: Observations) -> None:
    looks.put(UP)
    looks.put(replace(UP, passed=False, at=AT + timedelta(minutes=1)))

    assert [seen.passed for seen in looks.of_service("hosting", "perikanan", STATUS, since=AT)] == [False]


def test_newest_look_of_several_cases_counts(looks: Observations) -> None:
    looks.put(replace(UP, ticket="SD-2", at=AT + timedelta(minutes=5)))
    looks.put(replace(UP, passed=False))

    assert looks.of_cases(("SD-1", "SD-2"), STATUS)["hosting/perikanan"].passed
    assert not looks.of_cases(("SD-1",), STATUS)["hosting/perikanan"].passed


def test_one_steps_looks_can_be_had_alone(looks: Observations) -> None:
    looks.put(UP)
    looks.put(replace(UP, step=4, passed=False, at=AT + timedelta(minutes=5)))

    assert looks.of_case("SD-1", STATUS, step=2)["hosting/perikanan"].passed
    assert not looks.of_case("SD-1", STATUS)["hosting/perikanan"].passed


def test_history_of_a_service_begins_where_it_is_asked_for(looks: Observations) -> None:
    for days in (200, 20, 2):
        looks.put(replace(UP, ticket=f"SD-{days}", what=RESOURCES, at=AT - timedelta(days=days)))

    found = looks.of_service("hosting", "perikanan", RESOURCES, since=AT - timedelta(days=180))

    assert [seen.ticket for seen in found] == ["SD-20", "SD-2"]
