"""What the gates of routine SOPs ask, and what follows from the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from laksana.records import GateDecision
from laksana.spec.model import SELALU, slug_of
from laksana.steps.asking import Question, answers_so_far, last_note
from laksana.steps.case import Outcome
from laksana.steps.upkeep.coordination import growth_of, of_request
from laksana.steps.upkeep.reporting import DRAFT, TEXT, VALIDATION
from laksana.steps.upkeep.resources import limit_of, services_over
from laksana.steps.upkeep.rounds import asked_growth
from laksana.steps.wording import labelled, literal, rows

if TYPE_CHECKING:
    from laksana.steps.case import Case

_SHOWN = 20


def ask_in_a_round(case: Case) -> Question:
    """Ask a gate of the spec in a routine SOP: what the ministry is asked, decides and does."""
    work = case.step.work
    body = f"{literal(work.text('pengantar'))}\n\n{rows([('Tiket', case.ticket.number)])}\n{_what_for(case)}"
    subject = f"{work.text('pertanyaan')} — {case.ticket.number}"
    waiting = f"menunggu {case.step.pelaksana}"
    return Question(subject, f"{body}{answers_so_far(case)}", _role(case.step.answerer), waiting)


def ask_validation(case: Case) -> Question:
    """Ask for the report's validation: its summary on the page, the whole of it one tap away."""
    draft = case.casefile.get(DRAFT).record
    link = f"[Buka laporan (PDF)](/laksana/berkas/{draft['dokumen']['key']})"
    body = (
        f"{literal(case.step.work.text('pengantar'))}\n\n{rows([('Tiket', case.ticket.number)])}\n"
        f"{rows(draft['ringkasan'])}\n\n---\n\n{link}"
    )
    editor = case.casefile.find(TEXT)
    drafter = (f"not:{editor.record['oleh']}",) if editor else ()
    subject = f"{case.step.work.text('pertanyaan')} {draft['judul']} — {case.ticket.number}"
    waiting = f"menunggu validasi {case.step.pelaksana}"
    return Question(subject, body, (*_role(case.step.pelaksana), *drafter), waiting)


def ask_report_text(case: Case) -> Question:
    """Ask the drafter to say more in a returned report."""
    known = case.casefile.find(TEXT)
    body = f"{literal(case.step.work.text('perbaikan'))}\n\n**Catatan pemeriksa**: {literal(last_note(case))}"
    prefilled = {"uraian": known.record["uraian"] if known else ""}
    subject = f"Perbaiki laporan {case.ticket.number}"
    waiting = f"laporan diperbaiki {case.step.pelaksana}"
    return Question(subject, body, _role(case.step.pelaksana), waiting, prefilled)


def decide_validation(case: Case, decision: GateDecision) -> Outcome:
    """Take the validation with who gave it, or the return with its note."""
    who = decision.answered_by_name
    if decision.outcome == "kembalikan":
        return Outcome("kembalikan", f"laporan dikembalikan oleh {who}: {decision.note}")
    record = {"divalidasi_oleh": decision.answered_by, "nama": who, "pada": decision.answered_at}
    case.casefile.put(VALIDATION, record, step=case.step.no, attempt=case.attempt, at=case.now)
    document = case.casefile.get(DRAFT).record["dokumen"]
    outputs = {name: {**record, "konsep": document} for name in case.step.output}
    return Outcome("setujui", f"laporan divalidasi {who}", outputs)


def decide_report_text(case: Case, decision: GateDecision) -> Outcome:
    """Take what the drafter says besides."""
    record = {"uraian": str(decision.fields["uraian"]).strip(), "oleh": decision.answered_by}
    case.casefile.put(TEXT, record, step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome(SELALU, f"laporan diperbaiki oleh {decision.answered_by_name}")


def object_to_report_text(case: Case, decision: GateDecision) -> str:  # noqa: ARG001  # has the signature of the others
    """Refuse an empty text."""
    return "" if str(decision.fields.get("uraian", "")).strip() else "Uraian tidak boleh kosong"


def _what_for(case: Case) -> str:
    """Show what more resources are asked for."""
    if asked_growth(case):
        asked, service = of_request(case), growth_of()
        facts = [("Permohonan", asked.ticket.number), ("VPS", service.name(asked)), ("Pemilik", asked.owner)]
        return rows([*facts, *labelled(service.letter_values(asked))])
    over = services_over(case)
    seen = case.office.observations.of_case(case.ticket.number, "resource")
    lines = [
        (
            key.partition("/")[2],
            ", ".join(f"{name} {value:.0f} %" for name, value in seen[key].record["percent"].items()),
        )
        for key in over[:_SHOWN]
    ]
    more = f"\n\nDan {len(over) - _SHOWN} lainnya." if len(over) > _SHOWN else ""
    return f"\n**Melampaui batas atas {limit_of(case)} %**\n\n{rows(lines)}{more}"


def _role(post: str) -> tuple[str, ...]:
    """Name the holders of a post; nobody has asked for a routine SOP, so nobody is left out for that."""
    return (f"role:{slug_of(post)}",)
