"""The recap of a quarter: whose cases it counts, and which quarter it is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from laksana.errors import CaseFileError
from laksana.servicedesk.api import Ticket
from laksana.steps.assessment.recap import Recap, recap_of
from laksana.worktime.quarters import Quarter
from tests.steps.assessment.evaluation import EVALUATION, at_step, recapped
from tests.steps.upkeep.estate import MONITORING, Estate

JAKARTA = ZoneInfo("Asia/Jakarta")
SUBDOMAIN = "permohonan-sub-domain"


def opened(estate: Estate, slug: str, at: datetime, *, closed: bool = False) -> None:
    """Open a ticket at a time."""
    key = f"{slug}{at.isoformat()}"
    ticket, _ = estate.office.desk.open(slug, {}, source="http", applicant="siti", key=key, at=at)
    if closed:
        estate.office.desk.note(ticket.number, "selesai", status="selesai", at=at, once="selesai")


def test_cases_and_outages_of_the_last_quarter_are_counted(estate: Estate, ticket: Ticket) -> None:
    for day in (datetime(2026, 6, 30, 23, 59, tzinfo=JAKARTA), datetime(2026, 10, 1, tzinfo=JAKARTA)):
        opened(estate, SUBDOMAIN, day)
    opened(estate, SUBDOMAIN, datetime(2026, 7, 1, tzinfo=JAKARTA), closed=True)
    opened(estate, SUBDOMAIN, datetime(2026, 9, 30, 23, 59, tzinfo=JAKARTA))
    opened(estate, MONITORING, datetime(2026, 8, 3, tzinfo=JAKARTA), closed=True)
    august = datetime(2026, 8, 4, 9, tzinfo=JAKARTA)
    for name, minutes in (("pangan", 30), ("sosial", 61), ("tani", 0)):
        estate.office.outages.begin("hosting", name, ticket="T1", cause="mati", at=august)
        if minutes:
            until = august + timedelta(minutes=minutes)
            estate.office.outages.end("hosting", name, ticket="T1", at=until, repaired=True)
    estate.office.outages.begin("hosting", "lain", ticket="T1", cause="mati", at=datetime(2026, 10, 2, tzinfo=JAKARTA))

    outcome = recapped(estate, ticket)

    assert outcome.keterangan == "rekapitulasi Triwulan III 2026: 3 kasus, 3 gangguan"
    assert recap_of(at_step(estate, ticket, 2)) == Recap(
        Quarter(2026, 3), (("SOP Monitoring Layanan Hosting", 1, 1), ("SOP Permohonan Sub Domain", 2, 1)), 3, 2, 46
    )


def test_evaluations_themselves_are_not_counted_and_an_sop_whose_file_is_gone_is(
    estate: Estate, ticket: Ticket
) -> None:
    august = datetime(2026, 8, 4, tzinfo=JAKARTA)
    for slug in (EVALUATION, "sop-lama"):
        opened(estate, slug, august)

    recapped(estate, ticket)

    assert recap_of(at_step(estate, ticket, 2)).cases == (("sop-lama", 1, 0),)


def test_quarter_without_cases_is_a_recap_too(estate: Estate, ticket: Ticket) -> None:
    outcome = recapped(estate, ticket)

    assert outcome.keterangan == "rekapitulasi Triwulan III 2026: 0 kasus, 0 gangguan"
    assert recap_of(at_step(estate, ticket, 2)) == Recap(Quarter(2026, 3), (), 0, 0, 0)


@pytest.mark.parametrize("quarter", ["2025-T1", "2026-T4"])
def test_evaluation_started_for_a_quarter_is_about_that_one(estate: Estate, quarter: str) -> None:
    ticket = estate.ticket(EVALUATION, "q2", {"triwulan": quarter})

    recapped(estate, ticket)

    assert str(recap_of(at_step(estate, ticket, 2)).quarter) == quarter


@pytest.mark.parametrize(
    ("asked", "says"),
    [("kuartal 3", r"allowed are a year and T1 to T4"), ("2027-T1", r"is still to come \(allowed: up to 2026-T4\)")],
)
def test_what_is_no_quarter_or_still_to_come_is_refused_in_one_line(estate: Estate, asked: str, says: str) -> None:
    ticket = estate.ticket(EVALUATION, "q2", {"triwulan": asked})

    with pytest.raises(CaseFileError, match=says):
        recapped(estate, ticket)
