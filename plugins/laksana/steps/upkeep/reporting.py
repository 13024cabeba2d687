"""The report of a round: drafted from what was seen and done, validated by a person, archived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from laksana.archive.keys import document_key
from laksana.documents.dates import indonesian_date
from laksana.documents.letters import paragraphs_of
from laksana.documents.routine_report import RoutineReport, render_routine_report
from laksana.errors import CaseFileError
from laksana.records import Person, StoredDocument
from laksana.spec.model import SELALU
from laksana.spec.vocabulary import EVALUATION
from laksana.steps.assessment.report import evaluation_report
from laksana.steps.case import Outcome
from laksana.steps.letters import archive_draft, holder_of
from laksana.steps.upkeep import chapters
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.rounds import end_round, origin_of, scope_of

if TYPE_CHECKING:
    from laksana.steps.case import Case

DRAFT = "konsep laporan rutin"
TEXT = "uraian laporan"
VALIDATION = "validasi laporan"


def draft_report(case: Case) -> Outcome:
    """Draft the round's report, and let other rounds have its services ("Menyusun Laporan")."""
    report = _report(case)
    pdf = render_routine_report(report, letters_dir=case.office.settings.letters_dir)
    document = archive_draft(case, f"konsep-laporan-{case.attempt}", pdf)
    record = {"judul": report.title, "ringkasan": [list(row) for row in report.summary], "dokumen": document.to_json()}
    case.casefile.put(DRAFT, record, step=case.step.no, attempt=case.attempt, at=case.now)
    end_round(case)
    return Outcome(SELALU, "laporan disusun", dict.fromkeys(case.step.output, record))


def archive_report(case: Case) -> Outcome:
    """Archive the validated report as it stands then, attach it to the ticket, and close it.

    Raises:
        CaseFileError: nobody has validated it.
    """
    validation = case.casefile.get(VALIDATION).record
    name = str(validation["divalidasi_oleh"])
    role = next(step.role for step in case.spec.langkah if step.work.kind == "validasi")
    person = case.office.holders.find(role, name, case.today)
    if person is None:
        raise CaseFileError(
            f"{case.ticket.number}: {name} validated the report and holds {role} no longer; appoint anew"
        )
    key = document_key(case.ticket.opened_at.year, case.spec.slug, case.ticket.number, case.step.no, "laporan.pdf")
    document = _kept(case, key) or _archive(case, key, person)
    case.office.desk.attach(case.ticket.number, document, at=case.now, once=f"laporan:{document.sha256}")
    record = {"dokumen": document.to_json(), "divalidasi_oleh": name}
    return Outcome(SELALU, "laporan diarsipkan", dict.fromkeys(case.step.output, record), status="selesai")


def _archive(case: Case, key: str, validator: Person) -> StoredDocument:
    report = _report(case, validator=validator)
    pdf = render_routine_report(report, letters_dir=case.office.settings.letters_dir)
    return case.office.archive.put(key, pdf, media_type="application/pdf")


def _kept(case: Case, key: str) -> StoredDocument | None:
    """Return the report that an earlier try has archived."""
    return next((item for item in case.office.archive.list(key) if item.key == key), None)


def _report(case: Case, *, validator: Person | None = None) -> RoutineReport:
    """Put the report together: an evaluation's from what people entered, a round's from what was seen."""
    if case.spec.jenis == EVALUATION:
        return evaluation_report(case, text=str(case.casefile.get(TEXT).record["uraian"]), validator=validator)
    drafted = next(step for step in case.spec.langkah if step.work.kind == "laporan_rutin")
    edited = case.casefile.find(TEXT)
    text = paragraphs_of(edited.record["uraian"]) if edited else ()
    ages, uses, limit = chapters.charts(case)
    return RoutineReport(
        title=_sentence(drafted.output[0].removeprefix("Konsep ")),
        ticket=case.ticket.number, at=case.local_now, summary=chapters.summary(case),
        paragraphs=(_opening(case), *text), tables=chapters.tables(case), ages=ages, uses=uses, use_limit=limit,
        in_order=chapters.in_order(case), attachments=_attachments(case),
        performer=holder_of(case, drafted.role), validator=validator,
        validated_on=indonesian_date(case.today) if validator else "",
    )  # fmt: skip


def _opening(case: Case) -> str:
    """Say what was done, by which SOP, and why."""
    count, noun = len(scope_of(case)), kept_of(case).noun
    origin = origin_of(case)
    why = f", dimulai dari tiket {origin.ticket}" if origin else ""
    day = indonesian_date(case.ticket.opened_at.astimezone(case.local_now.tzinfo).date())
    return (
        f"Menurut {case.spec.title} (nomor {case.spec.nomor}) telah diperiksa {count} {noun} pada tanggal {day}{why}."
    )


def _sentence(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _attachments(case: Case) -> tuple[tuple[str, str], ...]:
    """Name the readable results of the backups' checks."""
    base = f"{case.office.settings.public_url}/laksana/berkas"
    found: list[tuple[str, str]] = []
    for name, label in (("penilaian cadangan", "Rincian pemeriksaan cadangan"),
                        ("penilaian cadangan setelah pembaruan", "Rincian cadangan yang diperbarui")):  # fmt: skip
        item = case.casefile.find(name)
        documents: dict[str, Any] = item.record.get("dokumen", {}) if item else {}
        if "halaman" in documents:
            found.append((label, f"{base}/{documents['halaman']['key']}"))
    return tuple(found)
