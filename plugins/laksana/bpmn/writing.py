"""Writes a process and its diagram as BPMN 2.0 XML, in the order of the schema; the same SOP gives the same bytes.

Source: OMG, Business Process Model and Notation 2.0 (formal/2011-01-03), with its diagram interchange.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

from laksana.bpmn.drawing import draw
from laksana.bpmn.elements import CALL, END, SCRIPT, TIMER, USER, Flow, Node, Process
from laksana.bpmn.interchange import add_diagram, lane_id
from laksana.bpmn.layout import lay_out
from laksana.bpmn.ways import CALLER, OUTCOME
from laksana.bpmn.wording import process_documentation, process_id
from laksana.spec.model import Spec
from laksana.spec.vocabulary import ROUTINE

NAMESPACES = {
    "xmlns:bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "xmlns:bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "xmlns:dc": "http://www.omg.org/spec/DD/20100524/DC",
    "xmlns:di": "http://www.omg.org/spec/DD/20100524/DI",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xmlns:laksana": "urn:laksana:sop",
}
PYTHON = "https://docs.python.org/3/reference/expressions.html"
"""Language of conditions and scripts: comparisons and sums only, which other languages of expressions share."""
ESCALATION = "eskalasi_waktu_baku"
_FORMAL = {"xsi:type": "bpmn:tFormalExpression"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def bpmn_xml(spec: Spec) -> bytes:
    """Return an SOP as BPMN 2.0 XML in UTF-8, with lanes, timers, counted loops and a diagram."""
    process = draw(spec)
    called = process_id(spec.slug)
    root = ET.Element("bpmn:definitions", {
        **NAMESPACES, "id": f"definisi_{called}", "name": spec.title, "targetNamespace": "urn:laksana:sop",
        "expressionLanguage": PYTHON, "exporter": "Laksana",
    })  # fmt: skip
    collaboration = ET.SubElement(root, "bpmn:collaboration", id="kolaborasi")
    issuer = str(spec.identity["penerbit"])
    ET.SubElement(collaboration, "bpmn:participant", id="instansi", name=issuer, processRef=called)
    _process(root, spec, process)
    ET.SubElement(root, "bpmn:escalation", id=ESCALATION, name="Melewati waktu baku", escalationCode="waktu-baku")
    add_diagram(root, process, lay_out(process))
    for element in root.iter():
        element.text = _NOT_XML.sub(" ", element.text) if element.text else None
        element.attrib.update({key: _NOT_XML.sub(" ", value) for key, value in element.attrib.items()})
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _process(root: ET.Element, spec: Spec, process: Process) -> None:
    """Write the process: what it is, its lanes, nodes and flows."""
    name = process_id(spec.slug)
    element = ET.SubElement(root, "bpmn:process", id=name, name=spec.title, isExecutable="true", processType="Private")
    _document(element, process_documentation(spec))
    extension = ET.SubElement(element, "bpmn:extensionElements")
    ET.SubElement(extension, "laksana:sop", {
        "slug": spec.slug, "urutan": str(spec.urutan), "nomor": spec.nomor, "jenis": spec.jenis,
        "versi": spec.digest,
    })  # fmt: skip
    if spec.jenis in ROUTINE:
        _interface(element)
    _lanes(element, process)
    for node in process.nodes:
        _node(element, process, node)
    for flow in process.flows:
        _flow(element, flow)


def _interface(process: ET.Element) -> None:
    """Write what an SOP that may be called is given and gives back."""
    interface = ET.SubElement(process, "bpmn:ioSpecification")
    ET.SubElement(interface, "bpmn:dataInput", id=CALLER, name="SOP yang memanggil; kosong bila tidak dipanggil")
    ET.SubElement(interface, "bpmn:dataOutput", id=OUTCOME, name="Hasil kegiatan terakhir")
    ET.SubElement(ET.SubElement(interface, "bpmn:inputSet"), "bpmn:dataInputRefs").text = CALLER
    ET.SubElement(ET.SubElement(interface, "bpmn:outputSet"), "bpmn:dataOutputRefs").text = OUTCOME


def _lanes(process: ET.Element, drawn: Process) -> None:
    """Write one lane a performer."""
    lanes = ET.SubElement(process, "bpmn:laneSet", id="pelaksana")
    for index, name in enumerate(drawn.lanes):
        lane = ET.SubElement(lanes, "bpmn:lane", id=lane_id(index), name=name)
        for node in drawn.nodes:
            if node.lane == index:
                ET.SubElement(lane, "bpmn:flowNodeRef").text = node.id


def _node(process: ET.Element, drawn: Process, node: Node) -> None:
    """Write a node with the flows at it and what its kind needs."""
    attributes = {"id": node.id, "name": node.name}
    default = next((flow.id for flow in drawn.flows if flow.source == node.id and flow.default), "")
    if default:
        attributes["default"] = default
    element = ET.SubElement(process, f"bpmn:{node.kind}", attributes)
    if node.documentation:
        _document(element, node.documentation)
    for flow in drawn.flows:
        if flow.target == node.id:
            ET.SubElement(element, "bpmn:incoming").text = flow.id
    for flow in drawn.flows:
        if flow.source == node.id:
            ET.SubElement(element, "bpmn:outgoing").text = flow.id
    _DETAILS.get(node.kind, _nothing)(element, node)


def _user(element: ET.Element, node: Node) -> None:
    owner = ET.SubElement(ET.SubElement(element, "bpmn:potentialOwner"), "bpmn:resourceAssignmentExpression")
    ET.SubElement(owner, "bpmn:formalExpression").text = node.detail["owner"]


def _script(element: ET.Element, node: Node) -> None:
    element.set("scriptFormat", "text/x-python")
    ET.SubElement(element, "bpmn:script").text = node.detail["script"]


def _called(element: ET.Element, node: Node) -> None:
    element.set("calledElement", node.detail["called"])


def _timer(element: ET.Element, node: Node) -> None:
    element.set("cancelActivity", "false")
    element.set("attachedToRef", node.detail["host"])
    timer = ET.SubElement(element, "bpmn:timerEventDefinition", id=f"{node.id}_baku")
    ET.SubElement(timer, "bpmn:timeDuration", _FORMAL).text = node.detail["duration"]


def _end(element: ET.Element, node: Node) -> None:
    if "escalates" in node.detail:
        ET.SubElement(element, "bpmn:escalationEventDefinition", id=f"{node.id}_baku", escalationRef=ESCALATION)


def _nothing(element: ET.Element, node: Node) -> None:
    """Add nothing to a node."""


_DETAILS: dict[str, Callable[[ET.Element, Node], None]] = {
    USER: _user,
    SCRIPT: _script,
    CALL: _called,
    TIMER: _timer,
    END: _end,
}


def _flow(process: ET.Element, flow: Flow) -> None:
    """Write a flow with its condition."""
    attributes = {"id": flow.id, "sourceRef": flow.source, "targetRef": flow.target}
    if flow.name:
        attributes["name"] = flow.name
    element = ET.SubElement(process, "bpmn:sequenceFlow", attributes)
    if flow.condition:
        ET.SubElement(element, "bpmn:conditionExpression", _FORMAL).text = flow.condition


def _document(element: ET.Element, text: str) -> None:
    ET.SubElement(element, "bpmn:documentation").text = text
