"""Tests what a case made, and takes it back where it does not work (ruling R7)."""

from __future__ import annotations

from laksana.provisioning.playbooks import UNDO, VERIFY
from laksana.records import CheckItem, CheckReport, PlaybookOutcome
from laksana.steps.case import Case, Outcome
from laksana.steps.playbook_runs import run_playbooks
from laksana.steps.services import service_of, subject_of


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
