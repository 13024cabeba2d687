"""Tiny DAGs for the tests of the stack: gates that are answered, and a task that is killed."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG, Param, task

with DAG("stack_gate", schedule=None, max_active_runs=200):

    @task
    def after() -> None:
        """Do nothing, so that the time from answer to next task can be taken."""

    gate = HITLOperator(
        task_id="gate",
        subject="Setujui?",
        options=["setujui", "tolak"],
        assigned_users=[
            {"id": "role:kabid-ti", "name": "Kepala Bidang TI"},
            {"id": "user:kabid.spbe", "name": "Pemohon"},
            {"id": "not:analis", "name": "Pengonsep"},
            {"id": "role:analis-sistem-informasi", "name": "Analis"},
        ],
    )
    gate >> after()

with DAG("stack_sleeper", schedule=None, max_active_runs=20, params={"file": Param("", type="string")}):

    @task(retries=2, retry_delay=timedelta(seconds=1))
    def sleeper(params: dict[str, str] | None = None) -> None:
        """Note the process and its parent; sleep long at the first try only."""
        file = Path((params or {})["file"])
        tries = len(file.read_text().splitlines()) if file.exists() else 0
        with file.open("a") as notes:
            notes.write(f"{os.getpid()} {os.getppid()}\n")
        if tries == 0:
            time.sleep(120)

    sleeper()
