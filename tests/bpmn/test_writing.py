"""The file is BPMN 2.0 by the OMG's schema, the same every time, and read by two parsers that know nothing of us."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pm4py
import pytest
from lxml import etree
from pm4py.objects.bpmn.obj import BPMN
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH

from laksana.bpmn import bpmn_xml
from laksana.bpmn.drawing import draw
from laksana.bpmn.elements import ACTIVITIES, CALL, END, GATEWAY, START, TIMER, USER
from laksana.bpmn.wording import process_id
from laksana.spec.model import Spec
from tests.bpmn.engine import NAMESPACES, Engine
from tests.building.conftest import SPECS

MODEL = f"{{{NAMESPACES['bpmn']}}}"
NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSD_PATH))


def test_file_is_valid_by_the_schema(schema: etree.XMLSchema, any_file: bytes) -> None:
    schema.assertValid(etree.fromstring(any_file))


def test_schema_would_refuse_what_is_wrong(schema: etree.XMLSchema, any_file: bytes) -> None:
    root = etree.fromstring(any_file)
    next(root.iter(f"{MODEL}sequenceFlow")).attrib.pop("targetRef")

    assert not schema.validate(root)


def test_same_sop_gives_the_same_bytes(any_spec: Spec, any_file: bytes) -> None:
    assert bpmn_xml(any_spec) == any_file
    assert any_file.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    assert any_file.decode("utf-8").endswith("</bpmn:definitions>\n")


def test_ids_are_names_and_unique(any_file: bytes) -> None:
    ids = [str(element.get("id")) for element in etree.fromstring(any_file).iter() if element.get("id")]

    assert len(ids) == len(set(ids))
    assert all(NCNAME.fullmatch(item) for item in ids)


def test_process_states_its_version(any_spec: Spec, any_file: bytes) -> None:
    process = etree.fromstring(any_file).find(f"{MODEL}process")

    assert process is not None
    assert process.get("id") == process_id(any_spec.slug)
    assert process.get("isExecutable") == "true"
    assert process.xpath("string(.//*[local-name()='sop']/@versi)") == any_spec.digest
    assert any_spec.digest in str(process.findtext(f"{MODEL}documentation"))


def test_documentation_holds_the_row_of_the_sheet(any_spec: Spec, any_file: bytes) -> None:
    root = etree.fromstring(any_file)

    for step in any_spec.langkah:
        text = root.findtext(f".//*[@id='langkah_{step.no:02d}']/{MODEL}documentation")
        words = [step.kegiatan, step.pelaksana, step.waktu, *step.output, *(item.nama for item in step.kelengkapan)]
        assert [word for word in words if word not in str(text)] == []


def test_called_processes_are_those_of_the_office(any_file: bytes) -> None:
    called = {str(item.get("calledElement")) for item in etree.fromstring(any_file).iter(f"{MODEL}callActivity")}

    assert called <= {process_id(slug) for slug in SPECS}


def test_text_that_xml_can_not_hold_becomes_a_space(schema: etree.XMLSchema) -> None:
    spec = replace(SPECS["permohonan-sub-domain"], judul="SOP \x01<&> \ud800 'x' \"y\"")
    root = etree.fromstring(bpmn_xml(spec))

    schema.assertValid(root)
    assert root.get("name") == "SOP  <&>   'X' \"Y\""


def test_spiffworkflow_reads_what_the_spec_implies(engine: Engine, any_spec: Spec) -> None:
    read = engine.specs[process_id(any_spec.slug)]
    process = draw(any_spec)
    nodes = {node.id: node for node in process.nodes}

    tasks = {name: task for name, task in read.task_specs.items() if name in nodes}
    assert set(tasks) == set(nodes)
    assert {name: task.lane for name, task in tasks.items()} == {
        name: process.lanes[node.lane] for name, node in nodes.items()
    }
    kinds = Counter(type(task).__name__ for task in tasks.values())
    drawn = Counter(node.kind for node in process.nodes)
    assert kinds == {kind[:1].upper() + kind[1:]: number for kind, number in drawn.items()}


def test_pm4py_reads_what_the_spec_implies(any_spec: Spec, any_file: bytes, tmp_path: Path) -> None:
    # It knows no call activities and would leave them out with their flows: it gets them as tasks.
    path = tmp_path / "sop.bpmn"
    path.write_bytes(any_file.replace(b"bpmn:callActivity", b"bpmn:task"))
    read = pm4py.read_bpmn(str(path))

    process = draw(any_spec)
    drawn = Counter(node.kind for node in process.nodes)
    nodes = list(read.get_nodes())
    assert sum(isinstance(node, BPMN.Task) for node in nodes) == sum(drawn[kind] for kind in ACTIVITIES)
    assert sum(isinstance(node, BPMN.UserTask) for node in nodes) == drawn[USER]
    assert sum(isinstance(node, BPMN.ExclusiveGateway) for node in nodes) == drawn[GATEWAY]
    assert sum(isinstance(node, BPMN.StartEvent) for node in nodes) == drawn[START]
    assert sum(isinstance(node, BPMN.EndEvent) for node in nodes) == drawn[END]
    assert sum(isinstance(node, BPMN.BoundaryEvent) for node in nodes) == drawn[TIMER]
    flows = {(flow.source.id, flow.target.id) for flow in read.get_flows() if isinstance(flow, BPMN.SequenceFlow)}
    assert flows == {(flow.source, flow.target) for flow in process.flows}
    assert read.get_process_id() == process_id(any_spec.slug)
    assert drawn[CALL] == any_file.count(b"<bpmn:callActivity")
