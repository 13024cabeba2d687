"""SpiffWorkflow carries every SOP out in the order of steps of its DAG, whatever a case's outcomes are.

The cases are not written down: they are walked through the drawn DAG itself, one for every way of every task, so that
each branch, refusal and loop is there, once and up to its bound. What the DAG's tasks say is what must happen.
"""

from __future__ import annotations

from collections import defaultdict

import pytest
from airflow.sdk import DAG
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from laksana.bpmn.drawing import draw
from laksana.bpmn.elements import GATEWAY, TIMER
from laksana.bpmn.loops import loop_around
from laksana.bpmn.wording import process_id
from laksana.spec.model import Spec
from tests.bpmn.engine import Engine, Outcomes, Run
from tests.bpmn.walks import Leg, Visit, all_legs, case_through, straight_case, visits_of
from tests.building.conftest import SPECS

MOST_CALLS = 50


def outcomes_of(visits: list[Visit]) -> dict[tuple[int, str], list[str]]:
    """Return a case's outcomes as the engine is told them: per activity, in their order."""
    chosen: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for visit in visits:
        chosen[visit.step, visit.part].append(visit.outcome or "selalu")
    return chosen


def straight_outcomes(dags: dict[str, DAG]) -> dict[str, Outcomes]:
    """Return for every SOP what a shortest case comes out as; SOPs that are called go that way each time."""
    return {
        process_id(slug): {place: items * MOST_CALLS for place, items in outcomes_of(straight_visits(dag)).items()}
        for slug, dag in dags.items()
    }


def straight_visits(dag: DAG) -> list[Visit]:
    return visits_of(dag, straight_case(dag))


def carry_out(engine: Engine, dags: dict[str, DAG], spec: Spec, visits: list[Visit], *, at_once: bool = False) -> Run:
    """Carry one case out."""
    name = process_id(spec.slug)
    return engine.run(name, {**straight_outcomes(dags), name: outcomes_of(visits)}, at_once=at_once)


def places_passed(spec: Spec, run: Run) -> list[tuple[int, int, str]]:
    """Return step, attempt and part of every activity that the engine passed."""
    found = []
    for number, part, variables in run.passed[process_id(spec.slug)]:
        loop = loop_around(spec, spec.step(number))
        found.append((number, int(variables[loop.counter]) if loop else 1, part))
    return found


def cases_of(dag: DAG) -> list[list[Leg]]:
    return [case_through(dag, leg) for leg in all_legs(dag)]


def test_every_case_takes_the_steps_of_the_dag(
    engine: Engine, dags: dict[str, DAG], any_dag: DAG, any_spec: Spec
) -> None:
    for case in cases_of(any_dag):
        visits = visits_of(any_dag, case)
        run = carry_out(engine, dags, any_spec, visits)

        assert places_passed(any_spec, run) == [visit.place for visit in visits], case
        assert run.workflow.completed
        assert [item for item in run.unused if item[0] == process_id(any_spec.slug)] == []


def test_cases_take_every_edge_of_the_spec(any_dag: DAG, any_spec: Spec) -> None:
    taken = set()
    for case in cases_of(any_dag):
        for visit in visits_of(any_dag, case):
            only = [edge.bila for edge in any_spec.step(visit.step).lanjut][:1]
            taken.update((visit.step, outcome) for outcome in ([visit.outcome] if visit.outcome else only))

    expected = {(step.no, edge.bila) for step in any_spec.langkah for edge in step.lanjut}
    assert expected - taken == set()


def test_cases_go_through_every_loop_once_and_to_its_bound(any_dag: DAG, any_spec: Spec) -> None:
    attempts = {(visit.step, visit.attempt) for case in cases_of(any_dag) for visit in visits_of(any_dag, case)}

    for step in any_spec.langkah:
        if step.way_back is not None:
            bound = step.way_back.paling_banyak
            assert {number for no, number in attempts if no == step.no} == set(range(1, bound + 2))


def test_cases_take_every_flow_of_every_gateway(
    engine: Engine, dags: dict[str, DAG], any_dag: DAG, any_spec: Spec
) -> None:
    taken: defaultdict[str, set[str]] = defaultdict(set)
    for case in cases_of(any_dag):
        run = carry_out(engine, dags, any_spec, visits_of(any_dag, case))
        for task in run.workflow.get_tasks(spec_class=object, skip_subprocesses=True):
            if task.parent is not None and task.has_state(TaskState.COMPLETED):
                taken[str(task.parent.task_spec.name)].add(str(task.task_spec.name).removesuffix(".BoundaryEventSplit"))

    process = draw(any_spec)
    for node in process.nodes:
        if node.kind == GATEWAY and not node.id.endswith("_dipanggil"):
            assert taken[node.id] == {flow.target for flow in process.flows if flow.source == node.id}


def test_standard_times_that_pass_disturb_nothing(
    engine: Engine, dags: dict[str, DAG], any_dag: DAG, any_spec: Spec
) -> None:
    longest = max(cases_of(any_dag), key=len)
    visits = visits_of(any_dag, longest)
    run = carry_out(engine, dags, any_spec, visits, at_once=True)

    assert places_passed(any_spec, run) == [visit.place for visit in visits]
    assert run.workflow.completed
    passed = {(visit.step, visit.part) for visit in visits}
    hosts = {node.detail["host"] for node in draw(any_spec).nodes if node.kind == TIMER}
    names = {"_".join(filter(None, (f"langkah_{step:02d}", part))) for step, part in passed}
    assert {name for process, name in run.late if process == process_id(any_spec.slug)} == {
        f"{host}_lewat" for host in hosts & names
    }


def test_standard_times_that_do_not_pass_escalate_nothing(engine: Engine, dags: dict[str, DAG], any_spec: Spec) -> None:
    visits = straight_visits(dags[any_spec.slug])

    assert carry_out(engine, dags, any_spec, visits).late == []


@pytest.mark.parametrize(
    ("slug", "number", "called"),
    [
        (spec.slug, step.no, step.work.text("sop"))
        for spec in SPECS.values()
        for step in spec.langkah
        if step.work.kind == "jalankan_sop"
    ],
)
def test_called_sop_is_carried_out_and_calls_no_third(
    engine: Engine, dags: dict[str, DAG], slug: str, number: int, called: str
) -> None:
    dag = dags[slug]
    leg = next(leg for leg in all_legs(dag) if leg.task.startswith(f"langkah_{number:02d}_"))
    run = carry_out(engine, dags, SPECS[slug], visits_of(dag, case_through(dag, leg)))

    guarded = {step.no for step in SPECS[called].langkah if step.work.kind == "jalankan_sop"}
    steps = [visit.step for visit in straight_visits(dags[called])]
    assert [no for no, _, _ in run.passed[process_id(called)]] == [no for no in steps if no not in guarded]
    assert set(run.passed) == {process_id(slug), process_id(called)}
    assert run.workflow.completed


def test_unknown_outcome_stops_the_case_instead_of_deciding_it(engine: Engine) -> None:
    name = process_id("permohonan-sub-domain")

    with pytest.raises(WorkflowException, match="No conditions satisfied"):
        engine.run(name, {name: {(1, ""): ["selalu"], (2, ""): ["entah"]}})
