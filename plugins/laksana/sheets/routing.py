"""Lines between symbols: straight down to the next row where that is the way, else along a free track between columns.

A line to another page ends in a connector at the page's foot or head, and goes on from its twin there. What finds no
free track is not drawn: Keterangan says every way that is not simply the next row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase

from laksana.sheets import measures
from laksana.sheets.layout import PENTAGON, Label, Line, Page, Point, Rect, Symbol
from laksana.sheets.measures import Columns
from laksana.sheets.outcomes import exits_of
from laksana.spec.model import SELESAI, Spec

_STRAIGHT = 0.01
_CLEAR = 0.5
"""How near a line may come to what it passes."""


@dataclass(frozen=True)
class Stop:
    """A step's symbol on its page."""

    page: Page
    row_y: float
    place: Rect
    capsule_above: bool

    @property
    def x(self) -> float:
        """Middle, from the left."""
        return self.place.x + self.place.width / 2

    @property
    def y(self) -> float:
        """Middle, from the top."""
        return self.place.y + self.place.height / 2


@dataclass(frozen=True)
class Way:
    """A drawn way from a step."""

    source: int
    target: int
    """0 where it ends the case."""
    label: str
    outcome: str


@dataclass
class Router:
    """Draws the ways of one flowchart onto its pages."""

    columns: Columns
    stops: dict[int, Stop]
    ends: dict[int, Symbol]
    """End capsules by the step above them."""
    sides: dict[int, set[int]] = field(default_factory=dict)
    """Sides of a step's symbol that a line uses: -1 left, 1 right."""
    connectors: int = 0
    undrawn: set[tuple[int, str]] = field(default_factory=set)

    def draw(self, spec: Spec) -> None:
        """Draw all ways: those that leave below first, for they have no choice, then the short ones."""
        far = [way for step in spec.langkah for way in self._from_below(spec, step.no)]
        for way in sorted(far, key=lambda way: (abs(way.target - way.source), way.source)):
            if not self._draw_far(way):
                self.undrawn.add((way.source, way.outcome))

    def _from_below(self, spec: Spec, number: int) -> Iterator[Way]:
        """Draw what leaves a step's symbol below; yield its other ways."""
        drawn = [
            Way(number, edge.ke if isinstance(edge.ke, int) else 0, label, edge.bila)
            for label, edge in exits_of(spec.step(number)).drawn
        ]
        below = next((way for way in drawn if way.target == 0), None)
        below = below or next((way for way in drawn if way.target == number + 1), None)
        for way in drawn:
            if way is below:
                self._draw_below(way)
            else:
                yield way

    def _draw_below(self, way: Way) -> None:
        stop = self.stops[way.source]
        if way.label:
            width, height = measures.LABELS[way.label]
            place = Rect(stop.x + 0.9, stop.place.bottom + 0.3, width, height)
            stop.page.labels.append(Label(way.label, place, way.source))
        start = (stop.x, stop.place.bottom)
        if way.target == 0:
            stop.page.lines.append(Line((start, (stop.x, self.ends[way.source].place.y)), way.source, 0))
            return
        target = self.stops[way.target]
        if target.page is stop.page:
            corner = target.row_y + measures.NEAR_IN
            bend = [] if abs(target.x - stop.x) < _STRAIGHT else [(stop.x, corner), (target.x, corner)]
            stop.page.lines.append(Line((start, *bend, (target.x, target.place.y)), way.source, way.target))
            return
        name = self._next_name()
        foot = self._pentagon(stop.page, stop.x, name, foot=True)
        head = self._pentagon(target.page, target.x, name, foot=False)
        stop.page.lines.append(Line((start, (stop.x, foot.y)), way.source, way.target))
        target.page.lines.append(Line(((target.x, head.bottom), (target.x, target.place.y)), way.source, way.target))

    def _draw_far(self, way: Way) -> bool:
        """Draw a way along the cheapest free track; tell whether there was one."""
        stop, target = self.stops[way.source], self.stops[way.target]
        if stop.page is target.page:
            for side, x in self._tracks(stop, target.x, way):
                entry = self._entry(target, x)
                if entry and self._is_free(stop.page, x, stop.y, entry[0][1], way):
                    self._leave(stop, side, way)
                    points = ((self._edge(stop, side), stop.y), (x, stop.y), *entry)
                    stop.page.lines.append(Line(points, way.source, way.target))
                    self._enter(target, x, way)
                    return True
            return False
        return self._draw_across(way, stop, target)

    def _draw_across(self, way: Way, stop: Stop, target: Stop) -> bool:
        """Draw a way to another page: both halves, or none."""
        down = target.page.number > stop.page.number
        leaving = next(self._leaving(way, stop, target, down=down), None)
        arriving = next(self._arriving(way, target, down=down), None)
        if leaving is None or arriving is None:
            return False
        name = self._next_name()
        side, out = leaving
        foot = self._pentagon(stop.page, out, name, foot=down)
        end = foot.y if down else foot.bottom
        self._leave(stop, side, way)
        points = ((self._edge(stop, side), stop.y), (out, stop.y), (out, end))
        stop.page.lines.append(Line(points, way.source, way.target))
        into, entry = arriving
        head = self._pentagon(target.page, into, name, foot=not down)
        start = head.bottom if down else head.y
        target.page.lines.append(Line(((into, start), *entry), way.source, way.target))
        self._enter(target, into, way)
        return True

    def _leaving(self, way: Way, stop: Stop, target: Stop, *, down: bool) -> Iterator[tuple[int, float]]:
        for side, x in self._tracks(stop, target.x, way):
            edge = self._band(stop.page, foot=down)
            if self._has_room(stop.page, x, foot=down) and self._is_free(stop.page, x, stop.y, edge, way):
                yield side, x

    def _arriving(self, way: Way, target: Stop, *, down: bool) -> Iterator[tuple[float, tuple[Point, ...]]]:
        for x in sorted(self.columns.tracks, key=lambda x: abs(x - target.x)):
            entry = self._entry(target, x)
            edge = self._band(target.page, foot=not down)
            has_room = entry and self._has_room(target.page, x, foot=not down)
            if has_room and self._is_free(target.page, x, edge, entry[0][1], way):
                yield x, entry

    def _tracks(self, stop: Stop, towards: float, way: Way) -> Iterator[tuple[int, float]]:
        """Yield sides and tracks of a symbol, the cheapest first, whose side and label are free."""
        found = sorted(self.columns.tracks, key=lambda x: abs(x - stop.x) + abs(x - towards))
        for x in found:
            side = 1 if x > stop.x else -1
            if side in self.sides.get(way.source, set()) or not self._label_is_free(stop, side, way):
                continue
            yield side, x

    def _edge(self, stop: Stop, side: int) -> float:
        return stop.place.right if side > 0 else stop.place.x

    def _entry(self, target: Stop, x: float) -> tuple[Point, ...]:
        """Return the points by which a line on a track reaches a symbol: from above, or beside its start capsule."""
        if not target.capsule_above:
            y = target.row_y + measures.FAR_IN
            return (x, y), (target.x, y), (target.x, target.place.y)
        side = 1 if x > target.x else -1
        number = next(step for step, stop in self.stops.items() if stop is target)
        if side in self.sides.get(number, set()):
            return ()
        return (x, target.y), (self._edge(target, side), target.y)

    def _enter(self, target: Stop, x: float, way: Way) -> None:
        if target.capsule_above:
            self.sides.setdefault(way.target, set()).add(1 if x > target.x else -1)

    def _leave(self, stop: Stop, side: int, way: Way) -> None:
        self.sides.setdefault(way.source, set()).add(side)
        if way.label:
            stop.page.labels.append(Label(way.label, self._label_place(stop, side, way), way.source))

    def _label_place(self, stop: Stop, side: int, way: Way) -> Rect:
        """Return where a label stands: over the diamond's slope, on the side from which the line turns away."""
        width, height = measures.LABELS[way.label]
        x = stop.place.right - 2.2 if side > 0 else stop.place.x + 2.2 - width
        turns_up = 0 < way.target <= way.source
        return Rect(x, stop.y + 1.9 if turns_up else stop.y - 1.9 - height, width, height)

    def _label_is_free(self, stop: Stop, side: int, way: Way) -> bool:
        if not way.label:
            return True
        place = self._label_place(stop, side, way)
        taken = [label.place for label in stop.page.labels]
        taken += [symbol.place for symbol in stop.page.symbols if symbol.place != stop.place]
        taken += [rect for line in stop.page.lines for rect in rects_of(line)]
        return not any(place.meets(rect) for rect in taken)

    def _is_free(self, page: Page, x: float, start: float, end: float, way: Way) -> bool:
        """Tell whether a line may run up or down there: past symbols and labels, and on no other line."""
        run = Rect(x - _CLEAR, min(start, end), 2 * _CLEAR, abs(end - start))
        taken = [symbol.place for symbol in page.symbols] + [label.place for label in page.labels]
        if any(run.meets(place) for place in taken):
            return False
        beside = (line for line in page.lines if line.target != way.target or way.target == 0)
        return not any(rect.height > rect.width and run.meets(rect) for line in beside for rect in rects_of(line))

    def _band(self, page: Page, *, foot: bool) -> float:
        """Return the height at which a line meets the connectors of a page's foot or head."""
        gap = (measures.BAND - measures.PENTAGON[1]) / 2
        return page.bottom - measures.BAND + gap if foot else page.top + measures.BAND - gap

    def _pentagon_place(self, page: Page, x: float, *, foot: bool) -> Rect:
        width, height = measures.PENTAGON
        y = self._band(page, foot=foot) - (0 if foot else height)
        return Rect(x - width / 2, y, width, height)

    def _has_room(self, page: Page, x: float, *, foot: bool) -> bool:
        place = self._pentagon_place(page, x, foot=foot)
        left, right = self.columns.lanes[0] - 3.0, self.columns.lanes[-1] + self.columns.lane_width + 3.0
        clear = Rect(place.x - 0.6, place.y, place.width + 1.2, place.height)
        inside = left <= place.x and place.right <= right
        return inside and not any(clear.meets(symbol.place) for symbol in page.symbols if symbol.kind == PENTAGON)

    def _pentagon(self, page: Page, x: float, name: str, *, foot: bool) -> Rect:  # foot or head
        place = self._pentagon_place(page, x, foot=foot)
        page.symbols.append(Symbol(PENTAGON, place, name))
        return place

    def _next_name(self) -> str:
        """Return the next connector's name: A to Z, then A1 and so on."""
        again, letter = divmod(self.connectors, len(ascii_uppercase))
        self.connectors += 1
        return ascii_uppercase[letter] + (str(again) if again else "")


def rects_of(line: Line) -> Iterator[Rect]:
    """Yield a line's pieces as thin rectangles."""
    for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
        yield Rect(min(x1, x2) - 0.05, min(y1, y2) - 0.05, abs(x2 - x1) + 0.1, abs(y2 - y1) + 0.1)


def is_end(spec: Spec, number: int) -> bool:
    """Tell whether a drawn way of a step ends the case."""
    return any(edge.ke == SELESAI for _, edge in exits_of(spec.step(number)).drawn)
