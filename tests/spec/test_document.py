"""The SOP as the document has it: what ``sumber`` says goes before what the step says; nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from laksana.errors import SpecError
from laksana.spec import load_spec
from laksana.spec.document import documented
from laksana.spec.model import Edge, Requirement, StepSource

FILE = Path(__file__).parents[1] / "specs" / "valid" / "contoh-gerbang.yaml"
SECOND = "      - { bila: kembalikan, ke: 1, paling_banyak: 2 }\n"
SUMBER = """    sumber:
      kegiatan: Menimbang surat
      kelengkapan: [Surat, komputer, SOP Lain]
      output: [Lembar Disposisi]
      lanjut:
        - { bila: selalu, ke: 3 }
"""


def with_source(folder: Path, sumber: str) -> Path:
    file = folder / FILE.name
    file.write_text(FILE.read_text(encoding="utf-8").replace(SECOND, SECOND + sumber), encoding="utf-8")
    return file


def test_step_keeps_what_the_document_says(tmp_path: Path) -> None:
    spec = load_spec(with_source(tmp_path, SUMBER))

    assert spec.step(2).source == StepSource(
        "Menimbang surat", ("Surat", "komputer", "SOP Lain"), ("Lembar Disposisi",), (Edge("selalu", 3),)
    )
    assert spec.step(2).kegiatan == "Menimbang permohonan"
    assert spec.step(1).source is None


def test_documents_step_is_the_steps_with_its_source_laid_over_it(tmp_path: Path) -> None:
    spec = load_spec(with_source(tmp_path, SUMBER))
    step = documented(spec).step(2)

    assert (step.kegiatan, step.output, step.lanjut) == (
        "Menimbang surat", ("Lembar Disposisi",), (Edge("selalu", 3),),
    )  # fmt: skip
    assert step.kelengkapan == (
        Requirement("Surat", "langkah"), Requirement("komputer", "sarana"), Requirement("SOP Lain", "sarana"),
    )  # fmt: skip
    assert (step.no, step.pelaksana, step.waktu, step.work) == (2, "Kepala", "1 Hari", spec.step(2).work)


def test_parts_that_the_source_leaves_out_are_the_steps(tmp_path: Path) -> None:
    spec = load_spec(with_source(tmp_path, "    sumber:\n      output: []\n"))
    step = documented(spec).step(2)

    assert step.output == ()
    assert (step.kegiatan, step.lanjut) == (spec.step(2).kegiatan, spec.step(2).lanjut)


def test_what_the_document_says_is_part_of_the_version(tmp_path: Path) -> None:
    plain = load_spec(FILE).digest

    assert load_spec(with_source(tmp_path, SUMBER)).digest != plain


@pytest.mark.parametrize(
    ("sumber", "code"),
    [
        ("    sumber: {}\n", "minProperties"),
        ("    sumber: Surat\n", "type"),
        ("    sumber: { waktu: 1 Hari }\n", "unknown-key"),
        ("    sumber: { lanjut: [{ bila: selalu, ke: 3, paling_banyak: 2 }] }\n", "unknown-key"),
        ("    sumber: { lanjut: [] }\n", "minItems"),
        ("    sumber: { kelengkapan: [1] }\n", "type"),
    ],
)
def test_source_that_is_none_is_refused(tmp_path: Path, sumber: str, code: str) -> None:
    with pytest.raises(SpecError) as caught:
        load_spec(with_source(tmp_path, sumber))

    assert code in [problem.code for problem in caught.value.problems]
    assert all("\n" not in problem.as_line() for problem in caught.value.problems)


def test_sop_that_departs_from_nothing_is_its_own_document(tmp_path: Path) -> None:
    plain = load_spec(FILE)
    source = with_source(tmp_path, SUMBER)

    assert documented(plain) is plain
    assert documented(load_spec(source)) != load_spec(source)
