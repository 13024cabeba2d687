"""Writes the page about SOP files from their schema, with examples out of real SOP files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from laksana.spec.quick_look import schema_text
from laksana.spec.vocabulary import OUTCOMES, WAYS_BACK
from tooling.spec_examples import head_example, part_example, work_example
from tooling.spec_rules import rules_between_fields

_LONGEST_EXAMPLE = 90
_SORTS = {
    "integer": "whole number", "string": "text", "boolean": "`true` or `false`", "object": "keys", "array": "list",
    "null": "`null`",
}  # fmt: skip

LEAD = """\
One YAML file under `include/sop_specs/` is one SOP: its sheet, and how each step is carried out. No Python is needed.

- A line is `key: value`. What belongs to a key stands below it, two spaces further to the right (never a tab).
- A list has one item a line, each after a dash: `- Kabid TI`. An empty list is `[]`, nothing at all is `null`.
- A text needs quotes where it holds a colon with a space behind it, or ` #`, or looks like a number.
- Keys that are not on this page are errors, and so are keys that stand twice, anchors, aliases and tags.
- `# yaml-language-server: $schema=../sop-spec.schema.json` as first line lets an editor complete and explain the keys.

`laksana spec new SLUG` writes the first text of an SOP; [a tutorial](tutorial-sop-baru.md) (in Bahasa Indonesia) leads
from there to the letter. `laksana spec lint FILE` says what is wrong with a file, with line and mend;
`laksana spec diff OLD NEW` says what changed between two versions of an SOP. `laksana spec schema` prints the schema
that this page is made from."""

_FIELD_SORTS = {
    **dict.fromkeys(("type", "title", "description", "pattern", "format"), "text"),
    **dict.fromkeys(("x-petunjuk", "x-contoh", "x-aturan"), "text"),
    **dict.fromkeys(("minLength", "maxLength"), "whole number"), **dict.fromkeys(("minimum", "maximum"), "number"),
    "enum": "list", "default": "a value as the field has it",
}  # fmt: skip
"""Sorts of values that JSON Schema itself prescribes for its keys."""


def spec_page() -> tuple[str, str]:
    """Return what the page says at its head, and its body."""
    schema = json.loads(schema_text())
    definitions = schema["$defs"]
    form = schema["properties"]["formulir"]
    parts = [
        *("## The SOP", _table(schema, definitions), head_example()),
        *("## A step (`langkah`)", _table(definitions["step"], definitions), work_example("periksa", whole=True)),
        *("## What a step needs (`kelengkapan`)", _table(definitions["requirement"], definitions)),
        *("## Where a case goes on (`lanjut`)", _table(definitions["way"], definitions)),
        *("## What the document says otherwise (`sumber`)", _table(definitions["sumber"], definitions)),
        *("## Kinds of work (`kerja`)", _overview(definitions)),
    ]
    for kind in definitions["kerja"]["properties"]:
        parts += _kind(kind, definitions)
    parts += [
        *("## The request form (`formulir`)", _table(form, definitions)),
        *("## A field of a form", "One of the `properties` of `formulir`, or of the `isian` of a gate."),
        *(_table(definitions["field"], definitions), part_example("formulir", "properties", "label")),
        *("## Variables of playbooks (`variabel_playbook`)", part_example("variabel_playbook")),
        *("## A departure from the document (`penyimpangan`)", _table(definitions["deviation"], definitions)),
        *(part_example("penyimpangan", 0), "## Rules between the fields", rules_between_fields()),
    ]
    return LEAD, "\n\n".join(parts)


def _overview(definitions: dict[str, Any]) -> str:
    rows = [
        f"| [`{kind}`](#{kind}) | {cell(definitions[kind]['title'])} | {_outcomes(kind)} |"
        for kind in definitions["kerja"]["properties"]
    ]
    return "| Kind | What it is | Outcomes |\n|---|---|---|\n" + "\n".join(rows)


def _kind(kind: str, definitions: dict[str, Any]) -> list[str]:
    """Describe one kind of work: what it does, its outcomes, its settings, and how it stands in a real file."""
    schema = definitions[kind]
    return [
        f"### `{kind}`",
        f"{schema['title']}. {schema['description']}",
        *_leads_back(kind),
        _table(schema, definitions) if schema.get("properties") else "It has no settings: write `{}`.",
        *_inner_tables(schema, definitions),
        work_example(kind),
    ]


def _inner_tables(schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    """Describe the entries of settings that are lists of keys, as a gate's buttons."""
    for name, item in schema.get("properties", {}).items():
        if "properties" in item.get("items", {}):
            yield f"One of `{name}`:"
            yield _table(item["items"], definitions)


def _outcomes(kind: str) -> str:
    return ", ".join(f"`{name}`" for name in sorted(OUTCOMES.get(kind, ()))) or "its buttons (`pilihan`)"


def _leads_back(kind: str) -> Iterator[str]:
    names = [f"`{name}`" for name in sorted(WAYS_BACK.get(kind, ()))]
    if names:
        yield f"May lead back, to this step or an earlier one: {', '.join(names)}."


def _table(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    rows = []
    for name, item in schema["properties"].items():
        needed = "yes" if name in schema.get("required", ()) else "no"
        meaning, examples = (_said(item, word, definitions) for word in ("description", "examples"))
        sort = cell(_sort_of(name, item, definitions))
        rows.append(f"| `{name}` | {needed} | {sort} | {cell(meaning)} | {_shown(examples)} |")
    return "| Key | Needed | Value | Meaning | Example |\n|---|---|---|---|---|\n" + "\n".join(rows)


def _sort_of(name: str, item: dict[str, Any], definitions: dict[str, Any]) -> str:
    return _FIELD_SORTS[name] if set(item) <= {"title", "description", "examples"} else _sort(item, definitions)


def _said(item: dict[str, Any], word: str, definitions: dict[str, Any]) -> Any:
    """Return what is said of a key: at itself, else at what it refers to."""
    if word in item or "$ref" not in item:
        return item.get(word, "")
    return _said(definitions[item["$ref"].rpartition("/")[2]], word, definitions)


def _sort(item: dict[str, Any], definitions: dict[str, Any]) -> str:
    """Say what sort of value a key has."""
    if "$ref" in item:
        return _sort(definitions[item["$ref"].rpartition("/")[2]], definitions)
    if "oneOf" in item:
        return " or ".join(_sort(one, definitions) for one in item["oneOf"])
    if "enum" in item:
        return "one of " + ", ".join(f"`{value}`" for value in item["enum"])
    if "const" in item:
        return f"`{item['const'] if isinstance(item['const'], str) else json.dumps(item['const'])}`"
    if "pattern" in item and "x-allowed" in item:
        return str(item["x-allowed"])
    return f"{_SORTS[item['type']]}{_bounds(item)}"


def _bounds(item: dict[str, Any]) -> str:
    least, most = (
        next((item[word] for word in words if word in item), None)
        for words in (("minimum", "minItems", "minLength"), ("maximum", "maxItems", "maxLength"))
    )
    unit = " letters" if "maxLength" in item else " items" if "items" in item else ""
    if most is not None:
        return f", {least}-{most}{unit}" if least is not None else f", up to {most}{unit}"
    return f", at least {least}" if least is not None else ""


def _shown(examples: Any) -> str:
    """Write the first example as it would stand in the file; nothing where it takes more than a line."""
    if not examples:
        return ""
    plain = isinstance(examples[0], str) and not any(sign in examples[0] for sign in (": ", " #", '"', "'"))
    text = examples[0] if plain else _flow(examples[0])
    return f"`{text}`".replace("|", "\\|") if len(text) <= _LONGEST_EXAMPLE else ""


def _flow(value: Any) -> str:
    """Write a value in one line of YAML."""
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict) and value:
        return "{ " + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + " }"
    if isinstance(value, str):
        return value if value and not set(value) & set(",[]{}#:\"'|") else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def cell(text: Any) -> str:
    """Write text into one cell of a table."""
    return " ".join(str(text).split()).replace("|", "\\|")
