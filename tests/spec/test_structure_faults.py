"""What is said of data of the wrong structure: one fault, one line, with what was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from laksana.spec.reading import Source, read_yaml
from laksana.spec.structure_faults import structure_faults

FILE = Path(__file__).parents[1] / "specs" / "valid" / "contoh-gerbang.yaml"


def said(*way: Any, value: Any) -> list[str]:
    """Put a value at a place of a good file and return what is said of it."""
    source = read_yaml(FILE.read_text(encoding="utf-8"), "contoh.yaml")
    *holders, last = way
    holder = source.data
    for key in holders:
        holder = holder[key]
    holder[last] = value
    return [problem.as_line().partition(": ")[2] for problem in structure_faults(source)]


@pytest.mark.parametrize(
    ("way", "value", "expected"),
    [
        (("keterkaitan",), "SOP Lain",
         "expected a list, found text 'SOP Lain' (write it on a line of its own below, after a dash: - SOP Lain)"),
        (("keterkaitan",), None,
         "expected a list, found nothing (allowed: a list, one item a line, each after a dash; [] for none)"),
        (("pelaksana",), [],
         "[] is not allowed here (allowed: a list with at least one item, one a line, each after a dash)"),
        (("urutan",), "sebelas",
         "expected a whole number, found text 'sebelas' (allowed: a whole number from 1, without quotes)"),
        (("urutan",), 0, "0 is not allowed here (allowed: a whole number from 1, without quotes)"),
        (("judul",), True, "expected text, found true, which is how yes and on are read (put the word in quotes)"),
        (("langkah", 0, "kerja", "terima_permohonan"), "perbaikan:Lengkapi",
         "expected keys, found text 'perbaikan:Lengkapi' (write a space behind the colon: perbaikan: Lengkapi)"),
        (("langkah", 0, "kelengkapan", 0, "asal"), "formulr",
         '"formulr" is not allowed here (did you mean \'formulir\'?)'),
        (("langkah", 0, "kelengkapan", 0), "Isian", None),
        (("langkah", 0, "kerja"), {}, "{} is not allowed here (allowed: exactly one kind of work)"),
    ],
)  # fmt: skip
def test_a_wrong_value(way: tuple[Any, ...], value: Any, expected: str | None) -> None:
    found = said(*way, value=value)

    assert len(found) == 1
    assert expected is None or found == [expected]


def test_a_misspelt_key_is_not_missing_besides() -> None:
    source = read_yaml(FILE.read_text(encoding="utf-8").replace("judul:", "judull:"), "contoh.yaml")

    assert [(fault.code, fault.hint) for fault in structure_faults(source)] == [
        ("unknown-key", "did you mean 'judul'?")
    ]


def test_each_missing_key_is_said_once() -> None:
    text = FILE.read_text(encoding="utf-8")
    for key in ("urutan", "judul", "layanan"):
        text = "\n".join(line for line in text.splitlines() if not line.startswith(f"{key}:"))

    found = structure_faults(read_yaml(text, "contoh.yaml"))

    assert [fault.message for fault in found] == ["urutan is missing", "judul is missing", "layanan is missing"]


@pytest.mark.parametrize("data", [None, "teks", 3, [], ["a"], True])
def test_what_is_no_file_of_keys(data: Any) -> None:
    (problem,) = structure_faults(Source("contoh.yaml", data, {(): 1}))

    assert problem.line == 1
    assert problem.hint
