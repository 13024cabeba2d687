"""What a piece of work may look at: the office's date, the playbook's variables, the required inputs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from laksana.errors import CaseFileError
from laksana.office import Office
from laksana.settings import Settings
from laksana.steps.case import Case
from laksana.steps.playbook_runs import change_of
from tests.demo.samples import form_of

AT = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
SPECS = Path(__file__).parents[2] / "include" / "sop_specs"


@pytest.fixture
def case(clean_database: str) -> Case:
    office = Office(Settings(database_url=clean_database, specs_dir=SPECS))
    spec = office.spec("permohonan-sub-domain")
    form = {**form_of("perikanan", on=date(2026, 11, 23)), "port_tujuan": 8080}
    ticket, _ = office.desk.open(spec.slug, form, source="cli", applicant="kabid.spbe", key="k", at=AT)
    return Case(office, spec, spec.step(4), 1, ticket, ticket.run_id, "langkah_04", 1, AT)


def test_date_is_the_offices(case: Case) -> None:
    assert case.today == date(2027, 1, 1)
    assert case.ticket.number == "SD-2027-000001"


def test_playbook_variables_come_from_form_settings_and_case(case: Case) -> None:
    change = change_of(case, "subdomain")

    assert change.names == ("perikanan.gresikkab.go.id",)
    assert change.variables == {
        "subdomain_label": "perikanan",
        "subdomain_target": "10.77.0.13",
        "subdomain_target_port": 8080,
        "subdomain_zone": "gresikkab.go.id",
        "subdomain_address": "10.77.0.12",
        "subdomain_ticket": "SD-2027-000001",
    }


def test_step_does_not_start_without_its_input(case: Case) -> None:
    with pytest.raises(CaseFileError, match="'Hasil pengecekan nama sub domain yang digunakan' is missing"):
        case.require_inputs()

    case.casefile.put("Hasil pengecekan nama sub domain yang digunakan", {}, step=3, attempt=1, at=AT)
    case.require_inputs()


def test_input_that_a_refusal_does_not_have_is_not_asked_for(case: Case) -> None:
    draft = replace(case, step=case.spec.step(6))
    with pytest.raises(CaseFileError):
        draft.require_inputs()

    case.casefile.refuse("nama sudah dipakai", step=3, attempt=1, at=AT)
    draft.require_inputs()


def test_input_of_the_steps_work_is_asked_for_even_when_refused(case: Case) -> None:
    case.casefile.refuse("nama sudah dipakai", step=3, attempt=1, at=AT)

    with pytest.raises(CaseFileError):
        replace(case, step=case.spec.step(7)).require_inputs()
