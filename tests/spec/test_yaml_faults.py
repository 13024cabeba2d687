"""Beginners' faults in YAML: each is found where it is, however far from there the parser stumbles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laksana.errors import SpecError
from laksana.spec.reading import read_yaml
from laksana.spec.structure_faults import structure_faults

GOOD = (Path(__file__).parents[1] / "specs" / "valid" / "contoh-gerbang.yaml").read_text(encoding="utf-8")

HOSTING = (Path(__file__).parents[2] / "include" / "sop_specs" / "permohonan-akun-hosting.yaml").read_text("utf-8")
LINES = list(enumerate(GOOD.splitlines(), start=1))
TEXTS = [line for line, text in LINES if re.fullmatch(r" *[a-z_]+: [^\[{].*", text)]
"""Lines with a key and a text."""
INDENTED = [line for line, text in LINES if re.match(r" {4,}[a-z]", text)]
"""Lines that begin with spaces and no dash."""


def said_of(text: str) -> tuple[int, str, str]:
    with pytest.raises(SpecError) as caught:
        read_yaml(text, "contoh.yaml")
    (problem,) = caught.value.problems
    return problem.line, problem.message, problem.hint


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    kerja:\n      terima", "    kerja:\n\t  terima", "a tab stands where only spaces may"),
        ("output: [Disposisi]", "output:\n      - Surat: masuk: keluar", None),
        ("urutan: 90", "urutan:90", "no space stands behind the colon of urutan"),
        ("{ bila: selalu, ke: 2 }", "{ bila: selalu, ke: 2", "the { that opens here is not closed"),
        ("judul: SOP CONTOH", "judul: %SOP CONTOH", "a text can't begin with %"),
        ("    waktu: 1 Hari", "      waktu: 1 Hari", "the line is indented by 6 spaces, which fits no line above it"),
        ("judul: SOP CONTOH", "judul: 'SOP CONTOH", "the quote that begins here never ends"),
        ("judul: SOP CONTOH", 'judul: "SOP \\d"', "a backslash stands in double quotes"),
        ("      - { bila: sudah, ke: 4 }", "      { bila: sudah, ke: 4", "the { that opens here is not closed"),
    ],
)
def test_fault_is_found_on_its_line(old: str, new: str, message: str | None) -> None:
    assert old in GOOD
    line = GOOD[: GOOD.index(old)].count("\n") + 1 + new.count("\n")

    found = said_of(GOOD.replace(old, new, 1))

    assert found[0] == line
    assert message is None or found[1] == message


@pytest.mark.parametrize("line", TEXTS)
def test_a_quote_that_never_ends_is_named_where_it_begins(line: int) -> None:
    lines = GOOD.splitlines()
    lines[line - 1] = lines[line - 1].replace(": ", ': "', 1)

    assert said_of("\n".join(lines))[:2] == (line, "the quote that begins here never ends")


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_quote_that_ends_with_a_later_one_is_named_where_it_begins(quote: str) -> None:
    """Opens a quote before each text of an SOP in which more texts in quotes follow."""
    lines = HOSTING.splitlines()
    texts = [at for at, text in enumerate(lines) if re.fullmatch(r" *[a-z_]+: [A-Z].*", text)]
    wrong = {}
    for at in texts:
        opened = [*lines[:at], lines[at].replace(": ", f": {quote}", 1), *lines[at + 1 :]]
        line = said_of("\n".join(opened))[0]
        if line != at + 1:
            wrong[at + 1] = line

    assert len(texts) > 50
    assert wrong == {}


@pytest.mark.parametrize("line", TEXTS)
def test_a_colon_without_its_space_is_named(line: int) -> None:
    lines = GOOD.splitlines()
    lines[line - 1] = lines[line - 1].replace(": ", ":", 1)
    key = lines[line - 1].strip().partition(":")[0]
    try:
        problems = structure_faults(read_yaml("\n".join(lines), "contoh.yaml"))
    except SpecError as error:
        problems = error.problems

    # Where it is the only key of its level, what is left is a text: the structure says that keys belong there.
    (problem,) = problems
    assert f"{key}: " in problem.hint
    assert problem.line in {line - 1, line}


@pytest.mark.parametrize("line", INDENTED)
def test_a_tab_is_named(line: int) -> None:
    lines = GOOD.splitlines()
    lines[line - 1] = f"\t{lines[line - 1].strip()}"

    assert said_of("\n".join(lines))[:2] == (line, "a tab stands where only spaces may")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_slips_in_is_said_in_one_line(draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(GOOD)))
    gone = draw.draw(st.integers(0, 3))
    text = GOOD[:at] + draw.draw(st.text(alphabet="\t :-\"'[]{}#&*!%@|>,\n\x85•ab1", max_size=4)) + GOOD[at + gone :]

    try:
        read_yaml(text, "contoh.yaml")
    except SpecError as error:
        for problem in error.problems:
            assert problem.message
            assert problem.hint
            assert 1 <= problem.line <= len(text.splitlines()) + 1
