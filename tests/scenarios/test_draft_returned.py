"""Ruling R6: the signer returns the draft, its drafter edits it, the signer signs what was edited."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from laksana.database.tables import letter_number
from tests.scenarios.case import ServiceOffice
from tests.scenarios.endings import GRANTED, assert_refused

pytestmark = [pytest.mark.scenario, pytest.mark.lab]

DRAFTER = "pranata-komputer-ahli-muda"
NEW_TEXT = "Permohonan belum dapat kami penuhi. Mohon lampirkan surat kuasa Kepala Dinas, lalu ajukan kembali."


def test_returned_draft_is_edited_and_signed_under_one_number(office: ServiceOffice) -> None:
    case = office.submit()
    case.answer("kabid-ti", "Tolak", catatan="Lampiran kurang")

    signature = case.await_gate("kabid-ti")
    assert "Lampiran kurang" in signature.body
    assert case.try_answer("kabid-ti", signature, "Kembalikan").status_code == 422
    case.answer("kabid-ti", "Kembalikan", catatan="Sebutkan lampiran yang kurang")

    editing = case.await_gate(DRAFTER)
    assert "Sebutkan lampiran yang kurang" in editing.body
    assert "Lampiran kurang" in editing.shown["isi"]
    assert case.try_answer("kabid-ti", editing, "Kirim", isi=NEW_TEXT).status_code == 403
    assert case.try_answer(DRAFTER, editing, "Kirim", isi="").status_code == 422
    case.answer(DRAFTER, "Kirim", isi=NEW_TEXT)

    again = case.await_gate("kabid-ti")
    assert "surat kuasa Kepala Dinas" in again.body.replace("\\", "")
    assert "not:pranata" in again.assigned
    case.sign_and_receive()

    decisions = [("kabid.ti", "tolak"), ("kabid.ti", "kembalikan"), ("pranata", "kirim"), *GRANTED[1:]]
    letter = assert_refused(case, decisions, reason=NEW_TEXT)
    with office.office.database.connect() as connection:
        drawn = connection.execute(select(letter_number).where(letter_number.c.ticket == case.ticket)).all()
    assert [(row.number, row.state) for row in drawn] == [(letter.number, "used")]
