"""``laksana spec render``: every face of an SOP, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Laksana


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder."""
    made = tmp_path / "hasil"
    made.mkdir()
    return made


STARTS = {"pdf": b"%PDF-", "svg": b"<svg ", "bpmn": b"<?xml", "md": b"# ", "html": b"<!doctype html>"}


@pytest.mark.parametrize("form", STARTS)
def test_every_format_is_written(laksana: Laksana, folder: Path, form: str) -> None:
    target = folder / f"lembar.{form}"
    done = laksana("spec", "render", "permohonan-sub-domain", "--format", form, "-o", str(target))

    assert done.status == 0, done.errors
    assert target.read_bytes().lower().startswith(STARTS[form].lower())
    assert done.output == f"permohonan-sub-domain: {target}, {target.stat().st_size} bytes\n"
    assert list(folder.iterdir()) == [target]


def test_standard_output_has_nothing_besides(laksana: Laksana) -> None:
    done = laksana("spec", "render", "permohonan-sub-domain", "--format", "md", "-o", "-")

    assert done.output.startswith("# ")


def test_file_of_its_own_is_taken_too(laksana: Laksana, tmp_path: Path) -> None:
    file = Path(__file__).parents[1] / "specs" / "valid" / "contoh-gerbang.yaml"
    done = laksana("spec", "render", str(file), "--format", "pdf", "-o", str(tmp_path / "a.pdf"))

    assert done.status == 0, done.errors


@pytest.mark.parametrize(
    ("sop", "form", "target", "said"),
    [
        ("permohonan-subdomain", "pdf", "a.pdf", "no such SOP file (known: "),
        ("permohonan-sub-domain", "pdf", "tidak-ada/a.pdf", "a.pdf: can't be written (No such file or directory)"),
        ("monitoring-layanan-hosting", "md", "a.md", "monitoring"),
    ],
)
def test_what_can_not_be_written_is_one_line(
    laksana: Laksana, folder: Path, sop: str, form: str, target: str, said: str
) -> None:
    (folder / "a.pdf").write_text("alt")
    done = laksana("spec", "render", sop, "--format", form, "-o", str(folder / target))

    assert done.status == 1
    assert said in done.errors
    assert len(done.errors.splitlines()) == 1
    assert [file.name for file in folder.iterdir()] == ["a.pdf"]
    assert (folder / "a.pdf").read_text() == "alt"


def test_what_is_no_ordinary_file_is_left_as_it_is(laksana: Laksana, folder: Path) -> None:
    os.mkfifo(folder / "pipa")
    done = laksana("spec", "render", "permohonan-sub-domain", "--format", "md", "-o", str(folder / "pipa"))

    assert done.status == 1
    assert "pipa: is no ordinary file" in done.errors
    assert (folder / "pipa").is_fifo()


def test_unknown_format_names_the_known_ones(laksana: Laksana) -> None:
    done = laksana("spec", "render", "permohonan-sub-domain", "--format", "docx", "-o", "-")

    assert done.status == 2
    assert "bpmn" in done.errors
