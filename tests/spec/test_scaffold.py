"""What a new SOP begins with: a text that loads, lints and is marked where it is to be replaced."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from laksana.lint import lint, read_sops
from laksana.spec import load_spec
from laksana.spec.model import Spec
from laksana.spec.reading import read_yaml
from laksana.spec.scaffold import KINDS, MARK, NewSop, check_slug, copied, dag_text, kind_of, skeleton

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "include" / "sop_specs").glob("*.yaml"))
DAY = date(2026, 11, 25)


def written(folder: Path, new: NewSop, text: str) -> Path:
    file = folder / f"{new.slug}.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def data_of(file: Path) -> dict[str, Any]:
    data: dict[str, Any] = read_yaml(file.read_text(encoding="utf-8"), str(file)).data
    return data


@pytest.mark.parametrize("kind", KINDS)
def test_skeleton_loads_and_lints_without_errors(kind: str, tmp_path: Path) -> None:
    new = NewSop(f"{kind}-layanan-baru", kind, 15, DAY)
    file = written(tmp_path, new, skeleton(new, "x.yaml"))
    spec = load_spec(file)

    assert (spec.slug, spec.jenis, spec.urutan) == (new.slug, kind, 15)
    assert spec.judul == f"SOP {kind.upper()} LAYANAN BARU"
    assert spec.identity["tanggal_pembuatan"] == "2026-11-25"
    sops, _ = read_sops([file])
    assert {found.code for found in lint(sops, {new.slug: sops[0]})} == {"empty-field"}


@pytest.mark.parametrize("kind", KINDS)
def test_skeleton_is_commented_and_marked_in_the_sheets_order(kind: str) -> None:
    lines = skeleton(NewSop(f"{kind}-baru", kind, 15, DAY), "x.yaml").splitlines()
    keys = [line.partition(":")[0] for line in lines if line[:1].isalpha()]

    assert lines[0] == "# yaml-language-server: $schema=../sop-spec.schema.json"
    assert keys[:6] == ["slug", "urutan", "nomor", "judul", "layanan", "jenis"]
    assert keys.index("pencatatan") < keys.index("pelaksana") < keys.index("langkah")
    assert sum(line.startswith(("#", "  #")) for line in lines) >= 8
    assert sum(f"{MARK}:" in line for line in lines) >= 7
    assert "%" not in "".join(lines)


def own_of(spec: Spec) -> list[tuple[Any, ...]]:
    return [
        (step.no, step.pelaksana, step.kegiatan, step.waktu, step.work, step.lanjut, step.output, step.kelengkapan)
        for step in spec.langkah
    ]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_copy_has_the_shape_of_the_other_and_an_identity_of_its_own(file: Path, tmp_path: Path) -> None:
    other = load_spec(file)
    new = NewSop("sop-baru", other.jenis, 99, DAY)
    copy = load_spec(written(tmp_path, new, copied(new, "x.yaml", data_of(file))))

    assert own_of(copy) == own_of(other)
    assert copy.formulir == other.formulir
    assert copy.playbook_variables == other.playbook_variables
    assert (copy.nomor, copy.urutan, copy.penyimpangan) == (f"{MARK}: nomor SOP", 99, ())
    assert [step.source for step in copy.langkah] == [None] * len(copy.langkah)
    assert copy.identity["tanggal_revisi"] is None


def test_title_knows_the_offices_abbreviations() -> None:
    new = NewSop("permohonan-vps-pdn-baru", "permohonan", 1, DAY)

    assert (new.title, new.service) == ("Permohonan VPS PDN Baru", "VPS PDN Baru")
    assert 'sop_dag("permohonan-vps-pdn-baru")' in dag_text(new)


@pytest.mark.parametrize(("slug", "kind"), [("monitoring-x", "monitoring"), ("colocation", "permohonan")])
def test_kind_follows_the_slugs_first_word(slug: str, kind: str) -> None:
    assert kind_of(slug) == kind


@pytest.mark.parametrize(
    ("slug", "hint"),
    [
        ("Permohonan Colocation", "did you mean 'permohonan-colocation'?"),
        ("permohonan_colocation", "did you mean 'permohonan-colocation'?"),
        ("../keluar", "did you mean 'keluar'?"),
        ("a--b", "did you mean 'a-b'?"),
        ("", "take a name like permohonan-colocation-server"),
        ("x" * 81, f"did you mean {'x' * 80!r}?"),
        ("ada\n", "did you mean 'ada'?"),
    ],
)
def test_bad_slug_is_refused_with_the_one_that_was_meant(slug: str, hint: str) -> None:
    problem = check_slug(slug, frozenset())

    assert problem is not None
    assert problem.hint == hint
    assert "\n" not in problem.as_line()


def test_slug_that_is_taken_is_refused() -> None:
    problem = check_slug("ada", frozenset({"ada"}))

    assert problem is not None
    assert "there already" in problem.message
    assert check_slug("lain", frozenset({"ada"})) is None
