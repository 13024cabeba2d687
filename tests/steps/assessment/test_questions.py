"""What an evaluation's gates show, to whom, and what they take."""

from __future__ import annotations

import pytest

from laksana.records import GateDecision
from laksana.servicedesk.api import Ticket
from laksana.steps.assessment.questions import ask_recommendation, object_to_recommendation
from laksana.steps.assessment.report import report_meeting
from laksana.steps.opening import finish
from laksana.steps.questions import QUESTIONS
from laksana.steps.upkeep.reporting import DRAFT, draft_report
from laksana.steps.wording import literal
from tests.steps.assessment.evaluation import ADVISED, EXPERT, HEAD, KABID, at_step, decided, met, recapped
from tests.steps.upkeep.estate import AT, Estate


def test_analysis_is_asked_with_the_recap(estate: Estate, ticket: Ticket) -> None:
    recapped(estate, ticket)

    question = QUESTIONS["gerbang"](at_step(estate, ticket, 2))

    assert question.assigned == ("role:analis-sistem-informasi",)
    assert "**Periode**: Triwulan III 2026" in question.body
    assert "**Rata-rata perbaikan**: tidak ada gangguan" in question.body


def test_recommendation_is_asked_with_analysis_meeting_and_its_report(estate: Estate, ticket: Ticket) -> None:
    met(estate, ticket)
    meeting = at_step(estate, ticket, 4)
    finish(meeting, report_meeting(meeting))

    question = ask_recommendation(at_step(estate, ticket, 5))

    assert question.assigned == (f"role:{EXPERT}",)
    assert "Perbaikan terlalu lama" in question.body
    assert "Kuota disk ditambah" in question.body
    assert "[Buka laporan rapat (PDF)](/laksana/berkas/" in question.body
    assert "Catatan pemeriksa" not in question.body
    assert question.prefilled == {}


def test_returned_recommendation_is_asked_with_its_text_and_the_note(estate: Estate, ticket: Ticket) -> None:
    met(estate, ticket)
    case = at_step(estate, ticket, 5)
    decided(case, "konsep_rekomendasi", "kirim", **ADVISED)
    finish(case, draft_report(case))
    approval = QUESTIONS["validasi"](at_step(estate, ticket, 6))
    decided(at_step(estate, ticket, 6), "validasi", "kembalikan", note="Sebutkan biayanya")

    again = ask_recommendation(at_step(estate, ticket, 5, attempt=2))

    assert approval.assigned == (f"role:{KABID}", f"not:{EXPERT}")
    assert f"{literal('Periode')}**: Triwulan III 2026" in approval.body
    assert "**Catatan pemeriksa**: Sebutkan biayanya" in again.body
    assert again.prefilled == ADVISED


def test_head_of_the_office_is_asked_to_receive_with_the_report(estate: Estate, ticket: Ticket) -> None:
    met(estate, ticket)
    case = at_step(estate, ticket, 5)
    decided(case, "konsep_rekomendasi", "kirim", **ADVISED)
    finish(case, draft_report(case))

    question = QUESTIONS["gerbang"](at_step(estate, ticket, 7))

    assert question.assigned == (f"role:{HEAD}",)
    assert f"(/laksana/berkas/{case.casefile.get(DRAFT).record['dokumen']['key']})" in question.body


@pytest.mark.parametrize(
    ("text", "objection"),
    [("", "Rekomendasi tidak boleh kosong"), (" \n", "Rekomendasi tidak boleh kosong"), ("Ya.", "")],
)
def test_empty_recommendation_is_objected_to(estate: Estate, ticket: Ticket, text: str, objection: str) -> None:
    case = at_step(estate, ticket, 5)
    decision = GateDecision(
        ticket=ticket.number, dag_id=ticket.slug, run_id=ticket.run_id, task_id=case.task_id, role=EXPERT,
        outcome="kirim", note="", fields={"rekomendasi": text}, answered_by=EXPERT, answered_by_name="Bayu Pranata",
        capacity="", opened_at="", answered_at=AT.isoformat(), spec_digest="",
    )  # fmt: skip

    assert object_to_recommendation(case, decision) == objection
