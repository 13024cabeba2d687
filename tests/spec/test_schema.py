"""The published schema is the code's, valid, and lets an editor say what the program would say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from laksana.spec.quick_look import schema_text
from laksana.spec.reading import read_yaml
from laksana.spec.vocabulary import FORM_RULES, OUTCOMES

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "include" / "sop-spec.schema.json"
SHIPPED = sorted((ROOT / "include" / "sop_specs").glob("*.yaml"))
VALID = sorted((ROOT / "tests" / "specs" / "valid").glob("*.yaml"))
INVALID = {
    file.stem: set(re.findall(r"([a-zA-Z-]+) line \d+", file.read_text(encoding="utf-8").partition("\n")[0]))
    for file in sorted((ROOT / "tests" / "specs" / "invalid").glob("*.yaml"))
}
"""File → codes of its problems, by its first line."""
STRUCTURAL = {"unknown-key", "missing-key", "type", "pattern", "enum", "oneOf", "maxProperties", "maximum"}
"""Codes of what the structure alone forbids: what an editor marks by the schema."""
SCHEMA: dict[str, Any] = json.loads(PUBLISHED.read_text(encoding="utf-8"))


def faults_of(file: Path) -> list[str]:
    data = read_yaml(file.read_text(encoding="utf-8"), str(file)).data
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(data)]


def test_published_schema_is_the_codes() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), "run: laksana spec schema -o include/…"


def test_published_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", [*SHIPPED, *VALID], ids=lambda file: file.stem)
def test_it_accepts_what_the_program_accepts(file: Path) -> None:
    assert faults_of(file) == []


@pytest.mark.parametrize("name", [name for name, codes in INVALID.items() if codes <= STRUCTURAL])
def test_it_refuses_what_is_wrong_in_structure(name: str) -> None:
    assert faults_of(ROOT / "tests" / "specs" / "invalid" / f"{name}.yaml")


def test_each_sort_of_structural_fault_is_among_the_invalid_files() -> None:
    assert set().union(*INVALID.values()) >= STRUCTURAL


def test_it_knows_the_outcomes_of_each_kind_of_work() -> None:
    """Puts each kind of work before its conditions: an editor offers exactly these outcomes."""
    found = {kind: set(_offered(kind)) for kind in OUTCOMES}

    assert found == {kind: set(outcomes) for kind, outcomes in OUTCOMES.items()}
    assert list(_offered("gerbang")) == []


def _offered(kind: str) -> Iterator[str]:
    for rule in SCHEMA["$defs"]["step"]["allOf"]:
        if Draft202012Validator(rule["if"]).is_valid({"kerja": {kind: {}}}):
            yield from rule["then"]["properties"]["lanjut"]["items"]["properties"]["bila"]["enum"]


def test_an_outcome_that_the_work_does_not_have_is_marked() -> None:
    text = (ROOT / "tests" / "specs" / "valid" / "contoh-gerbang.yaml").read_text(encoding="utf-8")
    data = read_yaml(text.replace("{ bila: cabut,", "{ bila: ditarik,"), "contoh").data

    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(data)] == [
        "'ditarik' is not one of ['selalu', 'cabut']"
    ]


def test_step_whose_work_is_not_written_yet_has_one_fault() -> None:
    text = (ROOT / "tests" / "specs" / "valid" / "contoh-gerbang.yaml").read_text(encoding="utf-8")
    data = read_yaml(
        text.replace("      terima_permohonan:\n        perbaikan: Lengkapi permohonan.\n", ""), "contoh"
    ).data

    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(data)] == [
        "None is not of type 'object'"
    ]


def test_it_offers_the_rules_of_forms() -> None:
    rule = SCHEMA["$defs"]["field"]["properties"]["x-aturan"]

    assert set(rule["examples"]) == FORM_RULES


def test_every_kind_of_work_says_its_outcomes() -> None:
    for kind, outcomes in OUTCOMES.items():
        said = SCHEMA["$defs"][kind]["description"]
        assert [name for name in outcomes if f"`{name}`" not in said] == [], kind


def test_every_key_is_explained() -> None:
    assert [
        path for path, item in _keys(SCHEMA, "") if not _said(item, "title") or not _said(item, "description")
    ] == []


def test_every_value_has_an_example() -> None:
    kept = {"langkah", "penyimpangan", "formulir", "kerja", "properties", "type", "additionalProperties", "default"}
    numbers = {"minLength", "maxLength", "minimum", "maximum", "pattern"}
    kinds = set(SCHEMA["$defs"]["kerja"]["properties"])

    assert [
        path for path, item in _keys(SCHEMA, "")
        if path.rpartition(".")[2] not in kept | numbers | kinds and not _said(item, "examples")
    ] == []  # fmt: skip


def _keys(schema: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every key that a file may have, with what is said of it."""
    for name, item in schema.get("properties", {}).items():
        yield f"{place}.{name}", item
        yield from _keys(item, f"{place}.{name}")
        yield from _keys(item.get("items", {}), f"{place}.{name}")
    for name, item in schema.get("$defs", {}).items():
        yield from _keys(item, name)


def _said(item: dict[str, Any], word: str) -> Any:
    """Return a word about a key: its own, or that of what it refers to."""
    if word in item or "$ref" not in item:
        return item.get(word)
    return _said(SCHEMA["$defs"][item["$ref"].rpartition("/")[2]], word)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_files_name_the_schema_for_editors(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    place = first.removeprefix("# yaml-language-server: $schema=")

    assert (file.parent / place).resolve() == PUBLISHED
