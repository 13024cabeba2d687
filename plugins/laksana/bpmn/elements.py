"""What a BPMN process is made of here: nodes in columns and rows of their lanes, and flows between them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

USER = "userTask"
SERVICE = "serviceTask"
CALL = "callActivity"
SCRIPT = "scriptTask"
GATEWAY = "exclusiveGateway"
START = "startEvent"
END = "endEvent"
TIMER = "boundaryEvent"
ACTIVITIES = frozenset({USER, SERVICE, CALL, SCRIPT})


@dataclass(frozen=True)
class Node:
    """One flow node: an activity, a gateway or an event."""

    id: str
    """Unique in the file and the same in every version of the SOP: ``langkah_05``, ``langkah_05_hasil``."""
    kind: str
    """The BPMN element's name, e.g. ``userTask``."""
    name: str
    """What the diagram shows."""
    lane: int
    """Index of its lane."""
    column: int
    """Place in the order of the flow, from 0."""
    row: int = 0
    """Place below the lane's first row: what belongs to the node above it."""
    step: int = 0
    """Number of the SOP's step, 0 where it belongs to none."""
    documentation: str = ""
    """What the SOP's sheet says, in Bahasa Indonesia."""
    detail: Mapping[str, str] = field(default_factory=dict)
    """What a kind needs besides: ``script``, ``called``, ``owner``, ``host`` and ``duration``, ``escalates``."""


@dataclass(frozen=True)
class Flow:
    """A way from one node to another."""

    source: str
    target: str
    name: str = ""
    """What the diagram shows: the outcome."""
    condition: str = ""
    """Expression that must hold; empty where nothing is chosen."""
    default: bool = False
    """True for the way of a gateway that is taken where no other holds."""

    @property
    def id(self) -> str:
        """Name of the flow; there is one at most from a node to another."""
        return f"alur_{self.source}_ke_{self.target}"


@dataclass(frozen=True)
class Process:
    """One SOP as nodes and flows."""

    lanes: tuple[str, ...]
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]

    def node(self, name: str) -> Node:
        """Return a node by its id."""
        return next(node for node in self.nodes if node.id == name)
