"""Sizes of the sheet's flowchart, in millimetres on A4 across. Pure."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 297.0, 210.0, 10.0
TITLE = 9.0
"""Height of the line above the table."""
HEAD = (6.0, 13.0)
"""Heights of the two rows of the table's head."""
BAND = 10.0
"""Height of the strip that holds off-page connectors."""
NOTE = 5.0
"""Height left for the page's number."""
ABOVE, BELOW = 6.0, 5.0
"""Free height in a row above its symbol, where ways come in, and below it, where one leaves."""
CAPSULE = (13.0, 5.0)
CAPSULE_ROOM = 9.0
"""Height of a capsule with its arrow."""
BOX_HEIGHT, DIAMOND_HEIGHT = 6.0, 9.0
PENTAGON = (5.6, 6.0)
PADDING = 1.2
TEXT_SIZE = 8.0
"""Points."""
FAR_IN, NEAR_IN = 1.7, 3.4
"""Below a row's upper edge: where ways from afar run to their symbol, and where the one from the row above does."""
LABELS = {"Ya": (4.2, 3.0), "Tidak": (7.0, 3.0)}
_NUMBER, _TIME = 8.0, 16.0
_SHARES = (0.34, 0.25, 0.23, 0.18)
"""Of what is left: Kegiatan, Kelengkapan, Output, Keterangan."""
_LANES, _LANE_LEAST, _LANE_MOST = 100.0, 14.0, 26.0
_TRACK_STEP, _FROM_RULE, _FROM_SYMBOL = 1.3, 1.8, 1.5


@dataclass(frozen=True)
class Columns:
    """Left edges and widths of the table's columns."""

    lanes: tuple[float, ...]
    """Left edges of the performers' columns."""
    lane_width: float
    edges: tuple[tuple[float, float], ...]
    """Left edge and width of No, Kegiatan, Kelengkapan, Waktu, Output, Keterangan."""

    def centre(self, lane: int) -> float:
        """Return the middle of a performer's column."""
        return self.lanes[lane] + self.lane_width / 2

    @property
    def symbol_width(self) -> float:
        """Width of boxes and diamonds."""
        return min(13.0, self.lane_width * 0.6)

    @property
    def tracks(self) -> tuple[float, ...]:
        """Where lines may run up and down: between the symbols, and not on the columns' rules."""
        room = (self.lane_width - self.symbol_width) / 2
        count = max(1, 1 + int((room - _FROM_RULE - _FROM_SYMBOL) / _TRACK_STEP))
        offsets = [_FROM_RULE + number * _TRACK_STEP for number in range(count)]
        found = []
        for left in self.lanes:
            found += [left + offset for offset in offsets]
            found += [left + self.lane_width - offset for offset in offsets]
        return tuple(sorted(found))


def columns(lanes: int) -> Columns:
    """Return the columns for so many performers."""
    lane = min(_LANE_MOST, max(_LANE_LEAST, _LANES / lanes))
    free = WIDTH - 2 * MARGIN - _NUMBER - _TIME - lane * lanes
    activity, inputs, outputs, remarks = (free * share for share in _SHARES)
    x = MARGIN
    edges = []
    for width in (_NUMBER, activity):
        edges.append((x, width))
        x += width
    lefts = tuple(x + lane * number for number in range(lanes))
    x += lane * lanes
    for width in (inputs, _TIME, outputs, remarks):
        edges.append((x, width))
        x += width
    return Columns(lefts, lane, tuple(edges))
