"""Whole files: the valid ones load, each invalid one says what its first line expects, none hides another.

The first line of an invalid file names code and line of each problem; behind a bar, what is said of the only one.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from laksana.errors import Problem, SpecError
from laksana.spec import list_specs, load_spec

SPECS = Path(__file__).parents[1] / "specs"
INVALID = sorted((SPECS / "invalid").glob("*.yaml"))


def problems_of(file: Path) -> list[Problem]:
    with pytest.raises(SpecError) as caught:
        load_spec(file)
    return caught.value.problems


@pytest.mark.parametrize("file", sorted((SPECS / "valid").glob("*.yaml")), ids=lambda file: file.stem)
def test_valid_file_loads(file: Path) -> None:
    assert load_spec(file).slug == file.stem


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.stem)
def test_invalid_file_gives_what_its_first_line_expects(file: Path) -> None:
    head, _, words = file.read_text(encoding="utf-8").splitlines()[0].partition(" | ")
    expected = [
        (code, int(line)) for code, line in re.findall(r"([a-zA-Z-]+) line (\d+)", head.removeprefix("# expects:"))
    ]

    problems = problems_of(file)

    assert [(problem.code, problem.line) for problem in problems] == expected
    assert all(problem.file == str(file) and "\n" not in problem.as_line() for problem in problems)
    assert all(problem.hint for problem in problems)
    assert not words or [f"{problem.message} ({problem.hint})" for problem in problems] == [words]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("unknown-key", "did you mean 'tujuan'?"),
        ("kind-unknown", "did you mean 'gerbang'?"),
        ("target-missing", "allowed: 1-4 or selesai"),
        ("performer-unknown", "did you mean 'Petugas'?"),
        ("decider-unknown", "allowed: Pemohon, Petugas, Kepala"),
        ("form-rule-unknown", "did you mean 'nama-belum-terdaftar'?"),
    ],
)
def test_hint_names_what_is_allowed(name: str, hint: str) -> None:
    assert hint in [problem.hint for problem in problems_of(SPECS / "invalid" / f"{name}.yaml")]


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    text = (SPECS / "valid" / "contoh-gerbang.yaml").read_text(encoding="utf-8")
    file = tmp_path / "contoh-gerbang.yaml"
    file.write_text(
        text.replace("judul:", "judull:").replace("urutan:", "urut:").replace("waktu: 2 Jam", "waktu: lama")
    )

    codes = [problem.code for problem in problems_of(file)]

    assert sorted(codes) == ["pattern", "unknown-key", "unknown-key"]


def test_missing_file_names_the_known_ones() -> None:
    (problem,) = problems_of(SPECS / "valid" / "tidak-ada.yaml")

    known = "contoh-evaluasi, contoh-gerbang, contoh-layanan, contoh-rutin"
    assert (problem.code, problem.hint) == ("missing", f"known: {known}")


def test_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("judul: caf\u00e9".encode("latin-1"))

    (problem,) = problems_of(file)

    assert (problem.code, problem.hint) == ("unreadable", "save it as UTF-8 text")


def test_folder_named_like_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()

    assert problems_of(tmp_path / "folder.yaml")[0].code == "unreadable"


def test_slug_must_be_the_file_name(tmp_path: Path) -> None:
    file = tmp_path / "lain.yaml"
    shutil.copy(SPECS / "valid" / "contoh-gerbang.yaml", file)

    (problem,) = problems_of(file)

    assert (problem.code, problem.hint) == ("slug", "name it contoh-gerbang.yaml")


def test_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    shutil.copy(SPECS / "valid" / "contoh-gerbang.yaml", tmp_path)
    shutil.copy(SPECS / "invalid" / "missing-key.yaml", tmp_path)

    specs, problems = list_specs(tmp_path)

    assert [spec.slug for spec in specs] == ["contoh-gerbang"]
    assert [problem.code for problem in problems] == ["missing-key"]
