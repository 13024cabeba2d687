"""What became of each entry of a list: equal ones first, then the most alike, then what stands at the same place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laksana.spec.pairing import in_order, pair, pair_replaced, words_in_common

NAMES = st.lists(st.sampled_from(["surat", "surat masuk", "surat keluar", "Surat", "laporan", "laporan rutin"]))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["a", "b"], ["b", "a"], [(0, 1), (1, 0)]),
        (["a", "a"], ["a", "a"], [(0, 0), (1, 1)]),
        (["surat masuk"], ["laporan", "surat masuk baru"], [(0, 1)]),
        (["surat"], ["laporan"], []),
        ([], ["a"], []),
    ],
)
def test_entries_go_together(old: list[str], new: list[str], expected: list[tuple[int, int]]) -> None:
    assert pair(old, new, words_in_common) == expected


def test_what_is_left_over_was_replaced_where_it_stood() -> None:
    assert pair_replaced(["a", "b"], ["a", "c"], words_in_common) == [(0, 0), (1, 1)]
    assert pair_replaced(["a", "b"], ["a", "c", "d"], words_in_common) == [(0, 0)]


def test_order() -> None:
    assert in_order([(0, 0), (2, 1)])
    assert not in_order([(0, 1), (1, 0)])


@given(NAMES, NAMES)
def test_nothing_goes_with_two(old: list[str], new: list[str]) -> None:
    for found in (pair(old, new, words_in_common), pair_replaced(old, new, words_in_common)):
        assert len({i for i, _ in found}) == len({j for _, j in found}) == len(found)
        assert all(0 <= i < len(old) and 0 <= j < len(new) for i, j in found)


@given(NAMES)
def test_a_list_and_itself(names: list[str]) -> None:
    assert pair(names, names, words_in_common) == [(i, i) for i in range(len(names))]
