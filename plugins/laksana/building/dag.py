"""An SOP's file becomes an Airflow DAG; ``sop_dag`` is all that a DAG file calls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow.sdk import DAG, TaskGroup
from airflow.sdk.definitions.param import Param

from laksana.building.attempts import Attempt, Site, Task
from laksana.building.docs import dag_doc
from laksana.building.kinds import build_attempt
from laksana.building.timetable import WorkdayTimetable
from laksana.building.unrolling import Loop, Place, attempts_of, loops_of, next_place, returns_left
from laksana.settings import Settings, current
from laksana.spec import load_spec
from laksana.spec.model import SELALU, Spec
from laksana.steps.operators import END

OPEN_CASES = 10_000
"""Cases that may wait at gates at once; Airflow's own limit of 16 would leave the 17th request standing."""


def sop_dag(slug: str, specs_dir: Path | None = None, *, withdrawn: bool = False) -> DAG:
    """Build the DAG of an SOP.

    Args:
        slug: which SOP.
        specs_dir: folder of its file; that of the settings where not given.
        withdrawn: true where its file is gone, and only the cases that it has go on: the calendar starts none.

    Raises:
        SpecError: the file is broken; Airflow shows every problem with file, line and mend, and other SOPs go on.
    """
    return dag_of(load_spec((specs_dir or current().specs_dir) / f"{slug}.yaml"), withdrawn=withdrawn)


def dag_of(spec: Spec, *, withdrawn: bool = False) -> DAG:
    """Draw an SOP."""
    dag = DAG(
        dag_id=spec.slug,
        dag_display_name=spec.judul,
        description=f"{spec.nomor} — {spec.layanan}",
        doc_md=dag_doc(spec),
        schedule=None if withdrawn else schedule_of(spec, current()),
        catchup=False,
        max_active_runs=OPEN_CASES,
        max_active_tasks=64,
        tags=["SOP", spec.jenis, spec.nomor, f"versi:{spec.digest[:12]}"],
        fail_fast=False,
        # Airflow's own rule has the last steps of a case wait behind all new cases.
        default_args={"weight_rule": "absolute"},
    )
    with dag:
        _connect(spec, _draw(spec, loops_of(spec)), loops_of(spec))
    # Only now: Airflow would copy the form into every task, and merges it in again when one runs.
    dag.params = form_params(spec)
    return dag


def schedule_of(spec: Spec, settings: Settings) -> WorkdayTimetable | None:
    """Return when the calendar starts an SOP: routine SOPs and the evaluation at the office's times, others never."""
    times: dict[str, tuple[str, dict[str, bool]]] = {
        "monitoring": (settings.monitoring_time, {}),
        "pemeliharaan": (settings.maintenance_time, {"first_of_month": True}),
        "evaluasi": (settings.evaluation_time, {"first_of_quarter": True}),
    }
    time, days = times.get(spec.jenis, ("", {}))
    return WorkdayTimetable(time, **days) if time else None


def form_params(spec: Spec) -> dict[str, Any]:
    """Return the request form as DAG params: Airflow's trigger form and its API check the same schema."""
    required = set(spec.formulir.get("required", []))
    params: dict[str, Any] = {}
    for name, field in spec.formulir.get("properties", {}).items():
        schema = {key: value for key, value in field.items() if not key.startswith("x-") and key != "default"}
        if name in required:
            params[name] = Param(**schema)
        else:
            params[name] = Param(field.get("default"), **schema)
    return params


def _draw(spec: Spec, loops: list[Loop]) -> dict[Place, Attempt]:
    """Draw every attempt at every step; repeats of a loop fold into one group, so that the graph shows the SOP."""
    drawn: dict[Place, Attempt] = {}
    folds: dict[Loop, TaskGroup] = {}
    for step in spec.langkah:
        loop = next((loop for loop in loops if loop.holds(step.no)), None)
        for number in range(1, attempts_of(step, loops) + 1):
            place = Place(step.no, number)
            last_test = step.way_back is not None and number == step.way_back.paling_banyak
            site = Site(spec, step, place, returns_left(place, loops), last_test)
            if loop is None or number == 1:
                drawn[place] = build_attempt(site)
                continue
            if loop not in folds:
                folds[loop] = _fold(loop)
            with folds[loop]:
                drawn[place] = build_attempt(site)
    return drawn


def _fold(loop: Loop) -> TaskGroup:
    """Return the group of a loop's repeated attempts; it leaves task ids as they are."""
    return TaskGroup(
        f"ulangan_{loop.first:02d}_{loop.last:02d}",
        group_display_name=f"Ulangan langkah {loop.first}-{loop.last}",
        prefix_group_id=False,
        ui_color="#f3f3f3",
    )


def _connect(spec: Spec, drawn: dict[Place, Attempt], loops: list[Loop]) -> None:
    """Lead every outcome of every attempt to where it goes on."""
    following: dict[int, tuple[Task, list[Task]]] = {}
    for place, attempt in drawn.items():
        for way in attempt.exits:
            target = next_place(spec, place, way.outcome, loops)
            if target is None:
                way.task.ways[way.said or way.outcome] = END
                continue
            entry = drawn[target].entry
            following.setdefault(id(way.task), (way.task, []))[1].append(entry)
            way.task.ways[way.said or way.outcome] = entry.task_id
    for task, entries in following.values():
        task >> entries  # all at once: Airflow looks at the whole DAG each time
    for attempt in drawn.values():
        for task in {id(way.task): way.task for way in attempt.exits}.values():
            if set(task.ways) == {SELALU} or set(task.ways.values()) == {END}:
                task.ways.clear()  # one way only: nothing to choose
