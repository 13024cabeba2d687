"""The papers of an evaluation: the report of the coordination meeting, and the evaluation's own report."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from laksana.documents.dates import indonesian_date
from laksana.documents.letters import paragraphs_of
from laksana.documents.reports import meeting_report, render_report
from laksana.documents.routine_report import RoutineReport, Table, duration_in_words
from laksana.records import Person
from laksana.spec.model import SELALU
from laksana.steps.assessment.recap import Recap, recap_of
from laksana.steps.case import Outcome
from laksana.steps.letters import archive_draft, holder_of

if TYPE_CHECKING:
    from laksana.steps.case import Case

RECOMMENDATION = "rekomendasi"
MEETING = "laporan rapat koordinasi"
_CASES = ("SOP", "Kasus", "Selesai")


def report_meeting(case: Case) -> Outcome:
    """Write the report of the coordination meeting from what was entered at its gate (SOP 14 step 4)."""
    recap = recap_of(case)
    satisfaction = _answer(case, "tingkat_kepuasan")
    report = meeting_report(
        ticket=case.ticket.number, subject=f"evaluasi {case.spec.layanan}", period=recap.quarter.title, on=case.today,
        held_on=_day(case, "tanggal_rapat"), present=tuple(_lines(case, "peserta")),
        rows=(*facts(recap), ("Kesesuaian waktu", _answer(case, "kesesuaian_waktu")),
              ("Tingkat kepuasan", satisfaction)),
        said=tuple(_lines(case, "masukan")), writer=holder_of(case, case.step.role),
    )  # fmt: skip
    pdf = render_report(report, letters_dir=case.office.settings.letters_dir)
    document = archive_draft(case, "laporan-rapat", pdf)
    record = {"tingkat_kepuasan": satisfaction, "dokumen": document.to_json()}
    case.casefile.put(MEETING, record, step=case.step.no, attempt=case.attempt, at=case.now)
    return Outcome(SELALU, "laporan rapat koordinasi disusun", dict.fromkeys(case.step.output, record))


def evaluation_report(case: Case, *, text: str, validator: Person | None = None) -> RoutineReport:
    """Put the evaluation's report together.

    Args:
        case: the evaluation.
        text: the recommendation.
        validator: who approved it; nothing while it is a draft.
    """
    recap = recap_of(case)
    drafting = next(step for step in case.spec.langkah if step.work.kind == "konsep_rekomendasi")
    tables = (
        Table("Kasus menurut SOP", _CASES, tuple(_case_row(row) for row in recap.cases), widths=(5, 1, 1)),
        _list_of("Masukan dan saran Perangkat Daerah", _lines(case, "masukan")),
        _list_of("Rekomendasi perbaikan", [line.strip() for line in text.splitlines() if line.strip()]),
    )
    return RoutineReport(
        title=f"Laporan {case.spec.title.removeprefix('SOP ')}", ticket=case.ticket.number, at=case.local_now,
        summary=_summary(case, recap, final=validator is not None), paragraphs=_paragraphs(case, recap), tables=tables,
        performer=holder_of(case, drafting.role), validator=validator,
        validated_on=indonesian_date(case.today) if validator else "",
    )  # fmt: skip


def facts(recap: Recap) -> tuple[tuple[str, str], ...]:
    """Return a recap's counts under their labels."""
    mean = duration_in_words(recap.repair_minutes) if recap.ended else "tidak ada yang selesai"
    return (
        ("Kasus", f"{recap.opened}, selesai {recap.closed}"),
        ("Gangguan layanan", f"{recap.outages}, pulih {recap.ended}"),
        ("Rata-rata perbaikan", mean if recap.outages else "tidak ada gangguan"),
    )


def _summary(case: Case, recap: Recap, *, final: bool) -> tuple[tuple[str, str], ...]:
    rows = [("Periode", recap.quarter.title), *facts(recap)]
    rows += [
        ("Kesesuaian waktu", _answer(case, "kesesuaian_waktu")), ("Tingkat kepuasan", _answer(case, "tingkat_kepuasan"))
    ]  # fmt: skip
    received = _receipt(case) if final else None
    return tuple([*rows, ("Diterima", received)] if received else rows)


def _receipt(case: Case) -> str | None:
    """Say who received the recommendation and when, as the ledger has it (SOP 14 step 7)."""
    found = [entry for entry in case.office.ledger.entries(case.ticket.number) if entry.outcome == "terima"]
    if not found:
        return None
    day = datetime.fromisoformat(found[-1].answered_at).astimezone(case.local_now.tzinfo).date()
    return f"{found[-1].answered_by_name}, {indonesian_date(day)}"


def _paragraphs(case: Case, recap: Recap) -> tuple[str, ...]:
    first, last = indonesian_date(recap.quarter.first), indonesian_date(recap.quarter.last)
    opening = (
        f"Menurut {case.spec.title} (nomor {case.spec.nomor}) telah dievaluasi {case.spec.layanan} untuk masa {first} "
        f"sampai {last}. Rapat koordinasi diselenggarakan pada {_day(case, 'tanggal_rapat')}."
    )
    return (opening, *paragraphs_of(_answer(case, "hasil_analisa")))


def _case_row(row: tuple[str, int, int]) -> tuple[str, str, str]:
    title, opened, closed = row
    return title, str(opened), str(closed)


def _list_of(title: str, lines: list[str]) -> Table:
    rows = tuple((str(number), line) for number, line in enumerate(lines, start=1))
    return Table(title, ("No", "Uraian"), rows, widths=(0.6, 10))


def _day(case: Case, field: str) -> str:
    """Write a date that a person entered; one that is none stands as it was written."""
    text = _answer(case, field)
    try:
        return indonesian_date(date.fromisoformat(text))
    except ValueError:
        return text


def _lines(case: Case, field: str) -> list[str]:
    return [line.strip() for line in _answer(case, field).splitlines() if line.strip()]


def _answer(case: Case, field: str) -> str:
    """Return what a person wrote into a field of an earlier gate, empty where the SOP has no such field."""
    found: Any = case.answer(field)
    return "" if found is None else str(found)
