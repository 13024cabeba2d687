"""Papers about the work itself: the minutes of its completion."""

from __future__ import annotations

from datetime import datetime

from laksana.documents import reports
from laksana.documents.dates import indonesian_date
from laksana.errors import CaseFileError
from laksana.records import CheckReport, StoredDocument, WorkReport
from laksana.spec.model import SELALU
from laksana.steps.case import Case, Outcome
from laksana.steps.letters import archive_draft, holder_of
from laksana.steps.services import matter_of, subject_of
from laksana.steps.services.handwork import marked_rows
from laksana.steps.wording import labelled

_STEM = len("langkah_00")
"""Of a task's id, what names its step."""


def minutes_of_completion(case: Case) -> Outcome:
    """Write the Berita Acara Penyelesaian Pekerjaan with the test's evidence (SOP 1 step 6, SOP 4 step 10).

    Where nothing is tested by the program, it says what people did at the gates before.
    """
    tests = [step.no for step in case.spec.langkah if step.work.kind == "uji" and step.no < case.step.no]
    report = reports.minutes_of_completion(
        ticket=case.ticket.number, service=case.spec.layanan, agency=case.owner,
        performer=holder_of(case, case.step.role), on=case.today, rows=_rows(case),
        evidence=_evidence(case, max(tests)) if tests else None, done=_done(case),
    )  # fmt: skip
    document = _keep(case, "berita-acara", report)
    outputs = {name: {"dokumen": document.to_json()} for name in case.step.output}
    return Outcome(SELALU, "berita acara penyelesaian pekerjaan disusun", outputs)


def _rows(case: Case) -> tuple[tuple[str, str], ...]:
    if case.spec.jenis_layanan:
        return labelled({"nama": subject_of(case), **matter_of(case).letter_values(case)})
    return tuple(marked_rows(case).values())


def _done(case: Case) -> tuple[tuple[str, str, str, str], ...]:
    """Return what people decided at the gates before this step, the last answer of each."""
    before = {step.task_id[:_STEM]: step for step in case.spec.langkah if step.no < case.step.no}
    last = {entry.task_id[:_STEM]: entry for entry in case.office.ledger.entries(case.ticket.number)}
    return tuple(
        (step.kegiatan, last[stem].answered_by_name, _day(case, last[stem].answered_at), last[stem].outcome)
        for stem, step in before.items()
        if stem in last
    )


def _day(case: Case, moment: str) -> str:
    return indonesian_date(datetime.fromisoformat(moment).astimezone(case.local_now.tzinfo).date())


def _evidence(case: Case, step: int) -> CheckReport:
    """Return the last test of a step.

    Raises:
        CaseFileError: there was none.
    """
    found = case.casefile.find(f"hasil uji langkah {step}")
    if found is None:
        raise CaseFileError(f"{case.ticket.number}: no test of step {step} to report on; clear that step's task")
    return CheckReport.from_json(found.record)


def _keep(case: Case, name: str, report: WorkReport) -> StoredDocument:
    pdf = reports.render_report(report, letters_dir=case.office.settings.letters_dir)
    return archive_draft(case, name, pdf)
