"""Which way each flow takes through the diagram, before anything has a size: sides, gaps and channels. Pure.

Shapes stand in columns, lanes are rows of shapes. Between two columns is a gap, above and below the shapes of a lane a
channel; flows run in gaps and channels only, so that none runs through a shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from laksana.bpmn.elements import GATEWAY, SCRIPT, Flow, Node, Process

RIGHT, TOP, BOTTOM = "right", "top", "bottom"


@dataclass(frozen=True)
class Channel:
    """The stretch above (or below) the shapes of a lane."""

    lane: int
    above: bool


@dataclass(frozen=True)
class Route:
    """How a flow runs."""

    flow: Flow
    source: Node
    target: Node
    side: str
    """Side of the source that it leaves by."""
    upright: bool = False
    """True where source and target stand in one column."""
    channel: Channel | None = None
    """Where it runs past other columns; nothing for neighbours."""

    @property
    def straight(self) -> bool:
        """Tell whether it is one level line to the neighbour."""
        same = (self.source.lane, self.source.row) == (self.target.lane, self.target.row)
        return self.channel is None and not self.upright and same

    @property
    def bent(self) -> bool:
        """Tell whether it leaves downwards and turns once to the neighbour."""
        return self.channel is None and not self.upright and self.side == BOTTOM

    @property
    def out_gap(self) -> int | None:
        """The gap after the source where it turns, if it does."""
        return self.source.column if self.side == RIGHT and not self.straight and not self.upright else None

    @property
    def in_gap(self) -> int | None:
        """The gap before the target where it turns, if it runs in a channel."""
        return self.target.column - 1 if self.channel else None

    @property
    def span(self) -> tuple[float, float]:
        """From where to where it runs in its channel, in columns."""
        begin = self.source.column + (0.5 if self.side == RIGHT else 0)
        end = self.target.column - 0.5
        return min(begin, end), max(begin, end)

    @property
    def rises(self) -> bool:
        """Tell whether it comes to its target from below."""
        place = (self.channel.lane, 0 if self.channel.above else 2) if self.channel else (self.source.lane, 1)
        return place > (self.target.lane, 1)


def routes_of(process: Process) -> tuple[Route, ...]:
    """Return the route of every flow."""
    return tuple(route for node in process.nodes for route in _leaving(process, node))


def _leaving(process: Process, node: Node) -> Iterator[Route]:
    """Yield the routes from one node: to what stands below or beside it first, the others take what sides are left."""
    ends = [(flow, process.node(flow.target)) for flow in process.flows if flow.source == node.id]
    free = [RIGHT, TOP, BOTTOM] if node.kind == GATEWAY else [RIGHT]
    far: list[tuple[Flow, Node]] = []
    for flow, target in ends:
        if target.column == node.column:
            side = BOTTOM if target.row > node.row else TOP
            _take(free, side)
            yield Route(flow, node, target, side, upright=True)
        elif target.column == node.column + 1 and (target.lane, target.row) == (node.lane, node.row + 1):
            _take(free, BOTTOM)
            yield Route(flow, node, target, BOTTOM)
        elif target.column == node.column + 1 and target.row == 0 and RIGHT in free:
            free.remove(RIGHT)
            yield Route(flow, node, target, RIGHT)
        else:
            far.append((flow, target))
    for flow, target in far:
        yield _far(node, flow, target, free)


def _far(node: Node, flow: Flow, target: Node, free: list[str]) -> Route:
    """Return the route to a node that is no neighbour: back below the lane's shapes, forward above them."""
    back = target.column <= node.column
    if node.kind == SCRIPT and node.row:
        return Route(flow, node, target, BOTTOM, channel=Channel(node.lane, above=False))
    wanted = (BOTTOM, TOP) if back else (TOP, RIGHT, BOTTOM)
    side = next((side for side in wanted if side in free), TOP if node.kind == GATEWAY else RIGHT)
    if node.kind == GATEWAY and side != RIGHT:
        _take(free, side)
    return Route(flow, node, target, side, channel=Channel(node.lane, above=side != BOTTOM))


def _take(free: list[str], side: str) -> None:
    if side in free:
        free.remove(side)
