"""Calls to a far side: which faults are worth another try, how long to wait, and what is surely not sent twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from laksana.provisioning.providers import calls
from laksana.provisioning.providers.calls import FarSide, Patience, Place, carry_through
from laksana.provisioning.providers.evidence import Evidence, scrubber_of
from laksana.provisioning.providers.faults import CANCELLED, UNREACHABLE, FarSideError
from tests.doubles.serving import ALWAYS, Call, Double, Fault, Reply, served
from tests.provisioning.providers.conftest import QUICK

READ = calls.Call("GET", "/things", repeatable=True)
MAKE = calls.Call("POST", "/things", json={"name": "x"})
Opening = Callable[..., FarSide]


class Things(Double):
    """Answers everything with yes and counts what it was told to make."""

    made = 0

    def answer(self, call: Call) -> Reply:
        self.made += call.method == "POST"
        return Reply(200, {"made": self.made})

    def changes(self) -> int:
        return self.made


@pytest.fixture
def things() -> Iterator[Things]:
    with served(Things()) as double:
        yield double


@pytest.fixture
def opening(things: Things, tmp_path: Path) -> Opening:
    def open_far_side(patience: Patience = QUICK, *, stop_after: int = ALWAYS) -> FarSide:
        place = Place("Jauh", things.address, "Bearer x", "LAKSANA_X")
        return FarSide(
            place, patience, Evidence(tmp_path, scrubber_of([])), cancelled=lambda: len(things.calls) >= stop_after
        )

    return open_far_side


@pytest.mark.parametrize("fault", [Fault("", status=500), Fault("", hang=True), Fault("", drop=True)])
def test_reading_is_tried_again(things: Things, opening: Opening, fault: Fault) -> None:
    things.faults.append(replace(fault))

    assert opening().ask(READ).data == {"made": 0}
    assert len(things.calls) == 2


@pytest.mark.parametrize("fault", [Fault("", status=500), Fault("", hang=True), Fault("", drop=True)])
def test_making_is_not_tried_again_where_it_may_have_been_done(things: Things, opening: Opening, fault: Fault) -> None:
    things.faults.append(replace(fault, carried_out=True))

    with pytest.raises(FarSideError) as caught:
        opening().ask(MAKE)
    assert caught.value.unclear
    assert caught.value.status == UNREACHABLE
    assert things.made == 1


def test_making_is_tried_again_where_it_surely_was_not_done(things: Things, opening: Opening) -> None:
    things.faults.append(Fault("", times=2, status=429, headers={"Retry-After": "0"}))

    assert opening().ask(MAKE).data == {"made": 1}
    assert len(things.calls) == 3


def test_waits_grow(things: Things, opening: Opening) -> None:
    things.faults.append(Fault("", times=2, status=503))
    opening(Patience(tries=3, first_wait=0.1, longest_wait=1)).ask(READ)
    first, second, third = (call.at for call in things.calls)

    assert second - first >= 0.1
    assert third - second >= 0.2


def test_wait_may_be_given_as_a_date(things: Things, opening: Opening) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    things.faults.append(Fault("", status=429, headers={"Retry-After": later}))

    with pytest.raises(FarSideError, match="HTTP 429") as caught:
        opening().ask(READ)
    assert caught.value.wait == pytest.approx(3600, abs=5)
    assert len(things.calls) == 1


@pytest.mark.parametrize("header", ["soon", "-1", "²", "Wed, 01 Jan 2020 00:00:00 GMT"])
def test_wait_that_says_nothing_is_ours_to_choose(things: Things, opening: Opening, header: str) -> None:
    things.faults.append(Fault("", status=429, headers={"Retry-After": header}))

    assert opening().ask(READ).status == 200


def test_run_that_is_stopped_while_it_waits_ends_soon(things: Things, opening: Opening) -> None:
    things.faults.append(Fault("", times=ALWAYS, status=503))
    begun = time.monotonic()

    with pytest.raises(FarSideError) as caught:
        opening(Patience(first_wait=30), stop_after=1).ask(READ)
    assert caught.value.status == CANCELLED
    assert len(things.calls) == 1
    assert time.monotonic() - begun < 5


def test_refusal_with_reasons_is_given_back(things: Things, opening: Opening) -> None:
    things.faults += [Fault("", status=400, body=b'{"why":"x"}'), Fault("", status=404, body=b"<html>")]
    far = opening()

    assert (far.ask(READ).data, far.ask(READ)) == ({"why": "x"}, calls.Answer(404, {}))
    assert len(things.calls) == 2


def test_what_is_so_after_a_fault_is_not_done_again(things: Things, opening: Opening) -> None:
    things.faults.append(Fault("POST", drop=True, carried_out=True))
    far = opening()
    carry_through(far, lambda: _make(far), lambda: things.made == 1)

    assert things.made == 1


def test_what_never_comes_to_be_is_given_up(things: Things, opening: Opening) -> None:
    things.faults.append(Fault("POST", times=ALWAYS, drop=True))
    far = opening()

    with pytest.raises(FarSideError):
        carry_through(far, lambda: _make(far), lambda: False)
    assert things.asked("POST") == QUICK.tries


def test_refusal_is_looked_at_but_not_repeated(opening: Opening) -> None:
    far = opening()
    looked: list[bool] = []

    def refuse() -> None:
        raise FarSideError("sudah ada")

    with pytest.raises(FarSideError, match="sudah ada"):
        carry_through(far, refuse, lambda: bool(looked.append(True)))
    assert looked == [True]
    carry_through(far, refuse, lambda: True)


def test_token_is_not_shown() -> None:
    place = Place("Jauh", "https://x", "Bearer marker", "LAKSANA_X")

    assert "marker" not in repr(place)


def _make(far: FarSide) -> None:
    far.ask(MAKE)
