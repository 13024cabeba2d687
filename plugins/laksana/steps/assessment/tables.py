"""What an evaluation does by itself, by kind of work."""

from __future__ import annotations

from collections.abc import Callable

from laksana.steps.assessment import recap, report
from laksana.steps.case import Case, Outcome
from laksana.steps.upkeep.reporting import draft_report

ASSESSMENT: dict[str, Callable[[Case], Outcome]] = {
    "rekap_layanan": recap.take_recap,
    "laporan_rapat": report.report_meeting,
    "konsep_rekomendasi": draft_report,
}
"""Kind of work → function."""
