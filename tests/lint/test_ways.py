"""Ways on which an input is lost: just those of the walks that come by without its maker."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from laksana.lint.durations import best_and_worst
from laksana.lint.ways import losing_ways
from laksana.spec.model import SELESAI, Edge, Spec
from tests.lint.making import sop, step

Graph = dict[int, list[int]]
"""Step → the steps that may follow, all later ones; 0 is the end."""
_LONGEST = 7
_SPEC = sop(step()).spec


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw flows whose ways all lead forward."""
    size = draw(st.integers(2, _LONGEST))
    onward = {no: [*range(no + 1, size + 1), 0] for no in range(1, size + 1)}
    return {no: draw(st.lists(st.sampled_from(to), min_size=1, max_size=3, unique=True)) for no, to in onward.items()}


def drawn(ways: Graph, minutes: dict[int, int] | None = None) -> Spec:
    """Return an SOP of these ways."""
    steps = (
        replace(
            _SPEC.step(1), no=no, waktu=f"{(minutes or {}).get(no, 1)} Menit",
            lanjut=tuple(Edge(f"ke{target}", target or SELESAI) for target in targets),
        )
        for no, targets in ways.items()
    )  # fmt: skip
    return replace(_SPEC, langkah=tuple(steps))


def walks(ways: Graph, start: int = 1) -> Iterator[tuple[int, ...]]:
    """Yield every walk from a step to the end."""
    for target in ways[start]:
        if target == 0:
            yield (start,)
        else:
            yield from ((start, *rest) for rest in walks(ways, target))


@settings(max_examples=100, derandomize=True, deadline=None)
@given(graphs(), st.data())
def test_input_is_lost_just_where_a_walk_comes_by_without_its_maker(ways: Graph, data: st.DataObject) -> None:
    to = data.draw(st.integers(2, len(ways)))
    makers = data.draw(st.sets(st.integers(1, to - 1), min_size=1))
    without = [
        walk for walk in walks(ways) if to in walk and not makers & set(itertools.takewhile(lambda no: no != to, walk))
    ]

    lost = [(origin.no, edge.ke) for origin, edge in losing_ways(drawn(ways), to, makers)]

    assert bool(lost) == bool(without)
    assert all(any(pair in itertools.pairwise(walk) for walk in without) for pair in lost)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(graphs(), st.data())
def test_best_and_worst_are_the_shortest_and_the_longest_walk(ways: Graph, data: st.DataObject) -> None:
    minutes = {no: data.draw(st.integers(1, 50)) for no in ways}
    lengths = [sum(minutes[no] for no in walk) for walk in walks(ways)]

    assert best_and_worst(drawn(ways, minutes), {}) == (min(lengths), max(lengths))
