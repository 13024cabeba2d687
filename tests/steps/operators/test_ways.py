"""Which way a case takes: what can't be reached any more is skipped, all of it where the way ends the case."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import DownstreamTasksSkipped

from laksana.building.dag import dag_of
from laksana.spec import load_spec
from laksana.steps.operators import END
from laksana.steps.operators.ways import take_way

EXAMPLE = Path(__file__).parents[2] / "specs" / "valid" / "contoh-gerbang.yaml"


@pytest.fixture
def dag(tmp_path: Path) -> DAG:
    """Return an SOP whose second step can end the case in the middle."""
    text = EXAMPLE.read_text(encoding="utf-8")
    inserted = {
        "- { hasil: teruskan }": "{ hasil: batal }",
        "- { bila: teruskan, ke: 3 }": "{ bila: batal, ke: selesai }",
    }
    for line, added in inserted.items():
        before = next(found for found in text.splitlines() if found.endswith(line))
        text = text.replace(before, f"{before}\n{before[: before.index('-')]}- {added}", 1)
    file = tmp_path / EXAMPLE.name
    file.write_text(text, encoding="utf-8")
    return dag_of(load_spec(file))


def skipped(dag: DAG, task_id: str, outcome: str) -> set[str]:
    """Return what Airflow is told to skip when a task comes out so."""
    task = dag.get_task(task_id)
    running = SimpleNamespace(task=task, map_index=-1, xcom_push=lambda **_: None)
    with pytest.raises(DownstreamTasksSkipped) as told:
        take_way(task, {"ti": running}, task.ways[outcome])
    return {name for name, _ in told.value.tasks}


def test_way_that_ends_the_case_skips_all_that_follows(dag: DAG) -> None:
    gate = dag.get_task("langkah_02_menimbang_permohonan")

    assert gate.ways["batal"] == END
    assert skipped(dag, gate.task_id, "batal") == gate.get_flat_relative_ids(upstream=False)


def test_way_on_skips_what_it_does_not_reach(dag: DAG) -> None:
    gate = dag.get_task("langkah_02_menimbang_permohonan")
    ahead = dag.get_task(gate.ways["teruskan"])

    assert skipped(dag, gate.task_id, "teruskan") == (
        gate.get_flat_relative_ids(upstream=False) - ahead.get_flat_relative_ids(upstream=False) - {ahead.task_id}
    )


def test_step_whose_every_outcome_ends_the_case_has_nothing_to_choose(dag: DAG) -> None:
    assert dag.leaves
    assert all(leaf.ways == {} for leaf in dag.leaves)
