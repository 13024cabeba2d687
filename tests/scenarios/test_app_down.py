"""Ruling R7: the application's host is down, three attempts fail, a person decides: refuse and undo, or try again."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.scenarios.case import Case, Gate, ServiceOffice
from tests.scenarios.endings import GRANTED, assert_granted, assert_refused
from tests.scenarios.hosts import is_served_once, proxy_sites, switched_off

pytestmark = [pytest.mark.scenario, pytest.mark.lab]

DECIDER = "pranata-komputer-ahli-muda"


class Failed(NamedTuple):
    """A case whose three attempts have failed, and the gate that asks what now."""

    case: Case
    gate: Gate


@pytest.fixture(scope="module")
def failed(office: ServiceOffice) -> list[Failed]:
    """Three cases that were tested while the application's host was off; it is on again afterwards."""
    cases = [office.submit() for _ in range(3)]
    for case in cases:
        case.await_gate("kabid-ti")
    with switched_off("app1"):
        for case in cases:
            case.forward()
        return [Failed(case, case.await_gate(DECIDER, seconds=240)) for case in cases]


def test_person_refuses_and_exactly_what_was_made_is_taken_back(failed: list[Failed], granted: Case) -> None:
    case, gate = failed[0]
    assert (gate.step, gate.options) == (5, ("Ulang", "Tolak"))
    assert [case.task(f"langkah_05_melakukan_tes_sub_domain{tail}")["state"] for tail in ("", "_percobaan_2")] == [
        "success", "success",
    ]  # fmt: skip
    assert case.history().count("Langkah 5: percobaan") == 3
    before = [site for site in proxy_sites() if case.fqdn not in site]
    refused = case.try_answer(DECIDER, gate, "Tolak", catatan="")
    assert refused.status_code == 422

    case.answer(DECIDER, "Tolak", catatan="Peladen aplikasi belum siap")
    case.sign_and_receive()

    decisions = [GRANTED[0], ("pranata", "tolak"), *GRANTED[1:]]
    assert_refused(case, decisions, reason="Peladen aplikasi belum siap", untouched=False)
    assert case.outcomes()[5] == "tolak"
    assert [site for site in proxy_sites() if case.fqdn not in site] == before
    assert is_served_once(granted.label)


def test_person_tries_once_more_with_the_host_up_again_and_it_is_granted(failed: list[Failed]) -> None:
    case, _ = failed[1]

    case.answer(DECIDER, "Ulang")
    case.sign_and_receive()

    assert_granted(case, [GRANTED[0], ("pranata", "ulang"), *GRANTED[1:]])
    assert case.task("langkah_05_melakukan_tes_sub_domain_percobaan_4")["state"] == "success"


def test_attempt_that_a_person_granted_is_the_last(failed: list[Failed]) -> None:
    case, _ = failed[2]
    with switched_off("app1"):
        case.answer(DECIDER, "Ulang")
        case.await_gate("kabid-ti")
    case.sign_and_receive()

    decisions = [GRANTED[0], ("pranata", "ulang"), *GRANTED[1:]]
    assert_refused(case, decisions, reason="tidak dapat diakses setelah dibuat", untouched=False)
    assert case.history().count("Langkah 5: percobaan") == 4
