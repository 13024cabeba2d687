"""``laksana spec`` and ``laksana worktime``: no server and no database needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Laksana

SPECS = Path(__file__).parents[1] / "specs"
SOPS = {
    "permohonan-akun-hosting": 10,
    "monitoring-layanan-hosting": 8,
    "pemeliharaan-layanan-hosting": 12,
    "permohonan-vps-pdn": 14,
    "monitoring-vps-pdn": 8,
    "evaluasi-layanan-pusat-data": 8,
    "pemeliharaan-vps-pdn": 13,
    "permohonan-fasilitasi-pusat-komputasi": 10,
    "monitoring-layanan-fasilitasi-pusat-komputasi": 8,
    "pemeliharaan-layanan-fasilitasi-pusat-komputasi": 10,
    "permohonan-penambahan-resource-vps": 10,
    "permohonan-sub-domain": 9,
    "monitoring-layanan-sub-domain": 6,
    "pemeliharaan-layanan-sub-domain": 6,
}
"""The SOPs and how many steps each has."""
STEP_KEYS = {"no", "kegiatan", "pelaksana", "pelaksana_dasar", "kelengkapan", "waktu", "output", "jenis", "lanjut"}


def test_list_prints_what_checks_rely_on(laksana: Laksana) -> None:
    done = laksana("spec", "list", "--json")
    sops = {item["slug"]: item for item in done.json()}
    sop = sops["permohonan-sub-domain"]

    assert done.status == 0
    assert {slug: len(item["langkah"]) for slug, item in sops.items()} == SOPS
    assert all(set(step) >= STEP_KEYS for item in sops.values() for step in item["langkah"])
    assert {"slug", "nomor", "judul", "layanan", "jenis", "digest", "langkah"} <= set(sop)
    assert [step["no"] for step in sop["langkah"]] == list(range(1, 10))
    assert sop["langkah"][2]["waktu"] == {"nilai": 15, "satuan": "Menit"}
    assert sop["langkah"][2]["lanjut"] == [{"bila": "lulus", "ke": 4}, {"bila": "ditolak", "ke": 6}]
    assert sop["langkah"][8]["lanjut"] == [{"bila": "terima", "ke": "selesai"}]
    assert sop["langkah"][0]["kelengkapan"] == ["Informasi Sub Domain dan IP Address", "Aplikasi Service Desk"]


def test_list_for_people_is_a_table(laksana: Laksana) -> None:
    done = laksana("spec", "list")

    assert done.status == 0
    assert "permohonan-sub-domain" in done.output


def test_list_with_a_broken_file_prints_the_good_and_fails(laksana: Laksana, tmp_path: Path) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    for file in (SPECS / "valid" / "contoh-gerbang.yaml", SPECS / "invalid" / "missing-key.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())

    done = laksana("spec", "list", "--json", specs_dir=str(folder))

    assert done.status == 1
    assert [sop["slug"] for sop in done.json()] == ["contoh-gerbang"]
    assert "missing-key.yaml:36 langkah[1]: waktu is missing" in done.errors


def test_lint_of_the_products_sops_is_clean(laksana: Laksana) -> None:
    done = laksana("spec", "lint", "--json")

    assert (done.status, done.json()["errors"]) == (0, [])


def test_lint_names_file_line_code_message_and_hint(laksana: Laksana) -> None:
    file = SPECS / "invalid" / "kind-unknown.yaml"
    done = laksana("spec", "lint", str(file), "--json")
    (error,) = done.json()["errors"]

    assert done.status == 1
    assert (error["file"], error["line"], error["code"]) == (str(file), 63, "unknown-key")
    assert error["message"] == "unknown key 'gerban'"
    assert error["hint"] == "did you mean 'gerbang'?"


def test_lint_sees_overlapping_ways_back(laksana: Laksana) -> None:
    done = laksana("spec", "lint", str(SPECS / "invalid" / "loops-overlap.yaml"))

    assert done.status == 1
    assert "loops-overlap.yaml:70 langkah[2].lanjut[1]: the ways back of steps 2 and 3 overlap" in done.output


def test_lint_of_a_missing_file(laksana: Laksana) -> None:
    assert laksana("spec", "lint", "tidak-ada.yaml").status == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["spec"],
        ["spec", "lst"],
        ["request", "submit"],
        ["worktime", "due", "--start", "x"],
        ["gate", "answer", "a/b/c"],
    ],
    ids=" ".join,
)
def test_wrong_usage(laksana: Laksana, arguments: list[str]) -> None:
    done = laksana(*arguments)

    assert (done.status, done.output) == (2, "")


@pytest.mark.parametrize(
    ("start", "standard", "due"),
    [
        ("2026-11-23T08:00+07:00", "90 Menit", "2026-11-23T09:30:00+07:00"),
        ("2026-11-23T11:30+07:00", "90 Menit", "2026-11-23T14:00:00+07:00"),
        ("2026-11-23T08:00Z", "90 Menit", "2026-11-24T08:00:00+07:00"),
        ("2026-11-20T10:00+07:00", "3 Hari", "2026-11-25T10:00:00+07:00"),
    ],
)
def test_due(laksana: Laksana, start: str, standard: str, due: str) -> None:
    done = laksana("worktime", "due", "--start", start, "--waktu", standard, "--json")

    assert (done.status, done.json()) == (0, {"due": due})


def test_elapsed(laksana: Laksana) -> None:
    done = laksana(
        "worktime", "elapsed", "--start", "2026-11-20T15:30+07:00", "--end", "2026-11-23T08:00+07:00", "--json"
    )

    assert (done.status, done.json()) == (0, {"minutes": 60})


@pytest.mark.parametrize(
    "arguments",
    [
        ["worktime", "due", "--start", "kemarin", "--waktu", "90 Menit"],
        ["worktime", "due", "--start", "2026-11-23T08:00", "--waktu", "90 Menit"],
        ["worktime", "due", "--start", "2026-11-23T08:00Z", "--waktu", "90 Tahun"],
        ["worktime", "elapsed", "--start", "2026-11-23T08:00Z", "--end", "2026-11-22T08:00Z"],
    ],
    ids=lambda arguments: " ".join(arguments[2:]),
)
def test_time_that_can_not_be_read_is_one_line(laksana: Laksana, arguments: list[str]) -> None:
    done = laksana(*arguments)

    assert (done.status, done.output) == (1, "")
    assert done.errors.startswith("laksana: ")
    assert done.errors.count("\n") == 1


def test_bad_setting_is_one_line(laksana: Laksana) -> None:
    done = laksana("spec", "list", target_must_be_public="mungkin")

    assert done.status == 1
    assert done.errors.startswith("laksana: LAKSANA_TARGET_MUST_BE_PUBLIC='mungkin'")


def test_installed_command_prints_one_document_and_nothing_else() -> None:
    command = [str(Path(sys.executable).parent / "laksana"), "spec", "list", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
    assert {sop["slug"] for sop in json.loads(done.stdout)} == set(SOPS)
