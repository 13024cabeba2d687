"""Papers about the work itself: the minutes of its completion."""

from __future__ import annotations

from laksana.documents import reports
from laksana.errors import CaseFileError
from laksana.records import CheckReport, StoredDocument, WorkReport
from laksana.spec.model import SELALU
from laksana.steps.case import Case, Outcome
from laksana.steps.letters import archive_draft, holder_of
from laksana.steps.services import service_of, subject_of
from laksana.steps.wording import labelled


def minutes_of_completion(case: Case) -> Outcome:
    """Write the Berita Acara Penyelesaian Pekerjaan with the test's evidence (SOP 1 step 6, SOP 4 step 10)."""
    tested = max(step.no for step in case.spec.langkah if step.work.kind == "uji" and step.no < case.step.no)
    report = reports.minutes_of_completion(
        ticket=case.ticket.number, service=case.spec.layanan, agency=case.owner,
        performer=holder_of(case, case.step.role), on=case.today, rows=_rows(case), evidence=_evidence(case, tested),
    )  # fmt: skip
    document = _keep(case, "berita-acara", report)
    outputs = {name: {"dokumen": document.to_json()} for name in case.step.output}
    return Outcome(SELALU, "berita acara penyelesaian pekerjaan disusun", outputs)


def _rows(case: Case) -> tuple[tuple[str, str], ...]:
    return labelled({"nama": subject_of(case), **service_of(case).letter_values(case)})


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
