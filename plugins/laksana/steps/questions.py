"""What each gate asks, and what follows from its answer; two tables that ``GateOperator`` looks up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from laksana.checks.host_keys import fingerprint_of, scan_host_key
from laksana.checks.servers import check_server
from laksana.documents.wording import TABLE_MARK
from laksana.errors import GateError
from laksana.intake.forms import check_form
from laksana.records import CheckReport, GateDecision
from laksana.request_rules import request_rules
from laksana.spec.model import SELALU, slug_of
from laksana.spec.vocabulary import EVALUATION, REFUSING
from laksana.steps.asking import Question, answers_so_far, applicant_of, last_note, role_but_applicant
from laksana.steps.assessment.questions import (
    ask_in_an_assessment,
    ask_recommendation,
    decide_recommendation,
    object_to_recommendation,
)
from laksana.steps.case import Case, Outcome
from laksana.steps.letters import APPROVAL, EDITED
from laksana.steps.services import service_of, subject_of
from laksana.steps.upkeep.questions import (
    ask_in_a_round,
    ask_report_text,
    ask_validation,
    decide_report_text,
    decide_validation,
    object_to_report_text,
)
from laksana.steps.wording import form_rows, literal, report_rows, rows


def ask_choice(case: Case) -> Question:
    """Ask a gate of the spec: disposition, receipt."""
    work = case.step.work
    if case.spec.jenis == EVALUATION:
        return ask_in_an_assessment(case)
    if not case.spec.formulir:
        return ask_in_a_round(case)
    if work.text("penjawab") == "pemohon":
        document = case.ticket.documents[-1].key if case.ticket.documents else ""
        body = f"{literal(work.text('pengantar'))}\n\n{rows([('Tiket', case.ticket.number), ('Dokumen', document)])}"
        subject = f"{work.text('pertanyaan')} — {case.ticket.number}"
        return Question(
            subject, body, applicant_of(case), "menunggu pemohon menyatakan terima", status=case.ticket.status
        )
    body = (
        f"{literal(work.text('pengantar'))}\n\n{rows([('Tiket', case.ticket.number)])}\n"
        f"{form_rows(case.form, case.spec.formulir)}{answers_so_far(case)}{_secret_link(case)}"
    )
    subject = f"{work.text('pertanyaan')} {subject_of(case)}".strip() + f" — {case.ticket.number}"
    assigned = role_but_applicant(case, slug_of(case.step.answerer))
    return Question(subject, body, assigned, f"menunggu {case.step.pelaksana}")


def _secret_link(case: Case) -> str:
    """Say where a secret is handed in; it never goes through the gate's own form."""
    name = case.step.work.text("rahasia").replace("_", "-")
    if not name:
        return ""
    there = "sudah diserahkan" if case.office.secrets.has(case.ticket.number, name) else "belum diserahkan"
    return (
        f"\n\n**Kata sandi** tidak ditulis pada formulir ini. "
        f"[Serahkan kata sandi](/laksana/rahasia/{case.ticket.number}/{name}) ({there} saat halaman ini dibuat)."
    )


def ask_completion(case: Case) -> Question:
    """Ask the applicant to complete a returned request (ruling R5)."""
    note = last_note(case)
    body = f"{literal(case.step.work.text('perbaikan'))}\n\n**Catatan**: {literal(note)}"
    prefilled = {name: case.form.get(name) for name in case.spec.formulir["properties"]}
    subject = f"Lengkapi permohonan {case.ticket.number}"
    return Question(subject, body, applicant_of(case), "dikembalikan kepada pemohon", prefilled, status="dikembalikan")


def ask_after_failures(case: Case) -> Question:
    """Ask what to do after the last failed test (ruling R7)."""
    found = case.casefile.find(f"hasil uji langkah {case.step.no}")
    report = report_rows(CheckReport.from_json(found.record)) if found else ""
    body = (
        f"{rows([('Tiket', case.ticket.number), ('Nama', subject_of(case))])}\n\nHasil uji terakhir:\n\n{report}\n\n"
        "**Ulang**: satu percobaan lagi; bila gagal, permohonan ditolak dan perubahan ditarik kembali. "
        "**Tolak**: perubahan ditarik kembali dan pemohon menerima balasan penolakan."
    )
    role = case.spec.step(case.step.no).work.text("pemutus")
    subject = f"{case.step.work.text('pertanyaan')} — {case.ticket.number}"
    return Question(subject, body, role_but_applicant(case, slug_of(role)), f"uji gagal, menunggu keputusan {role}")


def ask_edit(case: Case) -> Question:
    """Ask the drafter to mend a returned draft (ruling R6)."""
    draft = case.casefile.get(case.step.output[0]).record
    body = f"{literal(case.step.work.text('perbaikan'))}\n\n**Catatan penanda tangan**: {literal(last_note(case))}"
    subject = f"Perbaiki konsep balasan {case.ticket.number}"
    assigned = role_but_applicant(case, case.step.role)
    return Question(subject, body, assigned, f"konsep diperbaiki {case.step.pelaksana}", {"isi": draft["isi"]})


def ask_signature(case: Case) -> Question:
    """Ask the signer to approve and sign (SOP 11 step 7)."""
    draft = case.casefile.get(case.step.kelengkapan[0].nama).record
    letter = draft["surat"]
    text = "\n\n".join(literal(line) for line in letter["paragraphs"] if line != TABLE_MARK)
    facts = rows((label, value) for label, value in letter["facts"])
    head = rows([("Tiket", case.ticket.number), ("Kepada", letter["recipient"]), ("Hal", letter["subject"])])
    link = f"[Buka konsep (PDF)](/laksana/berkas/{draft['dokumen']['key']})"
    body = f"{literal(case.step.work.text('pengantar'))}\n\n{head}\n\n---\n\n{facts}\n\n{text}\n\n---\n\n{link}"
    edited = case.casefile.find(EDITED)
    drafter = (f"not:{edited.record['oleh']}",) if edited else ()
    subject = f"{case.step.work.text('pertanyaan')} {subject_of(case)}".strip() + f" — {case.ticket.number}"
    assigned = (*role_but_applicant(case, case.step.role), *drafter)
    return Question(subject, body, assigned, f"menunggu tanda tangan {case.step.pelaksana}")


def decide_choice(case: Case, decision: GateDecision) -> Outcome:
    """Take a gate's answer; a refusal is kept as the letter's reason."""
    who = decision.answered_by_name
    text = f"{decision.outcome} oleh {who}" + (f": {decision.note}" if decision.note else "")
    if decision.outcome in REFUSING:
        case.casefile.refuse(decision.note, step=case.step.no, attempt=case.attempt, at=case.now)
    elif set(case.step.work.settings.get("wajib_isian", ())) & set(decision.fields):
        text += f" ({', '.join(str(value) for value in decision.fields.values())})"
    status = case.ticket.status if decision.outcome == "terima" else "diproses"
    return Outcome(decision.outcome, text, {name: decision.to_json() for name in case.step.output}, status=status)


def decide_completion(case: Case, decision: GateDecision) -> Outcome:
    """Take the completed form, or the applicant's withdrawal."""
    if decision.outcome == "cabut":
        reason = "Permohonan dicabut oleh pemohon"
        case.casefile.refuse(reason, step=case.step.no, attempt=case.attempt, at=case.now)
        return Outcome("cabut", "permohonan dicabut oleh pemohon")
    filled, _ = check_form(case.spec.formulir, decision.fields, {})
    once = f"{case.task_id}#isi#{decision.answered_at}"
    case.office.desk.complete(case.ticket.number, filled, at=case.now, once=once)
    record = {"tiket": case.ticket.number, "formulir": filled, "versi": case.attempt}
    return Outcome(SELALU, "permohonan dilengkapi pemohon", dict.fromkeys(case.step.output, record))


def decide_after_failures(case: Case, decision: GateDecision) -> Outcome:
    """Once more, or refuse and undo."""
    if decision.outcome == "tolak":
        reason = decision.note or f"{service_of(case).noun} tidak dapat dipakai setelah beberapa percobaan"
        case.casefile.refuse(reason, step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome(decision.outcome, f"{decision.outcome} oleh {decision.answered_by_name}")


def decide_edit(case: Case, decision: GateDecision) -> Outcome:
    """Take the edited body of the letter."""
    record = {"isi": str(decision.fields["isi"]).strip(), "oleh": decision.answered_by}
    case.casefile.put(EDITED, record, step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome(SELALU, f"konsep diperbaiki oleh {decision.answered_by_name}")


def decide_signature(case: Case, decision: GateDecision) -> Outcome:
    """Take approval with the approver as signer, or the return with its note."""
    if decision.outcome == "kembalikan":
        return Outcome("kembalikan", f"konsep dikembalikan oleh {decision.answered_by_name}: {decision.note}")
    signer = case.office.holders.find(decision.role, decision.answered_by, case.today)
    if signer is None:
        raise GateError(f"{decision.answered_by} no longer holds {decision.role}; appoint a holder, clear this task")
    record = {"penanda_tangan": signer.to_json(), "disetujui_pada": decision.answered_at}
    case.casefile.put(APPROVAL, record, step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome("setujui", f"disetujui oleh {decision.answered_by_name}")


def object_to_choice(case: Case, decision: GateDecision) -> str:
    """Say what is missing behind an answer: a secret that was not handed in, a server that lets nobody in."""
    work = case.step.work
    name = work.text("rahasia").replace("_", "-")
    if not name or decision.outcome != work.choices[0].hasil:
        return ""
    store = case.office.secrets
    if not store.has(case.ticket.number, name):
        page = f"/laksana/rahasia/{case.ticket.number}/{name}"
        return f"Kata sandi belum diserahkan: serahkan lebih dahulu di {page}, lalu jawab lagi"
    if not work.settings.get("uji_akses"):
        return ""
    return _object_to_server(case, decision.fields, store.get(case.ticket.number, name))


def _object_to_server(case: Case, fields: Mapping[str, Any], password: str) -> str:
    """Say why a server can't be used: silent, another one than was named, or one that lets its user not in.

    The password is sent to nobody but the holder of the key that answers, and of the fingerprint where one was given.
    """
    address, port = str(fields["alamat"]), int(fields["porta"])
    key = scan_host_key(address, port)
    if not key:
        return f"Peladen {address} porta {port} tidak menjawab; periksa alamat dan porta"
    wanted, seen = str(fields.get("sidik_jari", "")), fingerprint_of(key)
    if wanted and wanted != seen:
        return f"Peladen {address} menunjukkan kunci {seen}, bukan {wanted}; kata sandi tidak dikirim"
    report = check_server(
        subject_of(case), address=address, port=port, user=str(fields["pengguna"]), password=password, host_key=key,
        expected={}, root_must_be_refused=False,
    )  # fmt: skip
    return "" if report.passed else f"Peladen tidak dapat dimasuki: {'; '.join(report.reasons())}"


def object_to_completion(case: Case, decision: GateDecision) -> str:
    """Say what is wrong with a completed form."""
    if decision.outcome == "cabut":
        return ""
    rules = request_rules(case.office, own_ticket=case.ticket.number, applicant=case.ticket.applicant)
    problems = check_form(case.spec.formulir, decision.fields, rules)[1]
    return "; ".join(problem.as_words() for problem in problems)


def object_to_edit(case: Case, decision: GateDecision) -> str:  # noqa: ARG001  # has the signature of the others
    """Refuse an empty letter."""
    return "" if str(decision.fields.get("isi", "")).strip() else "Isi surat tidak boleh kosong"


def object_to_signature(case: Case, decision: GateDecision) -> str:
    """Refuse a signature of who does not hold the post today."""
    if decision.outcome != "setujui" or case.office.holders.find(decision.role, decision.answered_by, case.today):
        return ""
    return f"{decision.answered_by} bukan pemegang jabatan pada hari ini"


QUESTIONS: dict[str, Callable[[Case], Question]] = {
    "gerbang": ask_choice,
    "perbaikan_permohonan": ask_completion,
    "putusan_uji": ask_after_failures,
    "perbaikan_konsep": ask_edit,
    "tanda_tangan": ask_signature,
    "validasi": ask_validation,
    "perbaikan_laporan": ask_report_text,
    "konsep_rekomendasi": ask_recommendation,
}
DECISIONS: dict[str, Callable[[Case, GateDecision], Outcome]] = {
    "gerbang": decide_choice,
    "perbaikan_permohonan": decide_completion,
    "putusan_uji": decide_after_failures,
    "perbaikan_konsep": decide_edit,
    "tanda_tangan": decide_signature,
    "validasi": decide_validation,
    "perbaikan_laporan": decide_report_text,
    "konsep_rekomendasi": decide_recommendation,
}
"""Both tables have the same keys; a test compares them with what ``building`` draws."""
OBJECTIONS: dict[str, Callable[[Case, GateDecision], str]] = {
    "gerbang": object_to_choice,
    "perbaikan_permohonan": object_to_completion,
    "perbaikan_konsep": object_to_edit,
    "tanda_tangan": object_to_signature,
    "perbaikan_laporan": object_to_report_text,
    "konsep_rekomendasi": object_to_recommendation,
}
"""What speaks against an answer, in words; an answer is entered in the ledger only where nothing does."""
