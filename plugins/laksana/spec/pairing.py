"""Finds what became of each entry of a list in its newer version. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

Item = TypeVar("Item")
Pairs = list[tuple[int, int]]

SIMILAR = 0.6
"""Share of words in common from which two names are taken for one that was reworded."""


def words_in_common(old: str, new: str) -> float:
    """Return how alike two texts are by their words, 0 to 1; capitals don't count."""
    return SequenceMatcher(None, old.casefold().split(), new.casefold().split(), autojunk=False).ratio()


def pair(
    old: Sequence[Item], new: Sequence[Item], likeness: Callable[[Item, Item], float], least: float = SIMILAR
) -> Pairs:
    """Return which entry became which, as positions in both lists, by the older one's order.

    Equal entries go together first, then the most alike, those nearest in place before others; what is less alike
    than ``least`` stays without a partner.
    """
    pairs = _equal(old, new)
    left, right = _unpaired(pairs, old, new)
    scored = ((likeness(old[i], new[j]), i, j) for i in left for j in right)
    for _, i, j in sorted(
        (found for found in scored if found[0] >= least), key=lambda found: (-found[0], abs(found[1] - found[2]))
    ):
        if i in left and j in right:
            pairs.append((i, j))
            left.remove(i)
            right.remove(j)
    return sorted(pairs)


def pair_replaced(old: Sequence[Item], new: Sequence[Item], likeness: Callable[[Item, Item], float]) -> Pairs:
    """Pair as ``pair`` does; in lists of one length, what is left over was replaced where it stood."""
    pairs = pair(old, new, likeness)
    if len(old) != len(new):
        return pairs
    left, right = _unpaired(pairs, old, new)
    return sorted([*pairs, *((i, i) for i in left if i in right)])


def in_order(pairs: Pairs) -> bool:
    """Tell whether the entries that stayed kept their order."""
    places = [j for _, j in sorted(pairs)]
    return places == sorted(places)


def _equal(old: Sequence[Item], new: Sequence[Item]) -> Pairs:
    """Pair equal entries: those that stand at the same place, then the others from the front."""
    pairs = [(i, i) for i in range(min(len(old), len(new))) if old[i] == new[i]]
    left, right = _unpaired(pairs, old, new)
    for i in left:
        found = next((j for j in right if old[i] == new[j]), None)
        if found is not None:
            pairs.append((i, found))
            right.remove(found)
    return pairs


def _unpaired(pairs: Pairs, old: Sequence[Item], new: Sequence[Item]) -> tuple[list[int], list[int]]:
    done = ({i for i, _ in pairs}, {j for _, j in pairs})
    return (
        [i for i in range(len(old)) if i not in done[0]],
        [j for j in range(len(new)) if j not in done[1]],
    )
