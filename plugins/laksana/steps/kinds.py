"""What each kind of work does, one function a kind, in a table that ``StepOperator`` looks up."""

from __future__ import annotations

from collections.abc import Callable

from laksana.provisioning.playbooks import APPLY, PLAN
from laksana.spec.model import SELALU
from laksana.steps.assessment.tables import ASSESSMENT
from laksana.steps.case import Case, Outcome
from laksana.steps.letters import draft_letter, sign_letter, upload_reply
from laksana.steps.papers import minutes_of_completion
from laksana.steps.playbook_runs import run_playbooks
from laksana.steps.services import service_of, subject_of
from laksana.steps.services.growth import WAYS, VpsResource
from laksana.steps.testing import test_result, undo_change
from laksana.steps.upkeep.tables import UPKEEP


def receive_request(case: Case) -> Outcome:
    """Record the request on the desk (step 1 of the Permohonan SOPs)."""
    record = {"tiket": case.ticket.number, "formulir": dict(case.form), "versi": case.attempt}
    case.office.desk.mark_started(case.ticket.number)
    letter = str(case.form.get("nota_dinas_nomor", ""))
    text = f"{f'Nota dinas {letter}' if letter else 'Permohonan'} tercatat dengan tiket {case.ticket.number}"
    return Outcome(SELALU, text, dict.fromkeys(case.step.output, record))


def check_request(case: Case) -> Outcome:
    """Check whether the request can be met, and reserve what it needs."""
    verdict = service_of(case).check(case, case.step.work.text("pemeriksaan"))
    outputs = {name: {"pemeriksaan": verdict.report.to_json(), **verdict.kept} for name in case.step.output}
    if not verdict.reasons:
        return Outcome("lulus", verdict.text, outputs)
    reason = "; ".join(verdict.reasons)
    case.casefile.refuse(reason, step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome("ditolak", f"tidak dapat dipenuhi: {reason}", outputs)


def plan_change(case: Case) -> Outcome:
    """Run the playbooks in check mode and keep what they would change."""
    plan = run_playbooks(case, PLAN)
    service_of(case).planned(case, plan.facts)
    earlier = case.casefile.get(case.step.output[0]).record
    record = {**earlier, "rencana": plan.to_json(), "sidik_rencana": plan.digest()}
    return Outcome("lulus", f"rencana perubahan: {plan.changed} perubahan", {case.step.output[0]: record})


def apply_change(case: Case) -> Outcome:
    """Run the playbooks, and keep in the registry what they found out."""
    # What can't be reached when a failed test has led back here is tested again, so that a person decides (ruling R7).
    done = run_playbooks(case, APPLY, must=case.attempt == 1 or not case.is_last_try)
    if not done.ok:
        text = f"{subject_of(case)} belum dapat dikerjakan, diuji lagi"
        return Outcome(SELALU, text, {name: {"hasil": done.to_json()} for name in case.step.output})
    text = f"{subject_of(case)} dibuat" if done.changed else f"{subject_of(case)} sudah sesuai, tidak ada yang diubah"
    record = {**service_of(case).applied(case, done.facts), "hasil": done.to_json()}
    return Outcome(SELALU, text, dict.fromkeys(case.step.output, record))


def find_place(case: Case) -> Outcome:
    """Look up where the server stands (SOP 10 step 3)."""
    service = service_of(case)
    place = service.place(case) if isinstance(service, VpsResource) else ""
    row = {"nama": subject_of(case), "letak": place}
    outputs = dict.fromkeys(case.step.output, row)
    if place in WAYS:
        return Outcome(WAYS[place], f"VPS {subject_of(case)} terletak di {place}", outputs)
    reason = f"VPS {subject_of(case)} tidak terdaftar sebagai layanan aktif {case.owner}"
    case.casefile.refuse(reason, step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome("ditolak", reason, outputs)


WORK: dict[str, Callable[[Case], Outcome]] = {
    "terima_permohonan": receive_request,
    "periksa": check_request,
    "rencana": plan_change,
    "terapkan": apply_change,
    "uji": test_result,
    "batalkan": undo_change,
    "tentukan_letak": find_place,
    "berita_acara": minutes_of_completion,
    "konsep_surat": draft_letter,
    "tanda_tangan": sign_letter,
    "unggah_balasan": upload_reply,
    **UPKEEP,
    **ASSESSMENT,
}
"""Kind of work → function; ``building`` draws exactly these."""
