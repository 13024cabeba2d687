"""``laksana spec lint`` as its users see it: warnings by file, accepted ones folded, JSON for machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Laksana

SPECS = Path(__file__).parents[1] / "specs"
SHIPPED = Path(__file__).parents[2] / "include" / "sop_specs"


def test_warnings_stand_under_their_file_and_accepted_ones_are_folded(laksana: Laksana) -> None:
    file = SHIPPED / "permohonan-sub-domain.yaml"
    done = laksana("spec", "lint", str(file))
    *lines, total = done.output.splitlines()

    assert done.status == 0
    assert lines[0] == str(file)
    assert all(line.startswith("  ") for line in lines[1:])
    assert any("two-acts: langkah 7" in line for line in lines)
    assert not any("accepted by" in line for line in lines)
    assert total == "1 file(s), 0 error(s), 5 warning(s), 5 accepted by rulings (--all shows them)"


def test_accepted_ones_are_shown_when_asked_for(laksana: Laksana) -> None:
    done = laksana("spec", "lint", str(SHIPPED / "permohonan-sub-domain.yaml"), "--all")

    assert "[accepted by R1: Surat yang tidak pernah dikonsep tidak dapat ditandatangani.]" in done.output
    assert done.output.splitlines()[-1].endswith("5 accepted by rulings")


def test_json_names_place_words_and_ruling(laksana: Laksana) -> None:
    done = laksana("spec", "lint", str(SHIPPED / "monitoring-layanan-sub-domain.yaml"), "--json")
    report = done.json()
    (call,) = [item for item in report["warnings"] if item["code"] == "call-too-long"]

    assert (done.status, report["errors"]) == (0, [])
    assert (call["sop"], call["langkah"], call["key"]) == ("monitoring-layanan-sub-domain", 3, "langkah[2].waktu")
    assert (call["written"], call["allowed"], call["accepted"]["ruling"]) == ("30 Menit", "130 minutes", "R12")
    assert call["line"] > 0


def test_errors_come_first_and_do_not_hide_the_warnings_of_others(laksana: Laksana) -> None:
    broken, good = SPECS / "invalid" / "missing-key.yaml", SPECS / "valid" / "contoh-gerbang.yaml"
    done = laksana("spec", "lint", str(good), str(broken))
    lines = done.output.splitlines()

    assert done.status == 1
    assert lines[0].startswith(f"{broken}:36 langkah[1]: waktu is missing")
    assert str(good) in lines
    assert lines[-1].startswith("2 file(s), 1 error(s), ")


@pytest.mark.parametrize(
    ("name", "code", "line"), [("skips-a-maker", "input-lost", 76), ("calls-nothing", "call-unknown", 45)]
)
def test_sop_that_can_be_read_but_not_run_is_an_error(laksana: Laksana, name: str, code: str, line: int) -> None:
    file = SPECS / "unrunnable" / f"{name}.yaml"
    done = laksana("spec", "lint", str(file), "--json")
    (error,) = done.json()["errors"]
    shown = laksana("spec", "lint", str(file))

    assert (done.status, shown.status) == (1, 1)
    assert (error["code"], error["line"], error["sop"]) == (code, line, name)
    assert code not in [warning["code"] for warning in done.json()["warnings"]]
    assert f"  {line}: error: {code}: langkah {error['langkah']}: {error['message']}" in shown.output
    assert " 1 error(s), " in shown.output
