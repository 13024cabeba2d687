"""The SOP files against the office's document: not a number, a time or an order differs; texts only in typing mistakes.

Where a ruling lets a step depart from the document, its ``sumber`` says what the document has, and a deviation why.
``source/`` holds the document's facts as they were written down, typing mistakes included.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from laksana.spec import list_specs
from laksana.spec.document import documented
from laksana.spec.model import Spec

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
    for row, step in zip(steps_of(spec), documented(spec).langkah, strict=True):
        found = (step.no, step.kegiatan, step.pelaksana, step.pelaksana_dasar, step.waktu)
        wanted = (int(row["no"]), meant(row["kegiatan"]), meant(row["pelaksana"]), row["pelaksana_dasar"],
                  f"{row['waktu']} {row['satuan']}")  # fmt: skip
        assert found == wanted


def test_inputs_and_outputs_are_the_documents(spec: Spec) -> None:
    for row, step in zip(steps_of(spec), documented(spec).langkah, strict=True):
        assert [item.nama for item in step.kelengkapan] == listed(row["kelengkapan"])
        assert list(step.output) == listed(row["output"])


def test_ways_are_those_that_the_documents_texts_tell(spec: Spec) -> None:
    for row, step in zip(steps_of(spec), documented(spec).langkah, strict=True):
        targets = {edge.ke for edge in step.lanjut}
        told = {int(number) for number in re.findall(r"ke langkah (\d+)", row["kegiatan"])}
        onward = "selesai" if step.no == len(spec.langkah) else step.no + 1
        assert targets == told | {onward}, step.no


def test_names_of_a_step_are_not_said_twice(spec: Spec) -> None:
    """What ``sumber`` repeats from its own step is no departure."""
    for step in spec.langkah:
        for key in ("kegiatan", "output", "lanjut"):
            assert step.source is None or getattr(step.source, key) != getattr(step, key)
        names = tuple(item.nama for item in step.kelengkapan)
        assert step.source is None or step.source.kelengkapan != names


def test_every_departure_carries_its_ruling(spec: Spec) -> None:
    explained = {item.langkah for item in spec.penyimpangan}

    assert [step.no for step in spec.langkah if step.source and step.no not in explained] == []
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
