"""Which rows a list shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from laksana.registry.selection import Selection
from tests.registry.conftest import WANTED

DUE = replace(WANTED, expires_on=date(2027, 1, 31))


@pytest.mark.parametrize(
    ("selection", "has"),
    [
        (Selection(), True),
        (Selection(kind="subdomain", owner="PERIKANAN", place="proxy", state="dipesan"), True),
        (Selection(kind="vps"), False),
        (Selection(owner="Dinas Pendidikan"), False),
        (Selection(place="pdn"), False),
        (Selection(state="aktif"), False),
        (Selection(expiring_before=date(2027, 2, 1)), True),
        (Selection(expiring_before=date(2027, 1, 31)), False),
    ],
)
def test_row_must_meet_every_condition(selection: Selection, *, has: bool) -> None:
    assert selection.has(DUE) is has


def test_row_without_a_renewal_date_never_expires() -> None:
    assert not Selection(expiring_before=date(9999, 12, 31)).has(WANTED)
