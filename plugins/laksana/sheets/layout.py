"""The flowchart as a drawing: pages with rows, symbols, lines and labels at their places, in millimetres. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

Point = tuple[float, float]
CAPSULE, BOX, DIAMOND, PENTAGON = "kapsul", "kotak", "belah-ketupat", "segilima"


@dataclass(frozen=True)
class Rect:
    """A rectangle by its left upper corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.height

    def meets(self, other: Rect, *, by: float = 0.05) -> bool:
        """Tell whether two rectangles share more than an edge."""
        return (
            self.x < other.right - by
            and other.x < self.right - by
            and self.y < other.bottom - by
            and other.y < self.bottom - by
        )


@dataclass(frozen=True)
class Symbol:
    """One of the five symbols."""

    kind: str
    place: Rect
    text: str = ""
    step: int = 0
    """Step that it belongs to; 0 for a connector."""


@dataclass(frozen=True)
class Line:
    """A line of right angles that ends in an arrow, or in a connector to another page."""

    points: tuple[Point, ...]
    source: int
    target: int
    """Step that the whole way leads to; 0 where it ends the case."""
    arrow: bool = True


@dataclass(frozen=True)
class Label:
    """Ya or Tidak beside a line."""

    text: str
    place: Rect
    step: int


@dataclass(frozen=True)
class Row:
    """A step's row with its texts."""

    step: int
    y: float
    height: float
    texts: tuple[str, ...]
    """No, Kegiatan, Kelengkapan, Waktu, Output, Keterangan."""


@dataclass
class Page:
    """One page of the flowchart; filled while it is laid out."""

    number: int
    rows: list[Row] = field(default_factory=list)
    top: float = 0.0
    """Where the rows begin, the upper strip of connectors included."""
    bottom: float = 0.0
    symbols: list[Symbol] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


@dataclass(frozen=True)
class Chart:
    """A whole flowchart."""

    pages: tuple[Page, ...]
    lanes: tuple[str, ...]
    said: frozenset[tuple[int, str]]
    """Ways (step, outcome) that found no room as lines and are said in Keterangan alone."""
