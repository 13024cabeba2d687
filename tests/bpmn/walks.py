"""Ways through a drawn DAG, as its own tasks name them: which steps a case passes, and what each came out as."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from airflow.sdk import DAG

from laksana.steps.operators import GateOperator, ListOperator

PARTS = {
    "putusan_uji": "putusan",
    "perbaikan_konsep": "perbaikan",
    "perbaikan_laporan": "perbaikan",
    "batalkan": "tarik_kembali",
    "batalkan_tambahan": "tarik_kembali",
}
"""Tasks of a step that BPMN draws as nodes of their own."""


@dataclass(frozen=True)
class Visit:
    """One stay at a step, or at a part of it."""

    step: int
    attempt: int
    part: str
    outcome: str = ""
    """What it came out as; empty where nothing is chosen."""

    @property
    def place(self) -> tuple[int, int, str]:
        """Where the stay was."""
        return self.step, self.attempt, self.part


@dataclass(frozen=True)
class Leg:
    """From one task to the next."""

    task: str
    outcome: str
    target: str


def legs_of(dag: DAG, task_id: str) -> list[Leg]:
    """Return the ways on from a task: those that it names, or its only follower."""
    task: Any = dag.get_task(task_id)
    if getattr(task, "ways", {}):
        return [Leg(task_id, outcome, target) for outcome, target in sorted(task.ways.items())]
    followers = set(task.downstream_task_ids)
    if isinstance(task, ListOperator):  # the conclusion follows the services' tasks
        followers -= {name for name in followers if dag.get_task(name).downstream_task_ids & followers}
    return [Leg(task_id, "", target) for target in sorted(followers)] or [Leg(task_id, "", "")]


def all_legs(dag: DAG) -> list[Leg]:
    """Return every way of every task that a case can come to."""
    (root,) = dag.roots
    seen, queue, found = {root.task_id}, deque([root.task_id]), []
    while queue:
        for leg in legs_of(dag, queue.popleft()):
            found.append(leg)
            if leg.target and leg.target not in seen:
                seen.add(leg.target)
                queue.append(leg.target)
    return found


def case_through(dag: DAG, leg: Leg) -> list[Leg]:
    """Return a shortest case that takes a given way: from the first task to the end."""
    (root,) = dag.roots
    return [*_shortest(dag, root.task_id, leg.task), leg, *(_shortest(dag, leg.target, "") if leg.target else [])]


def straight_case(dag: DAG) -> list[Leg]:
    """Return a shortest case of all."""
    (root,) = dag.roots
    return _shortest(dag, root.task_id, "")


def _shortest(dag: DAG, begin: str, end: str) -> list[Leg]:
    """Search breadth first; an empty end is that of the case."""
    ways: dict[str, list[Leg]] = {begin: []}
    queue = deque([begin])
    while queue:
        here = queue.popleft()
        if here == end:
            return ways[here]
        for leg in legs_of(dag, here) if here else []:
            if leg.target not in ways:
                ways[leg.target] = [*ways[here], leg]
                queue.append(leg.target)
    raise AssertionError(f"no way from {begin} to {end}")


def visits_of(dag: DAG, case: list[Leg]) -> list[Visit]:
    """Return the stays of a case; the tasks that make up one activity count as one stay."""
    visits: list[Visit] = []
    for leg in case:
        visit = _visit(dag, leg)
        if visits and visits[-1].place == visit.place:
            before = visits.pop()
            # A task that only leads on inside the step says nothing of its outcome.
            visit = Visit(*visit.place, visit.outcome or before.outcome)
        visits.append(visit)
    return visits


def _visit(dag: DAG, leg: Leg) -> Visit:
    task: Any = dag.get_task(leg.task)
    work = task.gerbang if isinstance(task, GateOperator) else task.kerja
    return Visit(task.langkah, task.percobaan, PARTS.get(work, ""), leg.outcome)
