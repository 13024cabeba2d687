"""What the gates of an evaluation ask, and what follows from their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from laksana.records import GateDecision
from laksana.spec.model import SELALU
from laksana.steps.asking import Question, answers_so_far, last_note
from laksana.steps.assessment.recap import recap_of
from laksana.steps.assessment.report import MEETING, RECOMMENDATION, facts
from laksana.steps.case import Outcome
from laksana.steps.upkeep.reporting import DRAFT, TEXT
from laksana.steps.wording import literal, rows

if TYPE_CHECKING:
    from laksana.steps.case import Case

_PAPERS = {MEETING: "Buka laporan rapat (PDF)", DRAFT: "Buka laporan evaluasi (PDF)"}


def ask_in_an_assessment(case: Case) -> Question:
    """Ask a gate of the spec in an evaluation: the quarter's recap, what was entered so far, the papers."""
    work = case.step.work
    subject = f"{work.text('pertanyaan')} — {case.ticket.number}"
    waiting = f"menunggu {case.step.pelaksana}"
    return Question(subject, _body(case, work.text("pengantar")), (f"role:{case.step.role}",), waiting)


def ask_recommendation(case: Case) -> Question:
    """Ask for the recommendation; for a returned one its text is there, with the note that came with it."""
    work, known = case.step.work, case.casefile.find(TEXT)
    note = f"\n\n**Catatan pemeriksa**: {literal(last_note(case))}" if case.attempt > 1 else ""
    subject = f"{work.text('pertanyaan')} — {case.ticket.number}"
    prefilled = {RECOMMENDATION: known.record["uraian"]} if known else {}
    body = f"{_body(case, work.text('pengantar'))}{note}"
    return Question(subject, body, (f"role:{case.step.role}",), f"menunggu {case.step.pelaksana}", prefilled)


def decide_recommendation(case: Case, decision: GateDecision) -> Outcome:
    """Take the recommendation; the report is drafted from it next."""
    record = {"uraian": str(decision.fields[RECOMMENDATION]).strip(), "oleh": decision.answered_by}
    case.casefile.put(TEXT, record, step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome(SELALU, f"konsep rekomendasi ditulis oleh {decision.answered_by_name}")


def object_to_recommendation(case: Case, decision: GateDecision) -> str:  # noqa: ARG001  # has the signature of the others
    """Refuse an empty recommendation."""
    return "" if str(decision.fields.get(RECOMMENDATION, "")).strip() else "Rekomendasi tidak boleh kosong"


def _body(case: Case, lead: str) -> str:
    recap = recap_of(case)
    seen = rows([("Tiket", case.ticket.number), ("Periode", recap.quarter.title), *facts(recap)])
    by_sop = rows((title, f"{opened} kasus, selesai {closed}") for title, opened, closed in recap.cases)
    cases = f"\n\n**Kasus menurut SOP**\n\n{by_sop}" if by_sop else ""
    return f"{literal(lead)}\n\n{seen}{cases}{answers_so_far(case)}{_papers(case)}"


def _papers(case: Case) -> str:
    """Link the papers that the evaluation has so far."""
    found = {label: case.casefile.find(name) for name, label in _PAPERS.items()}
    links = [f"[{label}](/laksana/berkas/{item.record['dokumen']['key']})" for label, item in found.items() if item]
    return "\n\n---\n\n" + "\n\n".join(links) if links else ""
