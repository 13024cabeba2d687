"""What each kind of work does, one function a kind, in a table that ``StepOperator`` looks up."""

from __future__ import annotations

from collections.abc import Callable

from laksana.checks.names import check_label, check_name_free, check_target
from laksana.checks.reachability import check_subdomain
from laksana.errors import ProvisioningError
from laksana.records import CheckItem, CheckReport, PlaybookOutcome
from laksana.registry.services import RESERVED, Service
from laksana.spec.model import SELALU
from laksana.steps.case import Case, Outcome
from laksana.steps.letters import draft_letter, sign_letter, upload_reply
from laksana.steps.wording import failure_text

SUBDOMAIN = "subdomain"


def receive_request(case: Case) -> Outcome:
    """Record the request on the desk (SOP 11 step 1)."""
    record = {"tiket": case.ticket.number, "formulir": dict(case.form), "versi": case.attempt}
    case.office.desk.mark_started(case.ticket.number)
    text = f"Nota dinas {case.form['nota_dinas_nomor']} tercatat dengan tiket {case.ticket.number}"
    return Outcome(SELALU, text, dict.fromkeys(case.step.output, record))


def check_request(case: Case) -> Outcome:
    """Check name and address, and reserve the name (SOP 11 step 3)."""
    settings = case.office.settings
    schema = case.spec.formulir["properties"]["label"]
    label, target = str(case.form["label"]), str(case.form["alamat_tujuan"])
    items = [
        *check_label(label, reserved=schema["not"]["enum"], zone=settings.dns_zone),
        *check_target(target, settings.networks(), must_be_public=settings.target_must_be_public),
    ]
    mine = case.office.registry.find(SUBDOMAIN, case.fqdn)
    reasons = list(CheckReport(tuple(items)).reasons())
    if not reasons and (mine is None or mine.ticket != case.ticket.number):
        in_dns = check_name_free(case.fqdn, settings.dns_server)
        items.extend(in_dns.items)
        reasons.extend([] if in_dns.passed else [f"nama {case.fqdn} sudah dipakai"])
    if not reasons:
        reserved = _reserve(case)
        items.append(reserved)
        reasons.extend([] if reserved.passed else [f"nama {case.fqdn} sudah dipesan oleh permohonan lain"])
    report = CheckReport(tuple(items))
    outputs = {name: {"pemeriksaan": report.to_json()} for name in case.step.output}
    if report.passed:
        return Outcome("lulus", f"nama {case.fqdn} dapat dipakai", outputs)
    reason = "; ".join(reasons)
    case.casefile.refuse(reason, step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome("ditolak", f"tidak dapat dipenuhi: {reason}", outputs)


def _reserve(case: Case) -> CheckItem:
    """Reserve the name; another ticket may have been faster."""
    wanted = Service(
        kind=SUBDOMAIN,
        name=case.fqdn,
        owner=str(case.form["perangkat_daerah"]),
        contact=str(case.form["pic_nama"]),
        specification={"target": case.form["alamat_tujuan"], "port": case.form["port_tujuan"]},
        place="proxy",
        ticket=case.ticket.number,
        state=RESERVED,
        since=case.now,
    )
    held = case.office.registry.reserve(wanted)
    free = held.ticket == case.ticket.number
    found = "belum dipesan" if free else "sudah dipesan permohonan lain"
    return CheckItem("Pemesanan nama", free, "belum dipesan permohonan lain", found)


def plan_change(case: Case) -> Outcome:
    """Run the playbook in check mode and keep what it would change (SOP 11 step 3)."""
    playbook = case.step.work.text("playbook")
    plan = _run(case, playbook, "plan")
    earlier = case.casefile.get(case.step.output[0]).record
    record = {**earlier, "rencana": plan.to_json(), "sidik_rencana": plan.digest()}
    return Outcome("lulus", f"rencana perubahan: {plan.changed} perubahan", {case.step.output[0]: record})


def apply_change(case: Case) -> Outcome:
    """Run the playbook (SOP 11 step 4)."""
    playbook = case.step.work.text("playbook")
    done = _run(case, playbook, "apply")
    text = f"{case.fqdn} dibuat" if done.changed else f"{case.fqdn} sudah sesuai, tidak ada yang diubah"
    record = {"nama": case.fqdn, "alamat": case.office.settings.proxy_address, "hasil": done.to_json()}
    return Outcome(SELALU, text, dict.fromkeys(case.step.output, record))


def test_result(case: Case) -> Outcome:
    """Test as a user would: DNS query, then a page by name through the proxy (SOP 11 step 5)."""
    settings = case.office.settings
    report = check_subdomain(case.fqdn, dns_server=settings.dns_server, expected_address=settings.proxy_address)
    case.casefile.put(
        f"hasil uji langkah {case.step.no}", report.to_json(), step=case.step.no, attempt=case.attempt, at=case.now
    )
    if not report.passed:
        return Outcome("gagal", f"percobaan {case.attempt} gagal: {'; '.join(report.reasons())}")
    case.office.registry.activate(SUBDOMAIN, case.fqdn, ticket=case.ticket.number, at=case.now)
    return Outcome("lulus", f"{case.fqdn} dapat diakses", {name: report.to_json() for name in case.step.output})


def undo_change(case: Case) -> Outcome:
    """Take back exactly what the case made, and let its name go (ruling R7)."""
    playbook = case.step.work.text("playbook")
    done = _run(case, playbook, "undo")
    case.office.registry.remove(SUBDOMAIN, case.fqdn, ticket=case.ticket.number, at=case.now)
    if not case.casefile.refusal():
        reasons = _last_test(case)
        case.casefile.refuse(reasons, step=case.step.no, attempt=case.attempt, at=case.now)
    case.casefile.put("pembatalan", done.to_json(), step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome("tolak", f"{case.fqdn} dibatalkan: {done.changed} perubahan ditarik kembali")


def _last_test(case: Case) -> str:
    found = case.casefile.find(f"hasil uji langkah {case.step.no}")
    reasons = CheckReport.from_json(found.record).reasons() if found else ()
    return "sub domain tidak dapat diakses setelah dibuat: " + (", ".join(reasons) or "uji gagal")


def _run(case: Case, playbook: str, verb: str) -> PlaybookOutcome:
    """Run a playbook's verb.

    Raises:
        ProvisioningError: it did not do its work; the message says why and where the evidence lies.
    """
    run: Callable[..., PlaybookOutcome] = getattr(case.office.provisioner, verb)
    locks = {} if verb == "plan" else {"names": [case.fqdn]}
    outcome = run(
        playbook,
        case.playbook_variables(playbook),
        ticket=case.ticket.number,
        step=f"langkah-{case.step.no:02d}-{verb}",
        attempt=case.attempt,
        cancelled=case.cancelled,
        **locks,
    )
    if not outcome.ok:
        raise ProvisioningError(failure_text(outcome))
    return outcome


WORK: dict[str, Callable[[Case], Outcome]] = {
    "terima_permohonan": receive_request,
    "periksa": check_request,
    "rencana": plan_change,
    "terapkan": apply_change,
    "uji": test_result,
    "batalkan": undo_change,
    "konsep_surat": draft_letter,
    "tanda_tangan": sign_letter,
    "unggah_balasan": upload_reply,
}
"""Kind of work → function; ``building`` draws exactly these."""
