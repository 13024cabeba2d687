"""The first look says yes to nothing that the validator which explains would refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from laksana.spec.quick_look import fits_structure, is_plain_schema
from laksana.spec.reading import Source, read_yaml
from laksana.spec.structure_faults import structure_faults

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "include" / "sop_specs").glob("*.yaml"))
WORDS = st.sampled_from([
    "type", "title", "pattern", "properties", "items", "enum", "minLength", "maximum", "required", "not", "string",
    "object", "integer", "^[a-z]+$", "(", r"\p{L}", "$ref", "patternProperties", "x-aturan", "",
])  # fmt: skip
SCHEMAS = st.recursive(
    WORDS | st.integers(-2, 2) | st.booleans() | st.none() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def data_of(file: Path) -> Any:
    return read_yaml(file.read_text(encoding="utf-8"), str(file)).data


def is_schema(schema: Any) -> bool:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError:
        return False
    return True


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_files_need_no_second_look(file: Path) -> None:
    data = data_of(file)

    assert fits_structure(data)
    assert is_plain_schema(data.get("formulir", {}))


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(WORDS, SCHEMAS, max_size=5))
def test_it_takes_no_schema_that_the_other_refuses(schema: dict[str, Any]) -> None:
    if is_plain_schema(schema):
        assert is_schema(schema)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_it_takes_no_data_that_the_other_refuses(draw: st.DataObject) -> None:
    """Takes a real SOP and puts something else, or something real from elsewhere, in one place of it."""
    sop = data_of(SHIPPED[0])
    places = list(_places(sop))
    holder, key = draw.draw(st.sampled_from(places))
    other, there = draw.draw(st.sampled_from(places))
    holder[key] = draw.draw(st.sampled_from([other[there], "", "a\n", "9 Menit\n", 0, 1.0, True, None, [], {}]))

    if fits_structure(sop):
        assert structure_faults(Source("", sop, {})) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": r"\p{L}"},
        {"type": "string", "pattern": "("},
        {"properties": {"pattern": {"type": "string"}}},
        {"$ref": "https://example.org/x"},
        {"properties": {"a": {"$ref": "#"}}},
        {"patternProperties": {"(?<a>b)": {}}},
        {"type": "text"},
    ],
)
def test_in_doubt_it_says_no(schema: dict[str, Any]) -> None:
    assert not is_plain_schema(schema)


def _places(data: Any) -> Any:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield data, key
        if isinstance(value, (dict, list)):
            yield from _places(value)
