"""The DAG bundle: a version is what the SOP files said then, wherever and whenever it is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import BundleDagBag
from airflow.sdk import DAG

from laksana.building.bundle import SopBundle
from laksana.database.connection import open_database
from laksana.database.tables import sop_snapshot
from laksana.errors import SettingsError, VersionError
from laksana.servicedesk.builtin import BuiltinDesk
from laksana.settings import current
from laksana.spec import load_spec
from tests.versions.folders import write_sop
from tests.versions.test_store import AT

SLUG = "contoh-gerbang"
GATE = "langkah_02_menimbang_permohonan"


@pytest.fixture
def specs(tmp_path: Path, clean_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "sop"
    write_sop(folder)
    monkeypatch.setenv("LAKSANA_DATABASE_URL", clean_database)
    monkeypatch.setenv("LAKSANA_SPECS_DIR", str(folder))
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH", str(tmp_path / "bundles"))
    current.cache_clear()
    yield folder
    current.cache_clear()


def bundle(version: str | None = None) -> SopBundle:
    made = SopBundle(name="sop", version=version)
    made.initialize()
    return made


def version_of(made: SopBundle) -> str:
    version = made.get_current_version()
    assert version is not None
    return str(version.version)


def parsed(made: SopBundle) -> tuple[dict[str, DAG], dict[str, str]]:
    """Return the bundle's DAGs and its errors as Airflow reads them."""
    bag = BundleDagBag(dag_folder=str(made.path), bundle_path=made.path, bundle_name=made.name)
    return bag.dags, {Path(file).name: text for file, text in bag.import_errors.items()}


def question(made: SopBundle) -> str:
    return str(parsed(made)[0][SLUG].get_task(GATE).subject)


def test_dag_files_are_made_for_the_sop_files(specs: Path) -> None:
    write_sop(specs, "contoh-lain")

    dags, errors = parsed(bundle())

    assert (set(dags), errors) == ({SLUG, "contoh-lain"}, {})
    digest = load_spec(specs / f"{SLUG}.yaml").digest
    assert f"versi:{digest[:12]}" in dags[SLUG].tags
    assert f"**Versi** `{digest[:12]}`" in str(dags[SLUG].doc_md)


def test_pinned_version_stays_when_the_files_change(specs: Path) -> None:
    present = bundle()
    old = version_of(present)
    write_sop(specs, question="Lanjutkan?")

    present.refresh()

    assert version_of(present) != old
    assert [question(present), question(bundle(old))] == ["Lanjutkan?", "Teruskan?"]
    assert version_of(bundle(old)) == old


def test_file_that_did_not_change_keeps_the_version_and_the_dag_files(specs: Path) -> None:
    present = bundle()
    before = (version_of(present), sorted((file.name, file.stat().st_mtime_ns) for file in present.path.glob("*.py")))
    file = specs / f"{SLUG}.yaml"
    file.write_text("# catatan\n" + file.read_text(encoding="utf-8"), encoding="utf-8")

    present.refresh()

    after = (version_of(present), sorted((file.name, file.stat().st_mtime_ns) for file in present.path.glob("*.py")))
    assert after == before


def test_changed_sop_has_a_younger_dag_file_and_the_others_do_not(specs: Path) -> None:
    """Airflow reads a file anew at once only where it is younger than its last reading."""
    write_sop(specs, "contoh-lain")
    present = bundle()
    for file in present.path.glob("*.py"):
        os.utime(file, (0, 0))
    write_sop(specs, question="Lanjutkan?")

    present.refresh()

    assert {file.name: file.stat().st_mtime > 0 for file in present.path.glob("*.py")} == {
        "contoh_gerbang.py": True,
        "contoh_lain.py": False,
    }


def test_broken_file_shows_its_error_and_leaves_the_dag(specs: Path) -> None:
    """Airflow stops the running cases of a DAG whose own file has an error."""
    write_sop(specs, "contoh-lain")
    present = bundle()
    file = specs / f"{SLUG}.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("waktu: 1 Hari", "waktu: Sehari"), encoding="utf-8")

    present.refresh()
    dags, errors = parsed(present)

    assert set(dags) == {SLUG, "contoh-lain"}
    assert list(errors) == ["contoh_gerbang_rusak.py"]
    assert f"{file}:42 langkah[1].waktu" in errors["contoh_gerbang_rusak.py"]


def test_mended_file_takes_its_error_away(specs: Path) -> None:
    present = bundle()
    (specs / f"{SLUG}.yaml").write_text("slug: [", encoding="utf-8")
    present.refresh()
    broken = version_of(present)
    write_sop(specs, question="Lanjutkan?")

    present.refresh()

    assert version_of(present) != broken
    assert (question(present), parsed(present)[1]) == ("Lanjutkan?", {})


def test_sop_that_was_never_right_has_an_error_and_no_dag(specs: Path) -> None:
    (specs / "baru.yaml").write_text("slug: baru\n", encoding="utf-8")

    dags, errors = parsed(bundle())

    assert (set(dags), list(errors)) == ({SLUG}, ["baru.py"])


def test_removed_sop_keeps_its_dag_while_it_has_open_cases(specs: Path, clean_database: str) -> None:
    present = bundle()
    write_sop(specs, "contoh-lain")
    desk = BuiltinDesk(open_database(clean_database), "Asia/Jakarta")
    ticket, _ = desk.open(SLUG, {}, source="cli", applicant="sari", key="k", at=AT)
    (specs / f"{SLUG}.yaml").unlink()

    present.refresh()
    while_open = set(parsed(present)[0])
    desk.note(ticket.number, "selesai", status="selesai", at=AT, once="akhir")
    present.refresh()

    assert (while_open, set(parsed(present)[0])) == ({SLUG, "contoh-lain"}, {"contoh-lain"})


def test_folder_that_is_away_takes_nothing_away(specs: Path) -> None:
    present = bundle()
    before = version_of(present)
    specs.rename(specs.with_name("elsewhere"))

    with pytest.raises(SettingsError, match=r"LAKSANA_SPECS_DIR=\S+ is no folder; what was in force stays so"):
        present.refresh()

    assert (version_of(present), set(parsed(present)[0])) == (before, {SLUG})


def test_removed_sop_is_not_started_by_the_calendar_any_more(specs: Path, clean_database: str) -> None:
    routine = "contoh-rutin"
    source = Path(__file__).parents[1] / "specs" / "valid" / f"{routine}.yaml"
    (specs / f"{routine}.yaml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    present = bundle()
    before = parsed(present)[0][routine].timetable
    BuiltinDesk(open_database(clean_database), "Asia/Jakarta").open(
        routine, {}, source="rutin", applicant="airflow", key="k", at=AT
    )
    (specs / f"{routine}.yaml").unlink()

    present.refresh()

    assert (type(before).__name__, type(parsed(present)[0][routine].timetable).__name__) == (
        "WorkdayTimetable",
        "NullTimetable",
    )


@pytest.mark.parametrize("damage", ["removed", "emptied", "half"])
def test_copy_that_is_missing_or_broken_is_made_anew(specs: Path, damage: str) -> None:
    """Copies may go at any time: by Airflow's cleaner, by an administrator, by half."""
    version = version_of(bundle())
    write_sop(specs, question="Lanjutkan?")
    folder = bundle(version).path.parent
    for file in sorted(folder.rglob("*.*"), reverse=True):
        if damage == "removed" or (damage == "half" and file.suffix == ".py"):
            file.unlink()
        elif damage == "emptied" and file.suffix == ".yaml":
            file.write_text("", encoding="utf-8")

    assert question(bundle(version)) == "Teruskan?"


def test_other_machine_gets_the_version_from_the_database(
    specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = version_of(bundle())
    (specs / f"{SLUG}.yaml").unlink()
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH", str(tmp_path / "elsewhere"))

    assert question(bundle(version)) == "Teruskan?"


def test_version_that_is_not_kept_is_an_error(specs: Path, clean_database: str) -> None:  # noqa: ARG001  # the settings
    version = version_of(bundle())
    with open_database(clean_database).begin() as connection:
        connection.execute(sop_snapshot.delete())

    with pytest.raises(VersionError, match=f"snapshot {version[:12]} of the SOPs is not in Laksana's database"):
        bundle(version)


def test_no_connection_is_left_open_for_a_fork(specs: Path, clean_database: str) -> None:  # noqa: ARG001  # the settings
    bundle(version_of(bundle()))

    assert open_database(clean_database).pool.checkedin() == 0  # type: ignore[attr-defined]  # of the pool in use
