"""``laksana spec schema``: files only."""

from __future__ import annotations

from pathlib import Path

from laksana.spec.quick_look import schema_text
from tests.cli.conftest import Laksana


def test_schema_is_printed(laksana: Laksana) -> None:
    done = laksana("spec", "schema")

    assert (done.status, done.output) == (0, schema_text())


def test_schema_is_written_to_a_file(laksana: Laksana, tmp_path: Path) -> None:
    done = laksana("spec", "schema", "-o", str(tmp_path / "sop.json"))

    assert done.status == 0
    assert (tmp_path / "sop.json").read_text(encoding="utf-8") == schema_text()


def test_schema_that_can_not_be_written_is_said_in_one_line(laksana: Laksana, tmp_path: Path) -> None:
    done = laksana("spec", "schema", "-o", str(tmp_path / "tidak" / "ada.json"))

    assert done.status == 1
    assert done.errors.count("\n") == 1
    assert "can't be written" in done.errors
