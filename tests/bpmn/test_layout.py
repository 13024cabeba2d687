"""The diagram as the file has it: all is shown, inside its lane, and no flow runs through a shape or on another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from lxml import etree

from laksana.bpmn.drawing import draw
from laksana.bpmn.elements import ACTIVITIES, GATEWAY, TIMER, Node, Process
from laksana.bpmn.interchange import lane_id
from laksana.bpmn.places import Box
from laksana.spec.model import Spec

DI = {
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
Point = tuple[int, int]
Stretch = tuple[Point, Point]


class Diagram:
    """What a modeller reads of the places."""

    def __init__(self, file: bytes) -> None:
        root = etree.fromstring(file)
        self.boxes = {
            str(shape.get("bpmnElement")): _box(shape.find("dc:Bounds", DI))
            for shape in root.iterfind(".//bpmndi:BPMNShape", DI)
        }
        self.edges = {
            str(edge.get("bpmnElement")): [
                (int(str(point.get("x"))), int(str(point.get("y")))) for point in edge.iterfind("di:waypoint", DI)
            ]
            for edge in root.iterfind(".//bpmndi:BPMNEdge", DI)
        }
        self.names = {
            str(label.getparent().get("bpmnElement")): _box(label.find("dc:Bounds", DI))
            for label in root.iterfind(".//bpmndi:BPMNLabel", DI)
        }


def _box(bounds: etree._Element | None) -> Box:
    assert bounds is not None
    return Box(*(int(str(bounds.get(side))) for side in ("x", "y", "width", "height")))


@pytest.fixture
def process(any_spec: Spec) -> Process:
    return draw(any_spec)


@pytest.fixture
def diagram(any_file: bytes) -> Diagram:
    return Diagram(any_file)


def overlap(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def inside(inner: Box, outer: Box) -> bool:
    return outer.x < inner.x and inner.right < outer.right and outer.y < inner.y and inner.bottom < outer.bottom


def on_border(point: Point, box: Box, node: Node) -> bool:
    """Tell whether a point lies on the outline of a node: rectangle, diamond or circle."""
    (x, y), (middle_x, middle_y) = point, box.middle
    if node.kind in ACTIVITIES:
        level = x in {box.x, box.right} and box.y < y < box.bottom
        return level or (y in {box.y, box.bottom} and box.x < x < box.right)
    if node.kind == GATEWAY:
        return abs(x - middle_x) * box.height + abs(y - middle_y) * box.width == box.width * box.height / 2
    return (x - middle_x) ** 2 + (y - middle_y) ** 2 == (box.width // 2) ** 2


def stretches(points: list[Point]) -> Iterator[Stretch]:
    """Yield the stretches of a flow, without those of no length."""
    for begin, end in pairwise(points):
        if begin != end:
            yield min(begin, end), max(begin, end)


def crosses(stretch: Stretch, box: Box) -> bool:
    """Tell whether a level or upright stretch runs through the inside of a box."""
    (left, top), (right, bottom) = stretch
    return left < box.right and right > box.x and top < box.bottom and bottom > box.y


def shared(one: Stretch, other: Stretch) -> int:
    """Return how far two stretches lie on each other."""
    for axis in (0, 1):
        if one[0][axis] == one[1][axis] == other[0][axis] == other[1][axis]:
            along = 1 - axis
            return min(one[1][along], other[1][along]) - max(one[0][along], other[0][along])
    return 0


def test_everything_has_its_place(process: Process, diagram: Diagram) -> None:
    lanes = {lane_id(index) for index in range(len(process.lanes))}

    assert set(diagram.boxes) == {"instansi", *lanes, *(node.id for node in process.nodes)}
    assert set(diagram.edges) == {flow.id for flow in process.flows}


def test_no_shape_overlaps_another(process: Process, diagram: Diagram) -> None:
    for one, other in combinations(process.nodes, 2):
        attached = one.detail.get("host") == other.id or other.detail.get("host") == one.id
        assert attached or not overlap(diagram.boxes[one.id], diagram.boxes[other.id]), (one.id, other.id)


def test_timer_sits_on_the_border_of_its_host(process: Process, diagram: Diagram) -> None:
    for node in process.nodes:
        if node.kind == TIMER:
            host = diagram.boxes[node.detail["host"]]
            x, y = diagram.boxes[node.id].middle
            assert y == host.bottom
            assert host.x < x < host.right


def test_shapes_are_inside_their_lane_and_lanes_tile_the_pool(process: Process, diagram: Diagram) -> None:
    lanes = [diagram.boxes[lane_id(index)] for index in range(len(process.lanes))]
    pool = diagram.boxes["instansi"]

    assert all(inside(diagram.boxes[node.id], lanes[node.lane]) for node in process.nodes)
    assert all(upper.bottom == lower.y for upper, lower in pairwise(lanes))
    assert (lanes[0].y, lanes[-1].bottom) == (pool.y, pool.bottom)
    assert {lane.right for lane in lanes} == {pool.right}


def test_steps_follow_each_other_from_left_to_right(any_spec: Spec, diagram: Diagram) -> None:
    places = [diagram.boxes[f"langkah_{step.no:02d}"].x for step in any_spec.langkah]

    assert places == sorted(set(places))


def test_flows_run_level_or_upright_from_border_to_border(process: Process, diagram: Diagram) -> None:
    for flow in process.flows:
        points = diagram.edges[flow.id]
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points)), flow.id
        assert on_border(points[0], diagram.boxes[flow.source], process.node(flow.source)), flow.id
        assert on_border(points[-1], diagram.boxes[flow.target], process.node(flow.target)), flow.id


def test_no_flow_runs_through_a_shape(process: Process, diagram: Diagram) -> None:
    for flow in process.flows:
        for stretch in stretches(diagram.edges[flow.id]):
            through = [node.id for node in process.nodes if crosses(stretch, diagram.boxes[node.id])]
            # A timer's flow begins at its circle, which lies half on its host.
            assert through == [], flow.id


def test_no_flow_lies_on_another(process: Process, diagram: Diagram) -> None:
    for one, other in combinations(process.flows, 2):
        ends = _common_ends(diagram.edges[one.id], diagram.edges[other.id])
        for pair in ((a, b) for a in stretches(diagram.edges[one.id]) for b in stretches(diagram.edges[other.id])):
            together = any(end in pair[0] and end in pair[1] for end in ends)
            assert together or shared(*pair) <= 0, (one.id, other.id)


def _common_ends(one: list[Point], other: list[Point]) -> set[Point]:
    """Return where two flows leave or arrive together: a corner of a gateway that has more flows than corners."""
    return {points[0] for points in (one, other) if one[0] == other[0]} | {
        points[-1] for points in (one, other) if one[-1] == other[-1]
    }


def test_flows_of_the_offices_sops_leave_and_arrive_apart(diagram: Diagram) -> None:
    begins = [points[0] for points in diagram.edges.values()]
    ends = [points[-1] for points in diagram.edges.values()]

    assert len(begins) == len(set(begins))
    assert len(ends) == len(set(ends))


def test_names_stand_clear_of_shapes_and_of_each_other(process: Process, diagram: Diagram) -> None:
    for name, place in diagram.names.items():
        covered = [node.id for node in process.nodes if overlap(place, diagram.boxes[node.id])]
        assert covered == [], name
    for one, other in combinations(diagram.names, 2):
        assert not overlap(diagram.names[one], diagram.names[other]), (one, other)


def test_no_flow_runs_through_a_name(process: Process, diagram: Diagram) -> None:
    for flow in process.flows:
        for stretch in stretches(diagram.edges[flow.id]):
            assert [name for name, box in diagram.names.items() if crosses(stretch, box)] == [], flow.id
