"""``laksana spec schema`` and ``… diff``: files and slugs, words and JSON, and the exit statuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from laksana.spec.quick_look import schema_text
from tests.cli.conftest import Laksana

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "include" / "sop_specs"
INVALID = ROOT / "tests" / "specs" / "invalid"
HOSTING = "permohonan-akun-hosting"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Return a file with the SOP as it was once, under a name that is not its slug."""
    file = tmp_path / "sebelum revisi.yaml"
    text = (SPECS / f"{HOSTING}.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("waktu: 30 Menit", "waktu: 1 Jam", 1), encoding="utf-8")
    return file


def test_diff_says_what_changed_in_the_sheets_words(laksana: Laksana, older: Path) -> None:
    done = laksana("spec", "diff", str(older), HOSTING)

    assert (done.status, done.output, done.errors) == (1, "Langkah 3: waktu 1 Jam menjadi 30 Menit\n", "")


def test_diff_as_json(laksana: Laksana, older: Path) -> None:
    done = laksana("spec", "diff", str(older), HOSTING, "--json")
    found = done.json()

    assert done.status == 1
    assert (found["lama"]["berkas"], found["baru"]["slug"]) == (str(older), HOSTING)
    assert len(found["lama"]["versi"]) == 64
    assert found["lama"]["versi"] != found["baru"]["versi"]
    assert found["perubahan"] == [
        {"bagian": "langkah", "langkah": 3, "kunci": "waktu", "semula": "1 Jam", "menjadi": "30 Menit",
         "teks": "Langkah 3: waktu 1 Jam menjadi 30 Menit"}
    ]  # fmt: skip


def test_diff_of_a_version_and_itself(laksana: Laksana) -> None:
    done = laksana("spec", "diff", HOSTING, str(SPECS / f"{HOSTING}.yaml"))

    assert (done.status, done.output) == (0, "Tidak ada perubahan.\n")
    assert laksana("spec", "diff", HOSTING, HOSTING, "--json").json()["perubahan"] == []


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("tidak-ada", "tidak-ada.yaml: no such SOP file"),
        ("lain/tidak-ada.yaml", "lain/tidak-ada.yaml: no such SOP file"),
        (str(INVALID / "missing-key.yaml"), "waktu is missing"),
        (str(INVALID / "indentation.yaml"), "indented by 3 spaces"),
    ],
)
def test_version_that_can_not_be_read_is_no_difference(laksana: Laksana, old: str, said: str) -> None:
    for arguments in ([old, HOSTING], [HOSTING, old], [old, HOSTING, "--json"]):
        done = laksana("spec", "diff", *arguments)

        assert (done.status, done.output) == (2, "")
        assert said in done.errors


@pytest.mark.parametrize("arguments", [[], [HOSTING], [HOSTING, HOSTING, HOSTING]])
def test_diff_needs_two_versions(laksana: Laksana, arguments: list[str]) -> None:
    assert laksana("spec", "diff", *arguments).status == 2


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
