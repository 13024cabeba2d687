"""Ruling R5: the disposition returns a request, the applicant completes it, three times at most."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.case import Case, Gate, ServiceOffice, fresh_label, request_form
from tests.scenarios.endings import GRANTED, assert_granted, assert_refused
from tests.scenarios.hosts import records_on_hosts

pytestmark = [pytest.mark.scenario, pytest.mark.lab]


def test_returned_request_is_completed_and_granted_under_its_new_name(office: ServiceOffice) -> None:
    case = office.submit()
    old = case.label

    gate = case.await_gate("kabid-ti")
    for empty in ({}, {"catatan": ""}, {"catatan": "   "}):
        assert_not_taken(case, gate, "kabid-ti", "Kembalikan", "alasan wajib diisi", **empty)
    case.answer("kabid-ti", "Kembalikan", catatan="Nama kurang jelas")

    completion = case.await_gate("pemohon")
    assert completion.step == 1
    assert "Nama kurang jelas" in completion.body
    assert completion.shown == {**request_form(old), "port_tujuan": 80}
    case.await_status("dikembalikan")
    assert case.try_answer("kabid-ti", completion, "Kirim").status_code == 403

    for bad in ("Nama Salah!", "www", "a", "-x", ""):
        assert_not_taken(case, completion, "pemohon", "Kirim", "Nama sub domain", label=bad)
    assert_not_taken(case, completion, "pemohon", "Kirim", "192.0.2.9", alamat_tujuan="192.0.2.9")
    new = Case(office, case.ticket, case.run_id, fresh_label())
    new.answer("pemohon", "Kirim", label=new.label)
    new.forward()
    new.sign_and_receive()

    assert_granted(new, [("kabid.ti", "kembalikan"), ("kabid.spbe", "kirim"), *GRANTED])
    assert records_on_hosts(old).nothing


def test_third_return_is_the_last(office: ServiceOffice) -> None:
    case = office.submit()
    offered = []

    for number in range(3):
        gate = case.answer("kabid-ti", "Kembalikan", catatan=f"Perbaikan ke-{number + 1}")
        offered.append(gate.options)
        case.answer("pemohon", "Kirim", keperluan=f"Situs layanan versi {number + 2}")
    last = case.answer("kabid-ti", "Tolak", catatan="Tetap tidak lengkap")
    case.sign_and_receive()

    assert (offered, last.options) == ([("Teruskan", "Kembalikan", "Tolak")] * 3, ("Teruskan", "Tolak"))
    returns = [("kabid.ti", "kembalikan"), ("kabid.spbe", "kirim")] * 3
    assert_refused(case, [*returns, ("kabid.ti", "tolak"), *GRANTED[1:]], reason="Tetap tidak lengkap")


def assert_not_taken(case: Case, gate: Gate, role: str, option: str, complaint: str, **fields: Any) -> None:
    """Check that an answer is refused in words, that the gate stays open and that the ledger has nothing of it."""
    known = case.decisions()
    answer = case.try_answer(role, gate, option, **fields)
    told = answer.json()["detail"].casefold()
    assert (answer.status_code, complaint.casefold() in told) == (422, True), answer.text
    assert (case.await_gate(role), case.decisions()) == (gate, known)
