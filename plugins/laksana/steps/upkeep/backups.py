"""Are the backups fresh and whole: evidence a service, one judgement over all, new backups where it asks for them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from laksana.archive.keys import document_key
from laksana.checks.backup_page import as_page
from laksana.checks.backups import judge_backups
from laksana.checks.months import months_before
from laksana.monitoring.observations import BACKUP, RENEWAL
from laksana.provisioning import playbooks
from laksana.provisioning.playbooks import APPLY, Change
from laksana.records import BackupEvidence, BackupJudgement, BackupVerdict, PlaybookOutcome, StoredDocument
from laksana.spec.model import SELALU
from laksana.steps.case import Outcome
from laksana.steps.upkeep.api import SERVER, Backup, key_of
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.looking import brief, keep
from laksana.steps.upkeep.rounds import evidence_tickets, named, scope_of, service_at

if TYPE_CHECKING:
    from laksana.office import Office
    from laksana.registry.services import Service
    from laksana.steps.case import Case

JUDGED = "penilaian cadangan"
RENEWED = "penilaian cadangan setelah pembaruan"
_FRESH = "segar"
_WHERE = {"address": "", "port": 22, "host_key": ""}


def services_to_prove(case: Case) -> list[str]:
    """Return the services whose backups nobody has looked at yet in this round or in the one it goes on from (R9)."""
    proven = case.office.observations.of_cases(evidence_tickets(case), BACKUP)
    return [key for key in _with_backups(case) if key not in proven]


def prove(case: Case, key: str) -> None:
    """Look at the backups of one service: list them, check the repository, bring a sample back."""
    service = service_at(case, key)
    backup = _backup_of(case, service)
    if service is not None and backup is not None:
        evidence = _evidence(case, service, backup)
        keep(case, key, BACKUP, passed=_whole(evidence), record=evidence.to_json())


def conclude_backups(case: Case) -> Outcome:
    """Judge all backups of the round by the SOP's threshold, and keep result and page in the archive."""
    found = case.office.observations.of_cases(evidence_tickets(case), BACKUP)
    judged, documents = _judge(case, [found[key].record for key in _with_backups(case) if key in found], "")
    unproven = [key for key in _with_backups(case) if key not in found]
    text = _in_words(judged.services)
    if unproven:
        text += f"; {len(unproven)} tidak dapat diperiksa karena gangguan teknis: {named(unproven)}"
    record = {
        **judged.to_json(),
        "validation": {},
        "batas": _age(case),
        "dokumen": documents,
        "tak_terperiksa": unproven,
    }
    case.casefile.put(JUDGED, record, step=case.step.no, attempt=case.attempt, at=case.now)
    fresh = judged.passed and not unproven
    return Outcome("segar" if fresh else "usang", text, dict.fromkeys(case.step.output, record))


def services_to_renew(case: Case) -> list[str]:
    """Return the services whose backups did not pass."""
    judged = judgements(case, JUDGED)
    return [key for key, item in judged.items() if item.state != _FRESH and service_at(case, key) is not None]


def renew(case: Case, key: str) -> None:
    """Make a new backup of one service, and look at its backups again."""
    service = service_at(case, key)
    backup = _backup_of(case, service)
    if service is None or backup is None:
        return
    done = _back_up(case, service, backup)
    evidence = _evidence(case, service, backup)
    record = {"playbook": brief(done), "bukti": evidence.to_json()}
    keep(case, key, RENEWAL, passed=done.ok and _whole(evidence), record=record)


def conclude_renewal(case: Case) -> Outcome:
    """Judge the renewed backups, and say which are still not in order."""
    seen = case.office.observations.of_case(case.ticket.number, RENEWAL, step=case.step.no)
    judged, documents = _judge(case, [item.record["bukti"] for item in seen.values()], "-pembaruan")
    record = {**judged.to_json(), "validation": {}, "batas": _age(case), "dokumen": documents}
    case.casefile.put(RENEWED, record, step=case.step.no, attempt=case.attempt, at=case.now)
    fresh = [item for item in judged.services if item.state == _FRESH]
    still = [key for key in services_to_renew(case) if key not in {f"{item.kind}/{item.name}" for item in fresh}]
    text = f"{len(fresh)} cadangan diperbarui" + (f"; belum baik: {named(still)}" if still else "")
    return Outcome(SELALU, text, dict.fromkeys(case.step.output, record))


def judgements(case: Case, name: str) -> dict[str, BackupJudgement]:
    """Return how the case judged each service's backups, by the service's key."""
    found = case.casefile.find(name)
    items = BackupVerdict.from_json(found.record).services if found else ()
    return {f"{item.kind}/{item.name}": item for item in items}


def months_of(case: Case) -> int:
    """Return the age in months that a backup must be below, from the step's own setting (``1 Bulan``)."""
    return int(_age(case).split()[0])


def _age(case: Case) -> str:
    """Return the threshold of the SOP, also at a step that has none of its own."""
    ages = [step.work.text("umur") for step in case.spec.langkah if step.work.text("umur")]
    return case.step.work.text("umur") or ages[0]


def _judge(case: Case, records: list[Any], suffix: str) -> tuple[BackupVerdict, dict[str, Any]]:
    """Judge evidence, and archive Great Expectations' result and the readable page."""
    evidence = [BackupEvidence.from_json(record) for record in records]
    cutoff = months_before(case.local_now, months_of(case))
    judged = judge_backups(evidence, cutoff=cutoff, at=case.local_now)
    title = f"Pemeriksaan cadangan {case.spec.layanan}"
    page = as_page(judged, title=title, at=case.local_now)
    stored = {
        "hasil": _archive(case, f"pemeriksaan-cadangan{suffix}.json", _as_text(judged.validation), "application/json"),
        "halaman": _archive(case, f"pemeriksaan-cadangan{suffix}.html", page, "text/html; charset=utf-8"),
    }
    return judged, {name: document.to_json() for name, document in stored.items()}


def _archive(case: Case, name: str, text: str, media_type: str) -> StoredDocument:
    stem, _, ending = name.rpartition(".")
    try_name = f"{stem}-{case.attempt}.{case.try_number}.{ending}"  # a retry looks anew and may find other things
    key = document_key(case.ticket.opened_at.year, case.spec.slug, case.ticket.number, case.step.no, try_name)
    return case.office.archive.put(key, text.encode(), media_type=media_type)


def _as_text(validation: Any) -> str:
    return json.dumps(validation, ensure_ascii=False, indent=1, sort_keys=True)


def _with_backups(case: Case) -> list[str]:
    """Return the round's services that have data of their own."""
    return [key for key in scope_of(case) if _backup_of(case, service_at(case, key)) is not None]


def _backup_of(case: Case, service: Service | None) -> Backup | None:
    return kept_of(case).backup(case.office, service) if service is not None else None


def _evidence(case: Case, service: Service, backup: Backup) -> BackupEvidence:
    """Collect the evidence; where nobody can look, the task fails and the round says so."""
    scratch = case.office.settings.state_dir / "scratch"
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    return case.office.backups.evidence(
        service.kind, service.name, service.ticket, required_paths=backup.paths, scratch_dir=scratch
    )


def _back_up(case: Case, service: Service, backup: Backup) -> PlaybookOutcome:
    """Run the playbook that makes a backup."""
    playbook = case.step.work.playbooks[0]
    place = playbooks.Case(case.ticket.number, f"langkah-{case.step.no:02d}-{APPLY}-{service.name}", case.attempt)
    change = backup_change(case.office, service, backup, playbook=playbook, ticket=case.ticket.number)
    return case.office.provisioner.run(APPLY, playbook, change, place, cancelled=case.cancelled)


def backup_change(office: Office, service: Service, backup: Backup, *, playbook: str, ticket: str) -> Change:
    """Return the variables of a service's backup: the office's own repository, paths and keys, asked of nobody.

    Raises:
        BackupError: a key file can't be read.
    """
    access = office.backups.access(service.kind, service.name, service.ticket)
    where = {key: service.specification.get(key, usual) for key, usual in _WHERE.items()}
    variables = {
        "target": backup.target, "name": service.name, **(where if backup.target == SERVER else {}),
        "paths": list(backup.paths), "database": backup.database, "repository": access.repository,
        "region": access.region, "ticket": ticket,
        "ca_certificate": access.ca_file.read_text(encoding="utf-8") if access.ca_file else "",
    }  # fmt: skip
    secrets = {"password": access.password, "access_key": access.access_key, "secret_key": access.secret_key}
    return Change(
        {f"{playbook}_{name}": value for name, value in variables.items()},
        {f"{playbook}_{name}": value for name, value in secrets.items()},
        (service.name, key_of(service)),
    )


def _whole(evidence: BackupEvidence) -> bool:
    return bool(evidence.snapshots) and evidence.repository_ok and evidence.restore_ok and not evidence.missing_paths


def _in_words(items: tuple[BackupJudgement, ...]) -> str:
    """Count the judgements, and name what is not fresh."""
    names = {"segar": "segar", "usang": "usang", "rusak": "rusak", "tidak-ada": "tidak ada"}
    parts = []
    for state, word in names.items():
        found = [f"{item.kind}/{item.name}" for item in items if item.state == state]
        if found:
            parts.append(f"{len(found)} {word}" + (f" ({named(found)})" if state != _FRESH else ""))
    return "cadangan: " + (", ".join(parts) or "tidak ada yang perlu diperiksa")
