"""SOP 11 as the product carries it out is SOP 11 as the office issued it, but for the deviations that it states."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from laksana.office import Office
from laksana.request_rules import request_rules
from laksana.settings import Settings
from laksana.spec import load_spec
from laksana.spec.model import Spec
from laksana.spec.vocabulary import FORM_RULES

FILE = Path(__file__).parents[2] / "include" / "sop_specs" / "permohonan-sub-domain.yaml"
TYPING_MISTAKES = {"Dokumentas ": "Dokumentasi "}


@pytest.fixture(scope="module")
def spec() -> Spec:
    return load_spec(FILE)


def source_rows() -> list[dict[str, str]]:
    text = (Path(__file__).parent / "langkah_11.csv").read_text(encoding="utf-8")
    for wrong, right in TYPING_MISTAKES.items():
        text = text.replace(wrong, right)
    return list(csv.DictReader(text.splitlines()))


def test_every_step_is_the_sources(spec: Spec) -> None:
    found = [
        {
            "no": str(step.no),
            "kegiatan": step.kegiatan,
            "pelaksana": step.pelaksana,
            "pelaksana_dasar": step.pelaksana_dasar,
            "kelengkapan": " ; ".join(item.nama for item in step.kelengkapan),
            "waktu": step.waktu.split()[0],
            "satuan": step.waktu.split()[1],
            "output": " ; ".join(step.output),
        }
        for step in spec.langkah
    ]

    assert found == source_rows()


def test_identity_is_the_sources(spec: Spec) -> None:
    assert (spec.urutan, spec.slug, spec.judul, spec.nomor) == (
        11, "permohonan-sub-domain", "SOP PERMOHONAN SUB DOMAIN", "065/020/487.87/2022",
    )  # fmt: skip
    assert spec.pelaksana == ("Kabid SPBE", "Kabid TI", "Pranata Komputer Ahli Muda", "Analis Sistem Informasi")
    assert (spec.identity["tanggal_pembuatan"], spec.identity["tanggal_revisi"]) == ("2022-07-13", "2023-07-10")
    assert spec.identity["tujuan"] == "Untuk memfasilitasi pengelolaan dan navigasi situs web."


def test_ways_are_the_sources_with_the_rulings(spec: Spec) -> None:
    ways = {step.no: {edge.bila: (edge.ke, edge.paling_banyak) for edge in step.lanjut} for step in spec.langkah}

    assert ways == {
        1: {"selalu": (2, 0), "cabut": (6, 0)},
        2: {"teruskan": (3, 0), "kembalikan": (1, 3), "tolak": (6, 0)},
        3: {"lulus": (4, 0), "ditolak": (6, 0)},
        4: {"selalu": (5, 0)},
        5: {"lulus": (6, 0), "gagal": (4, 3), "tolak": (6, 0)},
        6: {"selalu": (7, 0)},
        7: {"setujui": (8, 0), "kembalikan": (6, 3)},
        8: {"selalu": (9, 0)},
        9: {"terima": ("selesai", 0)},
    }


def test_every_deviation_is_stated(spec: Spec) -> None:
    assert {(item.ruling, item.langkah) for item in spec.penyimpangan} == {
        ("R1", 3), ("R3", 6), ("R5", 1), ("R5", 2), ("R6", 7), ("R7", 5),
    }  # fmt: skip


def test_rules_that_forms_may_name_are_those_that_exist() -> None:
    assert set(request_rules(Office(Settings()))) == FORM_RULES
