"""Gives every flow a line of its own in the gaps and channels that it shares with others. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from laksana.bpmn.routes import Channel, Route

OUT, THROUGH, IN = 0, 1, 2
"""What turns just after its source stands left in a gap, what turns just before its target right."""


@dataclass(frozen=True)
class Tracks:
    """Lines in gaps, numbered from the left, and in channels, numbered from the shapes outwards."""

    gaps: Mapping[int, tuple[tuple[str, int], ...]]
    """For each gap its lines: the flow's id and what it does there (``OUT``, ``THROUGH``, ``IN``)."""
    channels: Mapping[Channel, Mapping[str, int]]
    """For each channel: flow → line."""

    def in_gap(self, gap: int, flow: str, part: int) -> int:
        """Return the line of a flow in a gap."""
        lines = self.gaps[gap]
        return lines.index((flow, part)) if (flow, part) in lines else lines.index((flow, THROUGH))

    def depth(self, channel: Channel) -> int:
        """Return how many lines a channel has."""
        return max(self.channels.get(channel, {}).values(), default=-1) + 1


def tracks_of(routes: tuple[Route, ...]) -> Tracks:
    """Return the lines of all flows."""
    return Tracks(_gaps(routes), _channels(routes))


def _gaps(routes: tuple[Route, ...]) -> dict[int, tuple[tuple[str, int], ...]]:
    """Each flow has a line of its own in a gap: what leaves left of what arrives, so that no two lie on another."""
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for route in routes:
        if route.out_gap is not None:
            found[route.out_gap].append((OUT if route.channel else THROUGH, route.flow.id))
        if route.in_gap is not None:
            found[route.in_gap].append((IN, route.flow.id))
    return {gap: tuple((flow, part) for part, flow in sorted(lines)) for gap, lines in found.items()}


def _channels(routes: tuple[Route, ...]) -> dict[Channel, dict[str, int]]:
    """Short ways run near the shapes, long ones outside; those that would touch have different lines."""
    found: defaultdict[Channel, list[Route]] = defaultdict(list)
    for route in routes:
        if route.channel:
            found[route.channel].append(route)
    return {channel: _lines(members) for channel, members in found.items()}


def _lines(members: list[Route]) -> dict[str, int]:
    lines: dict[str, int] = {}
    taken: list[list[tuple[float, float]]] = []
    for route in sorted(members, key=lambda route: (route.span[1] - route.span[0], route.flow.id)):
        begin, end = route.span
        line = next((n for n, spans in enumerate(taken) if all(end < a or b < begin for a, b in spans)), len(taken))
        if line == len(taken):
            taken.append([])
        taken[line].append((begin, end))
        lines[route.flow.id] = line
    return lines
