"""Sizes of shapes, and where lanes and columns begin once it is known how many lines run between them. Pure.

All numbers are pixels of BPMN's diagram interchange, from the top left.
"""

from __future__ import annotations

from dataclasses import dataclass

from laksana.bpmn.elements import ACTIVITIES, GATEWAY, SCRIPT, TIMER, Node, Process
from laksana.bpmn.routes import RIGHT, Channel, Route
from laksana.bpmn.tracks import Tracks

Point = tuple[int, int]

LEFT_EDGE, TOP_EDGE = 160, 80
HEADER = 30
"""Width of the strip with the name of a pool or lane."""
ACTIVITY, SMALL_ACTIVITY, DIAMOND, CIRCLE = (220, 116), (110, 64), (50, 50), (36, 36)
HALF_ROW = ACTIVITY[1] // 2
ROW = 156
"""From a row of shapes to the one below in the same lane."""
LINE = 14
"""Between two lines in a gap or channel."""
PAD = 20
"""Between shapes and the first line beside them."""
LETTER = 7
"""Width of a letter in a name."""
NAME_GAP = 5
"""Between a flow and its name."""
NAMED_COLUMN = 140
"""Width of a gateway's column: its name stands in the left half, the name of a way upwards in the right."""
TIMER_OFFSET = 34
"""From the left border of an activity to the middle of its timer."""


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Its right border."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Its lower border."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width // 2, self.y + self.height // 2


def size_of(node: Node) -> tuple[int, int]:
    """Return width and height of a node's shape."""
    if node.kind in ACTIVITIES:
        return SMALL_ACTIVITY if node.kind == SCRIPT else ACTIVITY
    return DIAMOND if node.kind == GATEWAY else CIRCLE


@dataclass(frozen=True)
class Lane:
    """Where a lane is, and what in it."""

    top: int
    bottom: int
    first_row: int
    """Middle of its first row of shapes."""
    floor: int
    """Where the shapes of its last row end."""

    def row(self, number: int) -> int:
        """Return the middle of a row."""
        return self.first_row + number * ROW

    def line(self, channel: Channel, number: int) -> int:
        """Return the height of a line in the channel above or below the shapes."""
        if channel.above:
            return self.first_row - HALF_ROW - PAD - number * LINE
        return self.floor + PAD + number * LINE


def lanes_of(process: Process, tracks: Tracks) -> tuple[Lane, ...]:
    """Return the lanes from top to bottom, each as high as its shapes and lines need."""
    lanes: list[Lane] = []
    top = TOP_EDGE
    for index in range(len(process.lanes)):
        members = [node for node in process.nodes if node.lane == index and node.kind != TIMER]
        above, below = (tracks.depth(Channel(index, above=side)) for side in (True, False))
        first = top + PAD + above * LINE + PAD // 2 + HALF_ROW
        floor = max((first + node.row * ROW + size_of(node)[1] // 2 for node in members), default=first + HALF_ROW)
        floor = max(floor, first + HALF_ROW)
        bottom = floor + PAD + below * LINE + PAD // 2
        lanes.append(Lane(top, bottom, first, floor))
        top = bottom
    return tuple(lanes)


def name_reach(route: Route) -> int:
    """Return how far a flow's name reaches to the right from the middle of the gateway that it leaves."""
    begin = DIAMOND[0] // 2 if route.side == RIGHT else 0
    return begin + 2 * NAME_GAP + len(route.flow.name) * LETTER


@dataclass(frozen=True)
class Columns:
    """Where columns are, from left to right, and the lines between them."""

    middles: tuple[int, ...]
    first_lines: tuple[int, ...]
    """For each column: where the first line of the gap after it is."""
    end: int

    def line(self, gap: int, number: int) -> int:
        """Return where a line of the gap after a column is."""
        return self.first_lines[gap] + number * LINE


def columns_of(process: Process, routes: tuple[Route, ...], tracks: Tracks) -> Columns:
    """Return the columns, each as wide as its shapes, and gaps as wide as their lines and names need."""
    middles: list[int] = []
    first_lines: list[int] = []
    x = LEFT_EDGE + 2 * HEADER + PAD
    for column in range(max(node.column for node in process.nodes) + 1):
        members = [node for node in process.nodes if node.column == column]
        width = max(NAMED_COLUMN if node.kind == GATEWAY else size_of(node)[0] for node in members)
        reach = [name_reach(route) for route in routes if route.source.column == column and route.flow.name]
        room = max(0, max(reach, default=0) - NAMED_COLUMN // 2)
        middles.append(x + width // 2)
        first_lines.append(x + width + room + PAD)
        x = first_lines[-1] + max(0, len(tracks.gaps.get(column, ())) - 1) * LINE + PAD
    return Columns(tuple(middles), tuple(first_lines), x)


def boxes_of(process: Process, lanes: tuple[Lane, ...], columns: Columns) -> dict[str, Box]:
    """Return every node's shape: in the middle of its column and row; a timer sits on its host's lower border."""
    boxes: dict[str, Box] = {}
    for node in process.nodes:
        x, y = columns.middles[node.column], lanes[node.lane].row(node.row)
        if node.kind == TIMER:
            host = boxes[node.detail["host"]]
            x, y = host.x + TIMER_OFFSET, host.bottom
        elif "escalates" in node.detail:
            x += TIMER_OFFSET - ACTIVITY[0] // 2
        width, height = size_of(node)
        boxes[node.id] = Box(x - width // 2, y - height // 2, width, height)
    return boxes
