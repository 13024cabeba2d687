"""What each kind of work does, one function a kind, in a table that ``StepOperator`` looks up."""

from __future__ import annotations

from collections.abc import Callable

from laksana.errors import ProvisioningError
from laksana.provisioning.playbooks import APPLY, PLAN, UNDO, VERIFY
from laksana.records import CheckItem, CheckReport, PlaybookOutcome
from laksana.spec.model import SELALU
from laksana.steps.case import Case, Outcome
from laksana.steps.letters import draft_letter, sign_letter, upload_reply
from laksana.steps.papers import maintenance_report, minutes_of_completion
from laksana.steps.playbook_runs import run_playbooks
from laksana.steps.services import service_of, subject_of
from laksana.steps.services.growth import WAYS, VpsResource


def receive_request(case: Case) -> Outcome:
    """Record the request on the desk (step 1 of the Permohonan SOPs)."""
    record = {"tiket": case.ticket.number, "formulir": dict(case.form), "versi": case.attempt}
    case.office.desk.mark_started(case.ticket.number)
    text = f"Nota dinas {case.form['nota_dinas_nomor']} tercatat dengan tiket {case.ticket.number}"
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


def grow_resources(case: Case) -> Outcome:
    """Add the resources (SOP 9 steps 6-7, SOP 6 step 10) and keep what was measured before and after."""
    done = run_playbooks(case, APPLY)
    service_of(case).applied(case, done.facts)
    return Outcome(SELALU, f"resource {subject_of(case)} ditambah")


def test_result(case: Case) -> Outcome:
    """Ask the system whether everything is there, then test from outside, as a user would."""
    service = service_of(case)
    report = service.test(case)
    if service.asks_system:
        report = _with_verification(case, report)
    case.casefile.put(
        f"hasil uji langkah {case.step.no}", report.to_json(), step=case.step.no, attempt=case.attempt, at=case.now
    )
    if not report.passed:
        return Outcome("gagal", f"percobaan {case.attempt} gagal: {'; '.join(report.reasons())}")
    service.settle(case)
    outputs = {name: report.to_json() for name in case.step.output}
    return Outcome("lulus", f"{service.noun} {subject_of(case)} dapat dipakai", outputs)


def test_growth(case: Case) -> Outcome:
    """Compare what the server has now with what it had; the output is the report's business."""
    outcome = test_result(case)
    return Outcome(outcome.hasil, outcome.keterangan)


def undo_change(case: Case) -> Outcome:
    """Take back exactly what the case made, and let its reservation go (ruling R7)."""
    known = case.casefile.find("pembatalan")  # a try that was killed behind its playbook has no reservation any more
    must = service_of(case).is_ours or not case.is_last_try
    done = PlaybookOutcome.from_json(known.record) if known else run_playbooks(case, UNDO, must=must)
    case.casefile.put("pembatalan", done.to_json(), step=case.step.no, attempt=case.attempt, at=case.now)
    service_of(case).withdraw(case)
    if not case.casefile.refusal():
        case.casefile.refuse(_last_test(case), step=case.step.no, attempt=case.attempt, at=case.now)
    if not done.ok:
        return Outcome("tolak", f"{subject_of(case)} dibatalkan; peladennya tidak dapat dihubungi untuk dibersihkan")
    return Outcome("tolak", f"{subject_of(case)} dibatalkan: {done.changed} perubahan ditarik kembali")


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


def claim_growth(case: Case) -> Outcome:
    """Keep the server from other growths while the ministry decides (SOP 6's adding path)."""
    service = service_of(case)
    if not isinstance(service, VpsResource):
        raise ProvisioningError(f"{case.spec.slug}: only resource-vps has a growth to reserve")
    verdict = service.claim(case, {}, {})
    if not verdict.reasons:
        service.planned(case, run_playbooks(case, PLAN).facts)
        return Outcome("lulus", verdict.text)
    reason = "; ".join(verdict.reasons)
    case.casefile.refuse(reason, step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome("ditolak", f"tidak dapat dipenuhi: {reason}")


def _with_verification(case: Case, report: CheckReport) -> CheckReport:
    """Add to a test what the system itself says."""
    seen = run_playbooks(case, VERIFY, must=False)
    found = "; ".join(failure.message for failure in seen.failures) or ("sesuai" if seen.ok else seen.status)
    item = CheckItem("Pemeriksaan pada peladen", passed=seen.ok, expected="sesuai permohonan", found=found)
    return CheckReport((item, *report.items), report.facts)


def _last_test(case: Case) -> str:
    found = case.casefile.find(f"hasil uji langkah {case.step.no}")
    reasons = CheckReport.from_json(found.record).reasons() if found else ()
    return f"{service_of(case).noun} tidak dapat diakses setelah dibuat: " + (", ".join(reasons) or "uji gagal")


WORK: dict[str, Callable[[Case], Outcome]] = {
    "terima_permohonan": receive_request,
    "periksa": check_request,
    "rencana": plan_change,
    "terapkan": apply_change,
    "uji": test_result,
    "batalkan": undo_change,
    "tentukan_letak": find_place,
    "pesan_tambahan": claim_growth,
    "tambah_resource": grow_resources,
    "uji_tambahan": test_growth,
    "laporan_pemeliharaan": maintenance_report,
    "berita_acara": minutes_of_completion,
    "konsep_surat": draft_letter,
    "tanda_tangan": sign_letter,
    "unggah_balasan": upload_reply,
}
"""Kind of work → function; ``building`` draws exactly these."""
