"""An evaluation of the third quarter of 2026, on the estate of the routine SOPs."""

from __future__ import annotations

from datetime import date

import pytest

from laksana.posts.holders import Holding
from laksana.servicedesk.api import Ticket
from tests.steps.assessment.evaluation import ANALYST, EVALUATION, EXPERT, HEAD, KABID
from tests.steps.upkeep.conftest import api, estate
from tests.steps.upkeep.estate import Estate

__all__ = ["api", "estate"]


@pytest.fixture(autouse=True)
def posts(estate: Estate) -> None:
    estate.office.holders.enter([
        Holding(role=role, username=role, name=name, rank="Penata (III/c)", nip="198501012010011001",
                agency="Diskominfo", valid_from=date(2026, 1, 1))
        for role, name in (
            (ANALYST, "Rina Analis"), (EXPERT, "Bayu Pranata"), (KABID, "Agus Kabid"), (HEAD, "Bambang Kepala"),
        )
    ])  # fmt: skip


@pytest.fixture
def ticket(estate: Estate) -> Ticket:
    """Return an evaluation that the calendar started, on 25 November 2026."""
    return estate.ticket(EVALUATION, "q1")
