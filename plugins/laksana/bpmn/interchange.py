"""Writes the diagram's places as BPMN's diagram interchange (BPMNDI)."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from laksana.bpmn.elements import CALL, GATEWAY, Process
from laksana.bpmn.layout import Layout
from laksana.bpmn.places import Box


def lane_id(index: int) -> str:
    """Return the id of a lane."""
    return f"pelaksana_{index + 1:02d}"


def add_diagram(root: ET.Element, process: Process, layout: Layout) -> None:
    """Write the diagram of a process under its definitions."""
    diagram = ET.SubElement(root, "bpmndi:BPMNDiagram", id="diagram")
    plane = ET.SubElement(diagram, "bpmndi:BPMNPlane", id="bidang", bpmnElement="kolaborasi")
    _shape(plane, "instansi", layout.pool, {"isHorizontal": "true"})
    for index, box in enumerate(layout.lanes):
        _shape(plane, lane_id(index), box, {"isHorizontal": "true"})
    for node in process.nodes:
        marks = {GATEWAY: {"isMarkerVisible": "true"}, CALL: {"isExpanded": "false"}}.get(node.kind, {})
        _shape(plane, node.id, layout.boxes[node.id], marks, layout.names.get(node.id))
    for flow in process.flows:
        edge = ET.SubElement(plane, "bpmndi:BPMNEdge", id=f"garis_{flow.id}", bpmnElement=flow.id)
        for x, y in layout.corners[flow.id]:
            ET.SubElement(edge, "di:waypoint", x=str(x), y=str(y))
        _label(edge, layout.names.get(flow.id))


def _shape(plane: ET.Element, element: str, box: Box, marks: Mapping[str, str], name: Box | None = None) -> None:
    shape = ET.SubElement(plane, "bpmndi:BPMNShape", {"id": f"bentuk_{element}", "bpmnElement": element, **marks})
    _bounds(shape, box)
    _label(shape, name)


def _label(parent: ET.Element, box: Box | None) -> None:
    if box:
        _bounds(ET.SubElement(parent, "bpmndi:BPMNLabel"), box)


def _bounds(parent: ET.Element, box: Box) -> None:
    sides = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    ET.SubElement(parent, "dc:Bounds", {side: str(value) for side, value in sides.items()})
