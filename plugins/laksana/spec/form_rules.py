"""Rules about the forms of an SOP file: the request's and the gates'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from laksana.errors import Problem
from laksana.spec.guessing import hint_of, meant
from laksana.spec.model import Spec
from laksana.spec.quick_look import is_plain_schema
from laksana.spec.reading import Path, Source
from laksana.spec.vocabulary import FORM_RULES


def check_form_schema(spec: Spec, source: Source) -> Iterator[Problem]:
    """Say what is wrong with the request form."""
    if not spec.formulir:
        return
    faults = list(_schema(spec.formulir, ("formulir",), source))
    if faults:
        yield from faults
        return
    properties = spec.formulir["properties"]
    required = spec.formulir.get("required", [])
    for name in required:
        if name not in properties:
            message = f"required field {name!r} is not declared"
            yield source.problem(("formulir", "required"), "form", message, _declared(name, properties, "declare it"))
    misspelt = {meant(name, properties) for name in required if name not in properties}
    for name, schema in properties.items():
        path = ("formulir", "properties", name)
        if not isinstance(schema, dict) or "title" not in schema:
            yield source.problem(path, "form", "the field has no title", "add title")
            continue
        if name not in required and name not in misspelt and "default" not in schema:
            yield source.problem(path, "form", "an optional field needs a default", "add default, or require the field")
        rule = schema.get("x-aturan", "")
        if rule and rule not in FORM_RULES:
            hint = hint_of(str(rule), sorted(FORM_RULES))
            yield source.problem((*path, "x-aturan"), "form", f"there is no rule {rule!r}", hint)


def check_gate_forms(spec: Spec, source: Source) -> Iterator[Problem]:
    """Say what is wrong with the forms of gates."""
    for index, step in enumerate(spec.langkah):
        for name, schema in step.work.settings.get("isian", {}).items():
            path = ("langkah", index, "kerja", step.work.kind, "isian", name)
            yield from _schema(schema, path, source)
            if name == "catatan":
                yield source.problem(path, "form", "catatan is the gate's own note", "take another name")
        for name in step.work.settings.get("wajib_isian", ()):
            if name not in step.work.settings.get("isian", {}):
                place = ("langkah", index, "kerja", step.work.kind, "wajib_isian")
                hint = _declared(name, step.work.settings.get("isian", {}), "declare it in isian")
                yield source.problem(place, "form", f"required field {name!r} is not declared", hint)


def _declared(name: str, fields: Mapping[str, Any], otherwise: str) -> str:
    """Say which declared field a name was probably meant to be."""
    close = meant(name, fields)
    return f"did you mean {close!r}?" if close else otherwise


def _schema(schema: Mapping[str, Any], path: Path, source: Source) -> Iterator[Problem]:
    """Check a JSON schema; a reference in it would have to be fetched from somewhere, so there is none."""
    if is_plain_schema(schema):
        return
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        inner = (*path, *error.absolute_path)
        yield source.problem(inner, "form", " ".join(error.message.split()), "see JSON Schema 2020-12")
        return
    for inner in _references(schema, path):
        yield source.problem(inner, "form", "references are not allowed in a form", "write it out")


def _references(data: Any, path: Path) -> Iterator[Path]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in {"$ref", "$dynamicRef"}:
                yield (*path, key)
            yield from _references(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _references(value, (*path, index))
