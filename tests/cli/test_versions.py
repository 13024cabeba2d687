"""``laksana spec versions``: what was in force since when, and what running cases still need."""

from __future__ import annotations

from pathlib import Path

from laksana.database.connection import open_database
from laksana.database.tables import sop_version
from laksana.servicedesk.builtin import BuiltinDesk
from laksana.spec import load_spec
from laksana.versions.snapshot import read_folder
from laksana.versions.store import SopVersions
from tests.cli.conftest import Laksana
from tests.versions.folders import write_sop
from tests.versions.test_store import AT, HOUR

SLUG = "contoh-gerbang"


def two_versions(url: str, folder: Path) -> tuple[str, str]:
    """Bring one version into force and then another; one case goes by the first."""
    versions = SopVersions(open_database(url))
    digests = []
    for number, question in enumerate(("Teruskan?", "Lanjutkan?")):
        digests.append(load_spec(write_sop(folder, question=question)).digest)
        versions.take(read_folder(folder), (), at=AT + number * HOUR)
    desk = BuiltinDesk(open_database(url), "Asia/Jakarta")
    ticket, _ = desk.open(SLUG, {}, source="cli", applicant="sari", key="k", at=AT)
    desk.go_by(ticket.number, digests[0], at=AT)
    return digests[0], digests[1]


def test_versions_are_listed_with_their_open_cases(laksana: Laksana, clean_database: str, tmp_path: Path) -> None:
    old, new = two_versions(clean_database, tmp_path / "sop")
    settings = {"database_url": clean_database, "specs_dir": str(tmp_path / "sop")}

    done = laksana("spec", "versions", SLUG, "--json", **settings)
    table = laksana("spec", "versions", **settings)

    assert [(row["versi"], row["berlaku"], row["kasus_berjalan"], row["masalah"]) for row in done.json()] == [
        (new, True, 0, ""),
        (old, False, 1, ""),
    ]
    assert (done.status, table.status) == (0, 0)
    assert f"{SLUG}  {old[:12]}  2026-11-23 10:00" in table.output


def test_version_that_a_case_needs_and_nobody_can_read_is_a_finding(
    laksana: Laksana, clean_database: str, tmp_path: Path
) -> None:
    old, _ = two_versions(clean_database, tmp_path / "sop")
    with open_database(clean_database).begin() as connection:
        connection.execute(sop_version.update().where(sop_version.c.digest == old).values(text=f"slug: {SLUG}\n"))

    done = laksana("spec", "versions", SLUG, "--json", database_url=clean_database, specs_dir=str(tmp_path / "sop"))

    assert done.status == 1
    assert ["can't be read by the installed package" in row["masalah"] for row in done.json()] == [False, True]


def test_sop_that_nobody_knows_is_one_line(laksana: Laksana, clean_database: str, tmp_path: Path) -> None:
    write_sop(tmp_path / "sop")

    done = laksana("spec", "versions", "tidak-ada", database_url=clean_database, specs_dir=str(tmp_path / "sop"))

    assert done.status == 1
    assert done.errors.count("\n") == 1
    assert "no such SOP file (known: contoh-gerbang)" in done.errors
