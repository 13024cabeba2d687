"""The docs' example of a new SOP builds its DAG like the office's own."""

from __future__ import annotations

import re
from pathlib import Path

from airflow.sdk import DAG

from laksana.building.dag import dag_of
from laksana.posts.holders import APPLICANT
from laksana.spec import load_spec
from laksana.steps.operators import GateOperator

EXAMPLE = Path(__file__).parents[2] / "docs" / "contoh" / "permohonan-colocation-server.yaml"


def example() -> DAG:
    return dag_of(load_spec(EXAMPLE))


def test_every_step_is_there_and_asks_whom_the_sheet_names() -> None:
    dag = example()
    gates = [task for task in dag.task_dict.values() if isinstance(task, GateOperator) and task.gerbang == "gerbang"]

    numbers = {int(found[1]) for task in dag.task_dict if (found := re.match(r"langkah_(\d\d)_", task))}
    assert numbers == set(range(1, 10))
    assert {(gate.langkah, gate.peran) for gate in gates} == {
        (2, "kabid-ti"), (3, "pranata-komputer-ahli-muda"), (4, "analis-sistem-informasi"), (9, APPLICANT)
    }  # fmt: skip


def test_its_request_form_is_the_dags() -> None:
    dag = example()

    assert list(dag.params) == list(load_spec(EXAMPLE).formulir["properties"])
    assert dag.schedule is None
