"""Ways back become bounded attempts, counted by hand here."""

from __future__ import annotations

from pathlib import Path

import pytest

from laksana.building.unrolling import Loop, Place, attempts_of, loops_of, next_place, returns_left
from laksana.spec import load_spec
from laksana.spec.model import Spec


def test_loops_of_sop_11(spec: Spec) -> None:
    assert loops_of(spec) == [Loop(1, 2, 4), Loop(4, 5, 4), Loop(6, 7, 4)]


def test_attempts_of_each_step(spec: Spec) -> None:
    loops = loops_of(spec)

    assert [attempts_of(step, loops) for step in spec.langkah] == [4, 4, 1, 4, 4, 4, 4, 1, 1]


@pytest.mark.parametrize(
    ("place", "outcome", "expected"),
    [
        (Place(1, 1), "selalu", Place(2, 1)),
        (Place(1, 3), "selalu", Place(2, 3)),  # inside a loop the attempt goes along
        (Place(2, 1), "kembalikan", Place(1, 2)),  # back is the next attempt
        (Place(2, 3), "teruskan", Place(3, 1)),  # out of a loop it counts anew
        (Place(2, 3), "tolak", Place(6, 1)),  # into another loop too
        (Place(1, 2), "cabut", Place(6, 1)),
        (Place(3, 1), "lulus", Place(4, 1)),
        (Place(4, 2), "selalu", Place(5, 2)),
        (Place(5, 3), "gagal", Place(4, 4)),  # the attempt that a person grants
        (Place(5, 4), "tolak", Place(6, 1)),
        (Place(7, 3), "kembalikan", Place(6, 4)),
        (Place(7, 4), "setujui", Place(8, 1)),
        (Place(9, 1), "terima", None),
        (Place(3, 1), "entah", None),
    ],
)
def test_next_place(spec: Spec, place: Place, outcome: str, expected: Place | None) -> None:
    assert next_place(spec, place, outcome, loops_of(spec)) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [(Place(2, 1), True), (Place(2, 3), True), (Place(2, 4), False), (Place(1, 1), False), (Place(3, 1), False)],
)
def test_returns_left_only_at_the_end_of_a_loop(spec: Spec, place: Place, expected: bool) -> None:
    assert returns_left(place, loops_of(spec)) is expected


def test_step_that_leads_back_to_itself_is_a_loop_of_one(tmp_path: Path) -> None:
    valid = Path(__file__).parents[1] / "specs" / "valid" / "contoh-gerbang.yaml"
    file = tmp_path / valid.name
    text = valid.read_text(encoding="utf-8").replace(
        "- { hasil: sudah }", "- { hasil: sudah }\n          - { hasil: ulang }"
    )
    file.write_text(
        text.replace(
            "- { bila: sudah, ke: 4 }", "- { bila: sudah, ke: 4 }\n      - { bila: ulang, ke: 3, paling_banyak: 1 }"
        )
    )
    spec = load_spec(file)

    assert loops_of(spec) == [Loop(1, 2, 3), Loop(3, 3, 2)]
    assert next_place(spec, Place(3, 1), "ulang", loops_of(spec)) == Place(3, 2)
