"""The main way: forwarded, checked, made, tested, signed, received; and who may not answer on that way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from laksana.database.tables import holder
from laksana.posts.holders import Holders, Holding
from tests.scenarios.case import FORWARD, Case, ServiceOffice
from tests.scenarios.endings import GRANTED, assert_granted
from tests.scenarios.people import OTHER_APPLICANT

pytestmark = [pytest.mark.scenario, pytest.mark.lab]


def test_granted_case_leaves_a_living_name_a_signed_letter_and_a_full_record(granted: Case) -> None:
    letter = assert_granted(granted)

    entries = granted.at.office.ledger.entries(granted.ticket)
    assert [(item.role, item.capacity) for item in entries] == [
        ("kabid-ti", "definitif"), ("kabid-ti", "definitif"), ("kabid-spbe", "definitif"),
    ]  # fmt: skip
    assert entries[0].fields == FORWARD
    assert len({item.spec_digest for item in entries}) == 1
    assert granted.playbook_runs() == ["langkah-03-plan-1-1", "langkah-04-apply-1-1"]
    assert letter.number in granted.history()


def test_gate_takes_no_answer_but_the_holder_s_and_that_once(office: ServiceOffice) -> None:
    case = office.submit()
    gate = case.await_gate("kabid-ti")

    refused = {
        who: case.try_answer(who, gate, "Teruskan", **FORWARD).status_code
        for who in ("pranata", "analis", "kepala.dinas", "auditor", "admin", "laksana", "pemohon", OTHER_APPLICANT)
    }
    assert refused == dict.fromkeys(refused, 403)
    assert case.decisions() == []

    first, second = (
        case.try_answer("kabid-ti", gate, "Tolak", catatan="Nama tidak sesuai ketentuan") for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (200, 409)
    case.sign_and_receive()
    assert case.decisions() == [("kabid.ti", "tolak"), *GRANTED[1:]]


def test_applicant_who_also_holds_the_deciding_post_may_not_decide_on_the_own_request(office: ServiceOffice) -> None:
    today = datetime.now(UTC).date()
    acting = Holding(
        role="kabid-ti", username="kabid.spbe", name="Ir. Retno Wulandari, M.T.", rank="", nip="", agency="",
        valid_from=today - timedelta(days=1), capacity="plh", decree="SP/1/2026",
    )  # fmt: skip
    case = office.submit()
    gate = case.await_gate("kabid-ti")
    Holders(office.office.database).enter([acting])
    try:
        assert case.try_answer("pemohon", gate, "Teruskan", **FORWARD).status_code == 403
    finally:
        with office.office.database.begin() as connection:
            connection.execute(delete(holder).where(holder.c.role == "kabid-ti", holder.c.username == "kabid.spbe"))
    assert case.try_answer("kabid-ti", gate, "Tolak", catatan="Di luar kewenangan").status_code == 200
