"""What a gate's form asks and which answers it takes."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from laksana.gates.answers import check_answer, form_of, nullable

FORM = form_of(
    {
        "instruksi": {"type": "string", "title": "Instruksi disposisi", "maxLength": 20, "description": "Singkat."},
        "diteruskan_kepada": {"type": "string", "title": "Diteruskan kepada", "enum": ["Pranata", "Analis"]},
        "jumlah": {"type": "integer", "title": "Jumlah", "minimum": 1},
    },
    note=True,
)


def check(outcome: str, required: Any = (), **values: Any) -> list[tuple[str, str]]:
    problems = check_answer(outcome, values, FORM, note_needed=("kembalikan", "tolak"), required=required)
    assert all("\n" not in problem.as_line() and problem.hint for problem in problems)
    return [(problem.code, problem.key) for problem in problems]


def test_answer_without_anything_is_taken_where_nothing_is_asked() -> None:
    assert check("teruskan") == []
    assert check("teruskan", catatan=None, instruksi="") == []


@pytest.mark.parametrize("note", [None, "", "   ", "\n\t"])
@pytest.mark.parametrize("outcome", ["kembalikan", "tolak"])
def test_return_and_refusal_need_a_reason(outcome: str, note: str | None) -> None:
    assert check(outcome, catatan=note) == [("wajib", "catatan")]


@pytest.mark.parametrize(
    "note", ["Lampiran belum ada.", "Baris satu\nBaris dua", "harga € 5 \u2013 “mahal” …", "Gültig, Ačeh"]
)
def test_ordinary_writing_is_taken(note: str) -> None:
    assert check("tolak", catatan=note) == []


@pytest.mark.parametrize("note", ["Baik \U0001f44d", "\u2713 sesuai", "\u4f60\u597d", "a\x00b", "x" * 2001, 7])
def test_note_that_a_letter_can_not_show_is_sent_back(note: object) -> None:
    assert check("tolak", catatan=note) == [("isian", "catatan")]


@pytest.mark.parametrize(
    ("field", "value"),
    [("instruksi", "x" * 21), ("instruksi", 3), ("diteruskan_kepada", "Kabid TI"), ("jumlah", 0), ("jumlah", "1")],
)
def test_bad_value_names_its_field(field: str, value: object) -> None:
    assert check("teruskan", **{field: value}) == [("isian", field)]


def test_unknown_field_is_refused_with_the_known_ones() -> None:
    (problem,) = check_answer("teruskan", {"warna": "biru"}, FORM, note_needed=())

    assert (
        problem.as_line()
        == "warna: isian tidak dikenal (isian yang ada: instruksi, diteruskan_kepada, jumlah, catatan)"
    )


def test_required_field_is_named_by_its_title() -> None:
    (problem,) = check_answer("kirim", {"instruksi": ""}, FORM, note_needed=(), required=("instruksi",))

    assert problem.as_line() == "instruksi: Instruksi disposisi wajib diisi (lengkapi isian)"


def test_all_problems_come_at_once() -> None:
    assert check("tolak", required=("instruksi",), jumlah=0) == [
        ("wajib", "catatan"), ("wajib", "instruksi"), ("isian", "jumlah"),
    ]  # fmt: skip


def test_note_is_asked_only_where_an_outcome_may_need_one() -> None:
    assert "catatan" not in form_of({}, note=False)


@pytest.mark.parametrize("name", list(FORM))
def test_airflows_form_may_stay_empty_whatever_the_field(name: str) -> None:
    relaxed = nullable(FORM[name])

    assert Draft202012Validator(relaxed).is_valid(None)
    assert not any(key.startswith("x-") for key in relaxed)


def test_airflows_form_still_knows_the_choices() -> None:
    relaxed = nullable(FORM["diteruskan_kepada"])

    assert relaxed["enum"] == [None, "Pranata", "Analis"]
    assert not Draft202012Validator(relaxed).is_valid("Kabid TI")
