"""Only today's holders and named persons answer a gate; an exclusion beats every grant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laksana.engine.assignment import may_answer

HOLDERS = {"kabid-ti": {"budi", "plh"}, "analis": {"ani"}}


def holders_of(role: str) -> set[str]:
    return HOLDERS.get(role, set())


@pytest.mark.parametrize(
    ("assigned", "username", "expected"),
    [
        ({"role:kabid-ti"}, "budi", True),
        ({"role:kabid-ti"}, "plh", True),
        ({"role:kabid-ti"}, "ani", False),
        ({"role:kabid-ti"}, "admin", False),
        ({"role:kabid-ti", "role:analis"}, "ani", True),
        ({"role:unheld"}, "budi", False),
        ({"user:budi"}, "budi", True),
        ({"user:budi"}, "ani", False),
        ({"role:kabid-ti", "not:budi"}, "budi", False),
        ({"role:kabid-ti", "not:budi"}, "plh", True),
        ({"user:budi", "not:budi"}, "budi", False),
        ({"not:budi"}, "ani", False),
        ({"budi"}, "budi", False),
        ({"17"}, "17", False),
        (set(), "budi", False),
        ({"user:"}, "", False),
    ],
)
def test_rule(assigned: set[str], username: str, expected: bool) -> None:
    assert may_answer(assigned, username, holders_of) is expected


def test_roles_are_not_asked_for_an_excluded_person() -> None:
    asked: list[str] = []

    def ask(role: str) -> set[str]:
        asked.append(role)
        return {"budi"}

    assert not may_answer({"role:kabid-ti", "not:budi"}, "budi", ask)
    assert asked == []


@given(st.sets(st.sampled_from(["role:kabid-ti", "role:analis", "user:budi", "user:ani", "not:plh", "x"])))
def test_excluding_someone_always_shuts_them_out(assigned: set[str]) -> None:
    for username in ("budi", "ani", "plh", "admin"):
        assert not may_answer(assigned | {f"not:{username}"}, username, holders_of)
