"""A step through services: what it names, does and concludes fits together, and nothing is concluded from nothing."""

from __future__ import annotations

import pytest

from laksana.errors import CaseFileError
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.rounds import begin_round
from laksana.steps.upkeep.tables import EACH, SELECTIONS, UPKEEP
from tests.building.conftest import SPECS
from tests.steps.upkeep.estate import MAINTENANCE, MONITORING, Estate


@pytest.mark.parametrize("work", sorted(SELECTIONS))
def test_step_whose_services_were_never_named_is_not_concluded(estate: Estate, work: str) -> None:
    """Airflow runs a conclusion also behind a step that failed; "0 melampaui" would be what nobody has measured."""
    slugs = (MONITORING, MAINTENANCE)
    slug = next(slug for slug in slugs if any(step.work.kind == work for step in SPECS[slug].langkah))
    estate.account("pangan")
    ticket = estate.ticket(slug, "r1")
    begin_round(first := estate.at(ticket, SPECS[slug].step(1)), kept_of(first))

    with pytest.raises(CaseFileError):
        UPKEEP[work](estate.case(ticket, work))


def test_step_is_concluded_although_one_service_broke(estate: Estate) -> None:
    good, broken = estate.account("pangan"), estate.account("sosial")
    estate.quota_used("pangan", 93.0)
    ticket = estate.ticket(MAINTENANCE, "r1")
    case = estate.case(ticket, "periksa_resource")
    begin_round(case, kept_of(case))
    assert SELECTIONS["periksa_resource"](case) == [good, broken]
    EACH["periksa_resource"](case, good)

    outcome = UPKEEP["periksa_resource"](case)

    assert outcome.keterangan == "1 melampaui batas atas 80 %: pangan; 1 tidak dapat diukur: sosial"
