"""Requests are taken for SOPs that have a form; the routine ones run without an applicant."""

from __future__ import annotations

from pathlib import Path

import pytest

from laksana.office import Office
from tests.secretstore.installation import open_office
from tests.webservice.secret_client import Visitor

ROUTINE = ["monitoring-layanan-hosting", "pemeliharaan-layanan-sub-domain"]


@pytest.fixture
def office(clean_database: str, tmp_path: Path) -> Office:
    return open_office(clean_database, tmp_path)


@pytest.fixture
def applicant(office: Office) -> Visitor:
    return Visitor(office, "kabid.spbe")


@pytest.mark.parametrize("slug", ROUTINE)
def test_routine_sop_has_no_form_and_takes_no_request(office: Office, applicant: Visitor, slug: str) -> None:
    form = applicant.get(f"/api/layanan/{slug}")
    request = applicant.post(f"/api/permohonan/{slug}", content=b"{}")

    assert (form.status_code, request.status_code) == (404, 404)
    assert form.json() == request.json() == {"detail": f"{office.spec(slug).title} {_WORDS}"}
    assert office.desk.list() == []


_WORDS = "berjalan tanpa pemohon, sehingga tidak menerima permohonan"


def test_sop_that_is_not_there_is_named(applicant: Visitor) -> None:
    assert applicant.get("/api/layanan/tidak-ada").json() == {"detail": "layanan 'tidak-ada' tidak ada"}


def test_form_of_a_request_is_shown(applicant: Visitor) -> None:
    form = applicant.get("/api/layanan/permohonan-sub-domain").json()

    assert "label" in form["formulir"]["properties"]
