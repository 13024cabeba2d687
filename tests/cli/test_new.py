"""``laksana spec new``: the SOP file and its DAG file, both or neither."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from laksana.spec import load_spec
from tests.cli.conftest import Done, Laksana

INCLUDE = Path(__file__).parents[2] / "include"
SLUG = "permohonan-colocation-server"


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    """Return the settings of an installation with one SOP."""
    specs, dags, letters = tmp_path / "specs", tmp_path / "dags", tmp_path / "letters"
    specs.mkdir()
    dags.mkdir()
    shutil.copy(INCLUDE / "sop_specs" / "permohonan-sub-domain.yaml", specs)
    shutil.copytree(INCLUDE / "letters", letters)
    return {"specs_dir": str(specs), "dags_dir": str(dags), "letters_dir": str(letters)}


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def refused(done: Done) -> str:
    assert done.status == 1
    assert done.errors.count("\n") == 1
    return done.errors


def test_new_sop_is_written_with_its_dag_file(laksana: Laksana, folders: dict[str, str], tmp_path: Path) -> None:
    done = laksana("spec", "new", SLUG, **folders)

    assert done.status == 0, done.errors
    spec = load_spec(tmp_path / "specs" / f"{SLUG}.yaml")
    assert (spec.urutan, spec.layanan, spec.jenis) == (12, "Colocation Server", "permohonan")
    dag = (tmp_path / "dags" / "permohonan_colocation_server.py").read_text(encoding="utf-8")
    assert f'dag = sop_dag("{SLUG}")' in dag
    assert "marked GANTI to replace" in done.output
    assert laksana("spec", "lint", str(tmp_path / "specs" / f"{SLUG}.yaml"), **folders).status == 0


def test_kind_may_be_given(laksana: Laksana, folders: dict[str, str], tmp_path: Path) -> None:
    assert laksana("spec", "new", "pantau-rak", "--jenis", "monitoring", **folders).status == 0
    assert load_spec(tmp_path / "specs" / "pantau-rak.yaml").jenis == "monitoring"


def test_shape_of_another_sop_comes_with_its_letters_wording(
    laksana: Laksana, folders: dict[str, str], tmp_path: Path
) -> None:
    done = laksana("spec", "new", "permohonan-sub-domain-sementara", "--dari", "permohonan-sub-domain", **folders)

    assert done.status == 0, done.errors
    spec = load_spec(tmp_path / "specs" / "permohonan-sub-domain-sementara.yaml")
    assert (len(spec.langkah), spec.jenis_layanan) == (9, "sub-domain")
    wording = tmp_path / "letters" / "nota-dinas-balasan"
    assert (wording / "permohonan-sub-domain-sementara.yaml").read_bytes() == (
        wording / "permohonan-sub-domain.yaml"
    ).read_bytes()


def test_nothing_is_written_over(laksana: Laksana, folders: dict[str, str], tmp_path: Path) -> None:
    before = (tmp_path / "specs" / "permohonan-sub-domain.yaml").read_bytes()

    said = refused(laksana("spec", "new", "permohonan-sub-domain", **folders))

    assert "there already" in said
    assert (tmp_path / "specs" / "permohonan-sub-domain.yaml").read_bytes() == before


def test_neither_file_is_written_where_one_can_not_be(
    laksana: Laksana, folders: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "dags" / "permohonan_colocation_server.py").write_text("# milik orang lain\n")
    before = files_of(tmp_path / "specs")

    assert "there already" in refused(laksana("spec", "new", SLUG, **folders))
    assert files_of(tmp_path / "specs") == before
    shutil.rmtree(tmp_path / "dags")
    assert "can't be written" in refused(laksana("spec", "new", SLUG, **folders))
    assert files_of(tmp_path / "specs") == before


@pytest.mark.parametrize("slug", ["Permohonan Colocation", "../../etc/x", "ünlaut"])
def test_bad_slug_is_refused_in_one_line(laksana: Laksana, folders: dict[str, str], slug: str) -> None:
    assert "is no slug" in refused(laksana("spec", "new", slug, **folders))


def test_unknown_shape_names_the_known_ones(laksana: Laksana, folders: dict[str, str]) -> None:
    assert "known: permohonan-sub-domain" in refused(laksana("spec", "new", SLUG, "--dari", "tidak-ada", **folders))


def test_kind_and_shape_together_are_wrong_usage(laksana: Laksana, folders: dict[str, str]) -> None:
    assert laksana("spec", "new", SLUG, "--jenis", "evaluasi", "--dari", "permohonan-sub-domain", **folders).status == 2
