"""The SOP files against the office's document: not a number, a time or an order differs; texts only in typing mistakes.

``source/`` holds the document's facts as they were written down, typing mistakes included.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from laksana.spec import list_specs
from laksana.spec.model import Spec, Step

SOURCE = Path(__file__).parent / "source"
SPECS = list_specs(Path(__file__).parents[2] / "include" / "sop_specs")[0]
MISTAKES = {
    "Analisis Sistem Informasi": "Analis Sistem Informasi",
    "Dokumentas ": "Dokumentasi ",
    "Komptasi": "Komputasi",
    "Komutasi": "Komputasi",
    "Mendsposisi": "Mendisposisi",
    "Suub": "Sub",
    "Usemame": "Username",
    "Kemkominfo": "Kementerian Kominfo",
    "Kemenkominfo": "Kementerian Kominfo",
}
"""Typing mistakes of the document and what is meant."""
RENAMED = {
    (1, 2): {
        "Rekaman Nota Dinas permohonan akun hosting pada aplikasi Srikandi dan Service Desk":
        "Rekaman Nota Dinas permohonan akun hosting pada aplikasi Service Desk",
    },
    (4, 10): {"Dokumentasi aplikasi terkonfigurasi": "Dokumentasi VPS PDN terkonfigurasi"},
    (10, 2): {
        "Rekaman Nota Dinas permohonan penambahan resource VPS Pusat Komputasi pada aplikasi Service Desk":
        "Rekaman Nota Dinas permohonan penambahan resource VPS pada aplikasi Service Desk",
    },
    (10, 3): {
        "Disposisi Nota Dinas permohonan penambahan resource VPS Pusat Komputasi":
        "Disposisi Nota Dinas permohonan penambahan resource VPS",
    },
    (12, 5): {"Laporan Monitoring Sub Domain": "Laporan Data Monitoring Sub Domain"},
    (13, 5): {"Laporan Pemeliharaan Sub Domain": "Laporan Data Pemeliharaan Sub Domain"},
}  # fmt: skip
"""Inputs that rulings R13 and R14 read as an earlier step's output."""
ONE_CELL = {(14, 3)}
"""Inputs whose one name the document breaks in two: R14 reads them as an earlier step's output."""
ONE_NAME = {10: ("penambahan resource VPS Pusat Komputasi", "penambahan resource VPS")}
"""Names that R14 makes one within an SOP."""


def rows(name: str) -> list[dict[str, str]]:
    with (SOURCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def meant(text: str) -> str:
    """Correct plain typing mistakes and nothing else."""
    for wrong, right in MISTAKES.items():
        text = text.replace(wrong, right)
    return text.strip()


def listed(cell: str) -> list[str]:
    return [meant(part) for part in cell.split(" ; ") if part.strip()]


def steps_of(spec: Spec) -> list[dict[str, str]]:
    return [row for row in rows("langkah.csv") if int(row["sop"]) == spec.urutan]


@pytest.fixture(params=SPECS, ids=lambda spec: spec.slug)
def spec(request: pytest.FixtureRequest) -> Spec:
    found: Spec = request.param
    return found


def test_identity_is_the_documents(spec: Spec) -> None:
    (row,) = [row for row in rows("sop.csv") if int(row["sop"]) == spec.urutan]

    assert (spec.slug, spec.judul, spec.nomor) == (row["slug"], row["judul"], row["nomor"])
    assert spec.identity["tujuan"] == meant(row["tujuan"])
    columns = [meant(name).casefold() for name in row["kolom_pelaksana"].split(";")]
    assert [name.casefold() for name in spec.pelaksana] == columns
    assert len(spec.langkah) == int(row["jumlah_langkah"])


def test_steps_are_the_documents(spec: Spec) -> None:
    for row, step in zip(steps_of(spec), spec.langkah, strict=True):
        found = (step.no, step.kegiatan, step.pelaksana, step.pelaksana_dasar, step.waktu)
        wanted = (int(row["no"]), meant(row["kegiatan"]), meant(row["pelaksana"]), row["pelaksana_dasar"],
                  f"{row['waktu']} {row['satuan']}")  # fmt: skip
        assert found == wanted


def test_inputs_and_outputs_are_the_documents(spec: Spec) -> None:
    for row, step in zip(steps_of(spec), spec.langkah, strict=True):
        assert [item.nama.lower() for item in step.kelengkapan] == named(row["kelengkapan"], step, spec)
        assert [name.lower() for name in step.output] == named(row["output"], step, spec)


def named(cell: str, step: Step, spec: Spec) -> list[str]:
    """Return the document's names as the rulings read them; capitals don't tell names apart."""
    renamed = RENAMED.get((spec.urutan, step.no), {})
    if (spec.urutan, step.no) in ONE_CELL:
        cell = cell.replace(" ; ", " ")
    found = [renamed.get(name, name) for name in listed(cell)]
    long, short = ONE_NAME.get(spec.urutan, ("", ""))
    return [name.replace(long, short).lower() if long else name.lower() for name in found]


def test_every_departure_carries_its_ruling(spec: Spec) -> None:
    rulings = {item.ruling for item in spec.penyimpangan}

    if any(number == spec.urutan for number, _ in {*RENAMED, *ONE_CELL}):
        assert rulings & {"R13", "R14"}
    assert all(item.sumber and item.spek and item.alasan for item in spec.penyimpangan)


def test_no_login_can_be_asked_for_that_the_playbooks_refuse() -> None:
    """A name that only the playbook refuses would leave the case standing with its reservation."""
    words = (
        (Path(__file__).parents[2] / "playbooks" / "files" / "system_accounts.txt").read_text(encoding="utf-8").split()
    )
    for slug in ("permohonan-akun-hosting", "permohonan-fasilitasi-pusat-komputasi"):
        field = next(spec for spec in SPECS if spec.slug == slug).formulir["properties"]["pengguna"]
        fitting = {word for word in words if re.fullmatch(field["pattern"], word) and len(word) >= field["minLength"]}
        assert fitting - set(field["not"]["enum"]) == set(), slug
