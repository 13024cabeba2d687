"""Runs and gates of one DAG as the tests speak of them, over Airflow's REST API only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from tests.stack.client import Client
from tests.stack.waiting import wait_for


@dataclass(frozen=True)
class Run:
    """One DAG run, seen by a client that may read it."""

    client: Client
    dag_id: str
    run_id: str

    @property
    def path(self) -> str:
        """Return the run's address."""
        return f"/dags/{self.dag_id}/dagRuns/{self.run_id}"

    def gate_path(self, task_id: str = "gate") -> str:
        """Return a gate's address."""
        return f"{self.path}/taskInstances/{task_id}/-1/hitlDetails"

    def state(self) -> str:
        """Return the run's state."""
        return str(self.client.get(self.path).json()["state"])

    def task(self, task_id: str) -> dict[str, Any]:
        """Return a task instance."""
        found: dict[str, Any] = self.client.get(f"{self.path}/taskInstances/{task_id}").json()
        return found

    def gate(self, task_id: str = "gate") -> dict[str, Any]:
        """Return a gate's request and answer."""
        found: dict[str, Any] = self.client.get(self.gate_path(task_id)).json()
        return found

    def await_gate(self, task_id: str = "gate", pause: float = 0.1, seconds: float = 30.0) -> None:
        """Wait until a gate can be answered."""
        is_open = lambda: self.task(task_id)["state"] == "awaiting_input"  # noqa: E731  # named for the line's length
        wait_for(f"{self.run_id} {task_id} open", is_open, seconds, pause=pause)

    def await_end(self, seconds: float = 60.0) -> str:
        """Wait until the run is over and return its state."""
        return wait_for(f"{self.run_id} over", lambda: (s := self.state()) in {"success", "failed"} and s, seconds)

    def answer(self, client: Client, option: str = "setujui", task_id: str = "gate") -> requests.Response:
        """Answer a gate under a client's rights."""
        return client.patch(self.gate_path(task_id), {"chosen_options": [option], "params_input": {}})


def trigger(client: Client, dag_id: str, run_id: str, conf: dict[str, Any] | None = None) -> Run:
    """Start a run."""
    response = client.post(f"/dags/{dag_id}/dagRuns", {"dag_run_id": run_id, "logical_date": None, "conf": conf or {}})
    response.raise_for_status()
    return Run(client, dag_id, run_id)


def open_gates(client: Client, dag_id: str) -> set[str]:
    """Return the ids of the runs of a DAG that have a gate open now."""
    found = client.get(
        f"/dags/{dag_id}/dagRuns/~/hitlDetails", state="awaiting_input", response_received=False, limit=100
    )
    found.raise_for_status()
    return {row["task_instance"]["dag_run_id"] for row in found.json()["hitl_details"]}
