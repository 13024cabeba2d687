"""The office's own data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from laksana.documents.office import NumberTemplate, read_office
from laksana.errors import DocumentError


@pytest.fixture
def edited(tmp_path: Path, letters_dir: Path) -> Path:
    shutil.copytree(letters_dir, tmp_path / "letters")
    return tmp_path / "letters" / "office.yaml"


def test_shipped_office_gives_numbers_of_the_office(letters_dir: Path) -> None:
    assert read_office(letters_dir).numbers.fill(1, 2026) == "065/001/437.87/2026"


def test_running_number_above_the_width_is_written_whole() -> None:
    assert NumberTemplate("{urut}-{tahun}", "065", "437.87").fill(1234, 2026) == "1234-2026"


@pytest.mark.parametrize("pattern", ["{urut}/{kode_unit}", "{kode_klasifikasi}/{tahun}"])
def test_pattern_that_repeats_numbers_is_refused(pattern: str) -> None:
    with pytest.raises(DocumentError, match=r"nomor\.pola: .* lacks"):
        NumberTemplate(pattern, "065", "437.87")


def test_unknown_name_in_the_pattern_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"unknown placeholder \{bulan\}"):
        NumberTemplate("{urut}/{bulan}/{tahun}", "065", "437.87")


def test_issuer_stands_in_the_signature_notice(letters_dir: Path) -> None:
    assert "Otoritas Sertifikat Uji Coba Laksana" in read_office(letters_dir).signature_notice[-1]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tempat:", "kota:", r"office\.yaml kota: unknown key \(allowed: kop, tempat"),
        ('kode_klasifikasi: "065"', "kode_klasifikasi: 065", r"nomor\.kode_klasifikasi: 53 is not text in quotes"),
        ("  sifat: Biasa\n", "", r"naskah\.sifat: missing key"),
        ('lambang: ""', 'lambang: "../../etc/passwd"', r"kop\.lambang: '\.\./\.\./etc/passwd' is no file"),
        ("{penerbit}.", "{penerbitt}.", r"tte\.kalimat\[2\]: unknown placeholder \{penerbitt\}"),
        ("lebar_urut: 3", "lebar_urut: yes", r"nomor\.lebar_urut: True is not a whole number"),
    ],
)
def test_wrong_value_is_refused_by_key(edited: Path, old: str, new: str, message: str) -> None:
    edited.write_text(edited.read_text().replace(old, new))

    with pytest.raises(DocumentError, match=message):
        read_office(edited.parent)
