"""Growth of a server: what was measured inside counts, with the little that kernel and file system keep."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from laksana.office import Office
from laksana.settings import Settings
from laksana.steps.case import Case
from laksana.steps.services.growth import BEFORE, VpsResource
from tests.demo.samples import resource_form

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SPECS = Path(__file__).parents[2] / "include" / "sop_specs"
SLUG = "permohonan-penambahan-resource-vps"
OLD = {"vcpu": 1, "memory_mb": 484, "disk_gb": 3.86}


@pytest.fixture
def case(clean_database: str) -> Case:
    office = Office(Settings(database_url=clean_database, specs_dir=SPECS))
    spec = office.spec(SLUG)
    form = resource_form("perikanan", date(2026, 11, 23))
    ticket, _ = office.desk.open(SLUG, form, source="cli", applicant="kabid.spbe", key="k", at=AT)
    made = Case(office, spec, spec.step(6), 1, ticket, ticket.run_id, "langkah_06", 1, AT)
    made.casefile.put(BEFORE, {"vcpu": 1, "memory_mb": 512, "disk_gb": 4}, step=5, attempt=1, at=AT)
    return made


@pytest.mark.parametrize(
    ("after", "lacking"),
    [
        ({"vcpu": 2, "memory_mb": 716, "disk_gb": 5.83}, []),
        ({"vcpu": 1, "memory_mb": 716, "disk_gb": 5.83}, ["vCPU"]),
        ({"vcpu": 2, "memory_mb": 484, "disk_gb": 5.83}, ["Memori (MB)"]),
        ({"vcpu": 2, "memory_mb": 716, "disk_gb": 3.86}, ["Disk (GB)"]),
        ({}, ["vCPU", "Memori (MB)", "Disk (GB)"]),
    ],
)
def test_what_is_missing_inside_the_server_fails(case: Case, after: dict[str, Any], lacking: list[str]) -> None:
    growth = VpsResource()
    growth.planned(case, {"before": OLD})
    growth.applied(case, {"before": {**OLD, "memory_mb": 716}, "after": after})

    report = growth.test(case)

    assert [item.name for item in report.items if not item.passed] == lacking
    assert growth.measured(case)["before"] == OLD
