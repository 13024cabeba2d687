"""What the calendar missed while the machine was off is made up for once, not once a day."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.stack.client import Client
from tests.stack.stack import Stack
from tests.stack.waiting import wait_for

pytestmark = pytest.mark.scenario
DAG_ID = "stack_calendar"
DAYS_OFF = 12


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    """The service account, once the calendar's DAG is there."""
    client = stack.client("laksana")
    wait_for(DAG_ID, lambda: client.get(f"/dags/{DAG_ID}").ok, 60)
    wait_for("the first run of all, if today's time has passed", lambda: due(client) > datetime.now(UTC), 60)
    yield client
    client.close()


def test_days_that_were_missed_are_made_up_for_once(stack: Stack, client: Client) -> None:
    before = len(runs(client))
    for name in ("dag-processor", "scheduler"):
        stack.kill(name)
    pretend_next_run_was_due(stack, datetime.now(UTC) - timedelta(days=DAYS_OFF))
    stack.start_process("scheduler")  # first: it finds the old time in its database
    wait_for("the run that was missed", lambda: len(runs(client)) > before, 60)
    stack.start_process("dag-processor")
    stack.await_healthy()
    time.sleep(8)  # time enough for a second one

    assert len(runs(client)) == before + 1
    assert due(client) > datetime.now(UTC)


def runs(client: Client) -> list[dict[str, Any]]:
    return list(client.get(f"/dags/{DAG_ID}/dagRuns", limit=100).json()["dag_runs"])


def due(client: Client) -> datetime:
    return datetime.fromisoformat(client.get(f"/dags/{DAG_ID}/details").json()["next_dagrun_run_after"])


def pretend_next_run_was_due(stack: Stack, moment: datetime) -> None:
    """Set the time that Airflow keeps of the next run, as if the machine had been off since."""
    statement = text(
        "UPDATE dag SET next_dagrun = :at, next_dagrun_create_after = :at, next_dagrun_data_interval_start = :at, "
        "next_dagrun_data_interval_end = :at WHERE dag_id = :dag"
    )
    engine = create_engine(stack.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
    with engine.begin() as connection:
        assert connection.execute(statement, {"at": moment, "dag": DAG_ID}).rowcount == 1
    engine.dispose()
