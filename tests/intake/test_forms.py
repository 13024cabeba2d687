"""The request form of SOP 11: a bad value gives one line in Bahasa Indonesia, with its field and a hint."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from laksana.errors import Problem
from laksana.intake.forms import MAX_BYTES, check_form, parse_form
from laksana.spec import load_spec
from tests.demo.samples import form_of

SCHEMA = load_spec(Path(__file__).parents[2] / "include" / "sop_specs" / "permohonan-sub-domain.yaml").formulir
SAMPLE = form_of("perikanan", on=date(2026, 11, 23))
ENGLISH = re.compile(
    r"\b(is|not|valid|does|match|required|property|error|expected|must|should|string|integer|schema)\b", re.IGNORECASE
)


def check(data: dict[str, Any]) -> list[Problem]:
    return check_form(SCHEMA, data, {})[1]


def assert_good_line(problem: Problem) -> None:
    line = problem.as_line()
    assert "\n" not in line
    assert problem.hint
    assert not ENGLISH.search(line), line


def test_sample_is_taken_with_its_defaults() -> None:
    filled, problems = check_form(SCHEMA, SAMPLE, {})

    assert problems == []
    assert filled == {**SAMPLE, "port_tujuan": 80}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", "Perikanan"),
        ("label", "xn--abc"),
        ("label", "dinas_perikanan"),
        ("label", "-perikanan"),
        ("label", "perikanan-"),
        ("label", "a.b"),
        ("label", "p" * 64),
        ("label", ""),
        ("label", "www"),
        ("label", "mail"),
        ("label", "ns1"),
        ("label", "perikanan\n"),
        ("label", "perikan\u00e4n"),
        ("label", 7),
        ("label", None),
        ("label", ["perikanan"]),
        ("alamat_tujuan", "10.0.0"),
        ("alamat_tujuan", "999.1.1.1"),
        ("alamat_tujuan", "::1"),
        ("alamat_tujuan", "abc"),
        ("alamat_tujuan", "010.077.0.13"),
        ("alamat_tujuan", 10),
        ("port_tujuan", 0),
        ("port_tujuan", 70000),
        ("port_tujuan", "80"),
        ("port_tujuan", True),
        ("port_tujuan", 80.5),
        ("pic_telepon", "081234567890\n"),
        ("pic_telepon", "nol delapan"),
        ("pic_email", "siti"),
        ("perangkat_daerah", "<script>"),
        ("keperluan", "x" * 501),
        ("nota_dinas_tanggal", "2026-02-30"),
        ("nota_dinas_tanggal", "23-11-2026"),
        ("nota_dinas_tanggal", "2026-11-23\n"),
    ],
)
def test_bad_value_gives_one_line(field: str, value: object) -> None:
    (problem,) = check({**SAMPLE, field: value})

    assert problem.key == field
    assert str(SCHEMA["properties"][field]["title"]) in problem.message
    assert_good_line(problem)


@pytest.mark.parametrize("field", SCHEMA["required"])
def test_missing_field_gives_one_line(field: str) -> None:
    (problem,) = check({name: value for name, value in SAMPLE.items() if name != field})

    assert (problem.code, problem.key) == ("wajib", field)
    assert_good_line(problem)


def test_everything_missing_names_each_field_in_order() -> None:
    problems = check({})

    assert [problem.key for problem in problems] == SCHEMA["required"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("labl", "mungkin maksudnya label"), ("alamat_ip", "mungkin maksudnya alamat_tujuan"), ("zzz", "isian yang ada")],
)
def test_unknown_field_is_named_with_what_was_meant(name: str, hint: str) -> None:
    (problem,) = check({**SAMPLE, name: "x"})

    assert (problem.code, problem.key) == ("tidak-dikenal", name)
    assert problem.hint.startswith(hint)
    assert_good_line(problem)


def test_several_faults_come_together_in_the_forms_order() -> None:
    problems = check({**SAMPLE, "port_tujuan": 0, "label": "WWW", "warna": "biru"})

    assert [problem.key for problem in problems] == ["label", "port_tujuan", "warna"]


def test_whole_number_written_as_decimal_is_that_number() -> None:
    filled, problems = check_form(SCHEMA, {**SAMPLE, "port_tujuan": 8080.0}, {})

    assert problems == []
    assert json.dumps(filled["port_tujuan"]) == "8080"


def test_rule_is_asked_only_for_a_value_of_the_right_form() -> None:
    asked: list[object] = []

    def rule(value: object, _: object) -> Problem | None:
        asked.append(value)
        return Problem("terpakai", "nama sudah dipakai", "pilih nama lain", key="label")

    _, refused = check_form(SCHEMA, SAMPLE, {"nama-belum-terdaftar": rule})
    check_form(SCHEMA, {**SAMPLE, "label": "WWW"}, {"nama-belum-terdaftar": rule})

    assert [problem.code for problem in refused] == ["terpakai"]
    assert asked == ["perikanan"]


def test_long_value_is_shortened() -> None:
    (problem,) = check({**SAMPLE, "label": "p" * 5000})

    assert len(problem.as_line()) < 300


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n",
        b"label=perikanan",
        b'{"label": "perikanan"',
        b"[]",
        b'"perikanan"',
        b"null",
        b'{"port_tujuan": NaN}',
        b'{"port_tujuan": -Infinity}',
        b'{"label": "a", "label": "b"}',
        b'{"label": "\\ud800"}',
        b'{"keperluan": "a\\u0000b"}',
        b"\xff\xfe{}",
        b"[" * 60_000,
        b'{"a":' * 12_000 + b"1" + b"}" * 12_000,
        b'{"port_tujuan": ' + b"9" * 5000 + b"}",
        b'{"label": "' + b"x" * MAX_BYTES + b'"}',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_body_that_is_no_form_is_refused_in_one_line(body: bytes) -> None:
    data, (problem,) = parse_form(body)

    assert data == {}
    assert_good_line(problem)


def test_body_with_a_byte_order_mark_is_read() -> None:
    assert parse_form(b'\xef\xbb\xbf{"label": "perikanan"}') == ({"label": "perikanan"}, [])


def test_backslashes_are_not_taken_for_nul() -> None:
    assert parse_form(rb'{"keperluan": "C:\\u0000"}') == ({"keperluan": r"C:\u0000"}, [])


def test_place_of_a_json_fault_is_said() -> None:
    _, (problem,) = parse_form(b'{\n"label": perikanan}')

    assert problem.message.startswith("baris 2: ")
