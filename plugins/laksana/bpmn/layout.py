"""The diagram of a process: pool, lanes, shapes, the corners of every flow, and where names stand. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from laksana.bpmn.elements import ACTIVITIES, GATEWAY, TIMER, Process
from laksana.bpmn.places import (
    HALF_ROW,
    HEADER,
    LEFT_EDGE,
    LETTER,
    LINE,
    NAME_GAP,
    TOP_EDGE,
    Box,
    Columns,
    Lane,
    Point,
    boxes_of,
    columns_of,
    lanes_of,
)
from laksana.bpmn.routes import BOTTOM, RIGHT, TOP, Route, routes_of
from laksana.bpmn.tracks import IN, OUT, Tracks, tracks_of

_NAME = 14
"""Height of a line of text."""
_GATEWAY_NAME = 66
_BORDER = 8
"""Between an activity's corner and the nearest flow that arrives."""


@dataclass(frozen=True)
class Layout:
    """Where everything is."""

    pool: Box
    lanes: tuple[Box, ...]
    boxes: Mapping[str, Box]
    """Node → its shape."""
    corners: Mapping[str, tuple[Point, ...]]
    """Flow → its corners, from the border of its source to that of its target."""
    names: Mapping[str, Box]
    """Node or flow → where its name stands, for those whose name is not inside a shape."""


def lay_out(process: Process) -> Layout:
    """Return the places of a process's shapes and flows."""
    routes = routes_of(process)
    tracks = tracks_of(routes)
    lanes, columns = lanes_of(process, tracks), columns_of(process, routes, tracks)
    boxes = boxes_of(process, lanes, columns)
    drafting = _Drafting(routes, tracks, lanes, columns, boxes)
    corners = {route.flow.id: tuple(drafting.corners(route)) for route in routes}
    width = columns.end - LEFT_EDGE
    return Layout(
        Box(LEFT_EDGE, TOP_EDGE, width, lanes[-1].bottom - TOP_EDGE),
        tuple(Box(LEFT_EDGE + HEADER, lane.top, width - HEADER, lane.bottom - lane.top) for lane in lanes),
        boxes,
        corners,
        {**_node_names(process, boxes), **_flow_names(routes, boxes, corners)},
    )


@dataclass(frozen=True)
class _Drafting:
    """Turns routes into corners."""

    routes: tuple[Route, ...]
    tracks: Tracks
    lanes: tuple[Lane, ...]
    columns: Columns
    boxes: Mapping[str, Box]

    def corners(self, route: Route) -> Iterator[Point]:
        """Yield the corners of a flow."""
        source, target = self.boxes[route.source.id], self.boxes[route.target.id]
        if route.upright:
            ends = (source.bottom, target.y) if route.side == BOTTOM else (source.y, target.bottom)
            yield from ((target.middle[0], end) for end in ends)
            return
        arrival = target.middle[1] + self._docks(route.target.id)[route.flow.id]
        (x, y) = start = _leaving(source, route.side)
        yield start
        if route.channel:
            height = self.lanes[route.channel.lane].line(
                route.channel, self.tracks.channels[route.channel][route.flow.id]
            )
            if route.out_gap is not None:
                x = self._line(route, route.out_gap, OUT)
                yield x, y
            yield x, height
            x = self._line(route, int(route.in_gap or 0), IN)
            yield from ((x, height), (x, arrival))
        elif route.out_gap is not None:
            x = self._line(route, route.out_gap, OUT)
            yield from ((x, y), (x, arrival))
        elif route.bent:
            yield x, arrival
        yield target.x, arrival

    def _line(self, route: Route, gap: int, part: int) -> int:
        return self.columns.line(gap, self.tracks.in_gap(gap, route.flow.id, part))

    def _docks(self, target: str) -> Mapping[str, int]:
        """Return for each flow that arrives at a node's left side how far from its middle it does.

        What comes from above arrives above the middle, the leftmost line nearest to it, so that they do not cross.
        """
        arriving = [route for route in self.routes if route.target.id == target and not route.upright]
        docks: defaultdict[str, int] = defaultdict(int)
        if len(arriving) == 1 or arriving[0].target.kind not in ACTIVITIES:
            return docks
        turning = [route for route in arriving if not route.straight and not route.bent]
        for sign, rises in ((-1, False), (1, True)):
            side = sorted((route for route in turning if route.rises is rises), key=self._arriving_line)
            step = min(LINE, (HALF_ROW - _BORDER) // max(1, len(side)))
            docks.update({route.flow.id: sign * step * number for number, route in enumerate(side, start=1)})
        return docks

    def _arriving_line(self, route: Route) -> int:
        return self.tracks.in_gap(route.target.column - 1, route.flow.id, IN)


def _leaving(box: Box, side: str) -> Point:
    """Return where a flow leaves a shape."""
    x, y = box.middle
    return {RIGHT: (box.right, y), TOP: (x, box.y), BOTTOM: (x, box.bottom)}[side]


def _node_names(process: Process, boxes: Mapping[str, Box]) -> dict[str, Box]:
    """Place the names of gateways, beside their upper left, and of events."""
    names: dict[str, Box] = {}
    for node in process.nodes:
        box = boxes[node.id]
        if node.kind == GATEWAY:
            height = _NAME if len(node.name) * LETTER <= _GATEWAY_NAME + LETTER else 2 * _NAME
            names[node.id] = Box(box.middle[0] - 3 - _GATEWAY_NAME, box.y - height, _GATEWAY_NAME, height)
        elif node.kind == TIMER:
            names[node.id] = Box(box.right + 2, box.middle[1] + 3, len(node.name) * LETTER + NAME_GAP, _NAME)
        elif "escalates" in node.detail:
            names[node.id] = Box(box.right + 4, box.y + 4, 80, 2 * _NAME)
        elif node.kind not in ACTIVITIES:
            names[node.id] = Box(box.middle[0] - 30, box.bottom + 4, 60, _NAME)
    return names


def _flow_names(
    routes: tuple[Route, ...], boxes: Mapping[str, Box], corners: Mapping[str, tuple[Point, ...]]
) -> dict[str, Box]:
    """Place the names of flows beside the place where they leave; where several share it, beside their own line."""
    names: dict[str, Box] = {}
    taken: set[tuple[str, str]] = set()
    for route in routes:
        if not route.flow.name:
            continue
        width = len(route.flow.name) * LETTER + NAME_GAP
        x, y = _leaving(boxes[route.source.id], route.side)
        if (route.source.id, route.side) in taken:
            (x, y), (end, _) = corners[route.flow.id][1:3]
            left = x + NAME_GAP if end > x else x - NAME_GAP - width
            names[route.flow.id] = Box(left, y - _NAME + 1, width, _NAME - 2)
            continue
        taken.add((route.source.id, route.side))
        above = {RIGHT: -_NAME - 2, TOP: -_NAME - 2, BOTTOM: 4}[route.side]
        names[route.flow.id] = Box(x + NAME_GAP, y + above, width, _NAME)
    return names
