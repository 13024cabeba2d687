"""Whatever SOP the rules allow: its BPMN is valid, is carried out as its DAG, and its diagram is in order."""

from __future__ import annotations

from airflow.sdk import DAG
from hypothesis import HealthCheck, given, settings
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH

from laksana.bpmn import bpmn_xml
from laksana.bpmn.drawing import draw
from laksana.building import dag as building
from laksana.building.unrolling import loops_of
from laksana.spec.model import Spec
from tests.bpmn import test_drawing, test_layout
from tests.bpmn.engine import Engine
from tests.bpmn.generated import CALLED, made_up_specs
from tests.bpmn.test_execution import carry_out, cases_of, places_passed
from tests.bpmn.walks import visits_of
from tests.building.conftest import SPECS

SCHEMA = etree.XMLSchema(etree.parse(XSD_PATH))
DRAWN = [
    test_drawing.test_every_flow_leads_from_a_node_to_another,
    test_drawing.test_only_gateways_choose,
    test_drawing.test_no_decision_of_a_person_has_a_default,
    test_drawing.test_lanes_are_the_performers_and_steps_stand_in_theirs,
]
LAID_OUT = [
    test_layout.test_everything_has_its_place,
    test_layout.test_no_shape_overlaps_another,
    test_layout.test_timer_sits_on_the_border_of_its_host,
    test_layout.test_shapes_are_inside_their_lane_and_lanes_tile_the_pool,
    test_layout.test_flows_run_level_or_upright_from_border_to_border,
    test_layout.test_no_flow_runs_through_a_shape,
    test_layout.test_no_flow_lies_on_another,
    test_layout.test_names_stand_clear_of_shapes_and_of_each_other,
    test_layout.test_no_flow_runs_through_a_name,
]


def dag_of(spec: Spec) -> DAG:
    """Draw the DAG of an SOP that is no file."""
    loops = loops_of(spec)
    with DAG(dag_id=spec.slug, schedule=None) as dag:
        building._connect(spec, building._draw(spec, loops), loops)
    return dag


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made_up_specs())
def test_made_up_sop_is_carried_out_as_its_dag(spec: Spec) -> None:
    file = bpmn_xml(spec)
    SCHEMA.assertValid(etree.fromstring(file))
    others = [SPECS[slug] for slug in (CALLED, "pemeliharaan-layanan-hosting")]
    dags = {item.slug: dag_of(item) for item in (spec, *others)}
    engine = Engine([file, *map(bpmn_xml, others)])

    for case in cases_of(dags[spec.slug]):
        visits = visits_of(dags[spec.slug], case)
        run = carry_out(engine, dags, spec, visits)
        assert places_passed(spec, run) == [visit.place for visit in visits]
        assert run.workflow.completed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made_up_specs())
def test_diagram_of_made_up_sop_is_in_order(spec: Spec) -> None:
    process, diagram = draw(spec), test_layout.Diagram(bpmn_xml(spec))

    for check in DRAWN:
        check(spec)
    for look in LAID_OUT:
        look(process, diagram)
