"""The wording file that the office edits."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from laksana.documents.wording import read_wording
from laksana.errors import DocumentError

SLUG = "permohonan-sub-domain"
KIND = "sub-domain"


@pytest.fixture
def edited(tmp_path: Path, letters_dir: Path) -> Path:
    shutil.copytree(letters_dir, tmp_path / "letters")
    return tmp_path / "letters" / "nota-dinas-balasan" / f"{SLUG}.yaml"


def test_unknown_placeholder_names_file_key_and_allowed_names(edited: Path) -> None:
    edited.write_text(edited.read_text().replace("Menindaklanjuti {rujukan}", "Menindaklanjuti {rujukkan}", 1))

    with pytest.raises(DocumentError) as caught:
        read_wording(edited.parents[1], SLUG, KIND)

    assert str(edited) in str(caught.value)
    assert "disetujui.paragraf[1]: unknown placeholder {rujukkan}" in str(caught.value)
    assert "{rujukan}" in str(caught.value)


@pytest.mark.parametrize(
    "trick", ["{layanan.__class__}", "{layanan!r}", "{layanan:>900000000}", "{}", "{0}", "{layanan"]
)
def test_formatting_tricks_are_refused(edited: Path, trick: str) -> None:
    edited.write_text(edited.read_text().replace("Menindaklanjuti {rujukan}", trick, 1))

    with pytest.raises(DocumentError, match=r"allowed: \{layanan\}"):
        read_wording(edited.parents[1], SLUG, KIND)


def test_refusal_without_place_for_reasons_is_refused(edited: Path) -> None:
    edited.write_text(edited.read_text().replace('    - "[alasan]"\n', ""))

    with pytest.raises(DocumentError, match=r"ditolak\.paragraf: no paragraph '\[alasan\]'"):
        read_wording(edited.parents[1], SLUG, KIND)


def test_broken_yaml_names_the_line(edited: Path) -> None:
    edited.write_text("disetujui:\n  hal: [\n")

    with pytest.raises(DocumentError, match=r"permohonan-sub-domain\.yaml:3: no valid YAML"):
        read_wording(edited.parents[1], SLUG, KIND)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"permohonan-sub-domain\.yaml: can't be read"):
        read_wording(tmp_path, SLUG, KIND)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ditolak:", "tolak:", "tolak: unknown or missing key"),
        ("  hal:", "  perihal:", "wrong keys"),
        ("[Jenis layanan, ", "[", "not a list of .label, value. rows"),
    ],
)
def test_wrong_shape_is_refused(edited: Path, old: str, new: str, message: str) -> None:
    edited.write_text(edited.read_text().replace(old, new))

    with pytest.raises(DocumentError, match=message):
        read_wording(edited.parents[1], SLUG, KIND)
