"""YAML is data and nothing else; whatever a file holds, it is read or refused with a place, never anything worse."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from laksana.errors import SpecError
from laksana.spec import load_spec
from laksana.spec.reading import MAX_BYTES, MAX_DEPTH, key_of, read_yaml

plain = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(st.characters(codec="ascii"), max_size=20)
nested = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner), max_leaves=20
)


def problem_of(text: str) -> tuple[str, int]:
    with pytest.raises(SpecError) as caught:
        read_yaml(text, "contoh.yaml")
    (problem,) = caught.value.problems
    assert "\n" not in problem.as_line()
    return problem.code, problem.line


def test_every_key_has_its_line() -> None:
    source = read_yaml("# awal\na: 1\nb:\n  - c: x\n    d:\n      - y\n", "contoh.yaml")

    assert source.data == {"a": 1, "b": [{"c": "x", "d": ["y"]}]}
    assert [source.line_of(path) for path in (("a",), ("b", 0, "c"), ("b", 0, "d"), ("b", 0, "d", 0))] == [2, 4, 5, 6]


def test_line_of_a_missing_key_is_its_parents() -> None:
    source = read_yaml("a: 1\nb:\n  c: 2\n", "contoh.yaml")

    assert source.line_of(("b", "x", 3)) == 2
    assert source.line_of(("x",)) == 1


def test_key_path_reads_like_the_file() -> None:
    assert key_of(("langkah", 3, "waktu")) == "langkah[3].waktu"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", ("duplicate-key", 3)),
        ("a: 1\nb: &x 2\n", ("yaml", 2)),
        ("a: 1\nb: *x\n", ("yaml", 2)),
        ("a: !!python/object/apply:os.system [id]\n", ("yaml", 1)),
        ("a: 1\n<<: *x\n", ("yaml", 2)),
        ("a: 1\n? [b]\n: 2\n", ("yaml", 2)),
        ("a: 1\n b: 2\n", ("yaml", 2)),
        ("a: [1\n", ("yaml", 1)),
        ("a: 1\n---\nb: 2\n", ("yaml", 2)),
        ("a: \x00\n", ("yaml", 0)),
        ("a: " + "[" * 50_000, ("too-deep", 1)),
        ("a:\n  " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, ("too-deep", 2)),
        ("a:\n- " + "- " * MAX_DEPTH + "x", ("too-deep", 2)),
        ("a: x\n" * MAX_BYTES, ("too-large", 0)),
        ("a: &x b: c\n", ("yaml", 1)),
        ("? { b: &x 1 }\n: 2\n", ("yaml", 1)),
    ],
)
def test_more_than_data_is_refused_with_its_line(text: str, expected: tuple[str, int]) -> None:
    assert problem_of(text) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11-23", "2026-11-23"),
        ("1.5", "1.5"),
        ("1:30", "1:30"),
        ("0x1F", "0x1F"),
        ("-3", -3),
        ("true", True),
        ("~", None),
        ('"10"', "10"),
        ("9" * 5000, "9" * 5000),
        ("Yes", True),
        ("OFF", False),
        ("yEs", "yEs"),
        ("", None),
        ("''", ""),
        ("+5", 5),
        ("010", 10),
        ("08", "08"),
        ("1_000", "1_000"),
        ("<<", "<<"),
    ],
)
def test_scalars_stay_what_they_look_like(text: str, value: object) -> None:
    assert read_yaml(f"a: {text}\n", "contoh.yaml").data == {"a": value}


@given(nested)
def test_plain_data_comes_back_as_it_was(data: object) -> None:
    assert read_yaml(yaml.safe_dump({"a": data}), "contoh.yaml").data == {"a": data}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_file_raises_anything_but_spec_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "acak.yaml"
    file.write_bytes(content)

    with pytest.raises(SpecError):
        load_spec(file)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_damaged_sop_raises_anything_but_spec_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Takes the real SOP and replaces one value somewhere in it by something else."""
    sop = read_yaml(_REAL.read_text(encoding="utf-8"), "sop.yaml").data
    holder = sop
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(holder[key], (dict, list)) or not holder[key] or data.draw(st.integers(0, 3)) == 0:
            break
        holder = holder[key]
    holder[key] = data.draw(nested)
    file = tmp_path_factory.getbasetemp() / "permohonan-sub-domain.yaml"
    file.write_text(yaml.dump(sop, Dumper=yaml.CSafeDumper, allow_unicode=True), encoding="utf-8")

    try:
        load_spec(file)
    except SpecError as error:
        assert all("\n" not in problem.as_line() for problem in error.problems)  # noqa: PT017  # either may happen


_REAL = Path(__file__).parents[2] / "include" / "sop_specs" / "permohonan-sub-domain.yaml"
