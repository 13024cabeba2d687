"""Which version of an SOP the office hands out: the one in force, or the one that a case goes by."""

from __future__ import annotations

from pathlib import Path

import pytest

from laksana.errors import SpecError, VersionError
from laksana.office import Office
from laksana.settings import Settings
from laksana.spec import load_spec
from laksana.versions.snapshot import read_folder
from tests.versions.folders import write_sop
from tests.versions.test_store import AT

SLUG = "contoh-gerbang"


@pytest.fixture
def office(clean_database: str, tmp_path: Path) -> Office:
    write_sop(tmp_path)
    return Office(Settings(database_url=clean_database, specs_dir=tmp_path))


def take(office: Office) -> str:
    """Bring the folder's SOPs into force, and return the version of the one."""
    office.versions.take(read_folder(office.settings.specs_dir), (), at=AT)
    return load_spec(office.settings.specs_dir / f"{SLUG}.yaml").digest


def test_case_is_read_by_the_version_that_it_goes_by(office: Office) -> None:
    old = take(office)
    ticket, _ = office.desk.open(SLUG, {}, source="cli", applicant="sari", key="k", at=AT)
    before = office.spec_of(ticket)
    office.desk.go_by(ticket.number, old, at=AT)
    write_sop(office.settings.specs_dir, question="Lanjutkan?")

    found = office.spec_of(office.desk.get(ticket.number))

    assert (before.digest, found.digest) == (old, old)
    assert found.step(2).work.text("pertanyaan") == "Teruskan?"
    assert office.spec(SLUG).step(2).work.text("pertanyaan") == "Lanjutkan?"


def test_case_from_before_versions_is_read_by_the_one_in_force(office: Office) -> None:
    ticket, _ = office.desk.open(SLUG, {}, source="cli", applicant="sari", key="k", at=AT)
    write_sop(office.settings.specs_dir, question="Lanjutkan?")

    assert office.spec_of(ticket).step(2).work.text("pertanyaan") == "Lanjutkan?"


@pytest.mark.parametrize("text", ["slug: [", "slug: contoh-gerbang\n"])
def test_broken_file_leaves_the_last_good_version_in_force(office: Office, text: str) -> None:
    old = take(office)
    (office.settings.specs_dir / f"{SLUG}.yaml").write_text(text, encoding="utf-8")

    assert office.spec(SLUG).digest == office.spec_at(SLUG, old).digest == old


def test_broken_file_that_was_never_right_is_an_error(office: Office) -> None:
    (office.settings.specs_dir / f"{SLUG}.yaml").write_text("slug: [", encoding="utf-8")

    with pytest.raises(SpecError, match=r"contoh-gerbang\.yaml:2"):
        office.spec(SLUG)


def test_removed_sop_takes_no_new_case_and_its_old_ones_go_on(office: Office) -> None:
    old = take(office)
    (office.settings.specs_dir / f"{SLUG}.yaml").unlink()

    assert office.spec_at(SLUG, old).digest == old
    with pytest.raises(SpecError, match="no such SOP file"):
        office.spec(SLUG)


def test_version_that_is_not_kept_is_an_error(office: Office) -> None:
    with pytest.raises(VersionError, match="version 000000000000 of SOP contoh-gerbang is not in Laksana's database"):
        office.spec_at(SLUG, "0" * 64)
