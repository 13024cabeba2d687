"""The tutorial of a new SOP shows the example file as it is, and what it says of the commands is so."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from laksana.cli.main import main
from laksana.intake.forms import check_form
from laksana.settings import current
from laksana.spec import load_spec

ROOT = Path(__file__).parents[1]
TUTORIAL = (ROOT / "docs" / "tutorial-sop-baru.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs" / "contoh" / "permohonan-colocation-server.yaml"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", TUTORIAL, re.DOTALL)


def solid(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def test_its_parts_are_the_whole_file_in_order() -> None:
    first, *rest = solid(EXAMPLE.read_text(encoding="utf-8"))

    assert first == "# yaml-language-server: $schema=../../include/sop-spec.schema.json"
    assert solid("".join(blocks("yaml"))) == rest


def test_its_request_fits_the_form() -> None:
    (request,) = blocks("json")
    problems = check_form(load_spec(EXAMPLE).formulir, json.loads(request), {})[1]

    assert problems == []


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the product's files in which new ones may be written."""
    for name in ("sop_specs", "letters"):
        shutil.copytree(ROOT / "include" / name, tmp_path / "include" / name)
    (tmp_path / "dags").mkdir()
    monkeypatch.setenv("LAKSANA_SPECS_DIR", "include/sop_specs")
    monkeypatch.setenv("LAKSANA_LETTERS_DIR", "include/letters")
    monkeypatch.setenv("LAKSANA_DAGS_DIR", "dags")
    monkeypatch.chdir(tmp_path)
    current.cache_clear()
    return tmp_path


def said_in(number: int) -> str:
    return blocks("console")[number].partition("\n")[2]


def test_its_first_command_prints_what_it_shows(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "new", EXAMPLE.stem]) == 0
    current.cache_clear()

    assert capsys.readouterr().out == said_in(0)
    assert load_spec(installation / "include" / "sop_specs" / EXAMPLE.name).urutan == 15


def test_its_lint_prints_what_it_shows(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = Path("include/sop_specs") / EXAMPLE.name
    shutil.copy(EXAMPLE, installation / file)

    assert main(["spec", "lint", str(file)]) == 0
    current.cache_clear()
    assert capsys.readouterr().out == said_in(1)
