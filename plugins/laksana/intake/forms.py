"""Checks a request form against the SOP's JSON schema and says in Bahasa Indonesia what is wrong, one line a field."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from laksana.errors import Problem

Rule = Callable[[Any], Problem | None]
"""A rule that the schema can't say, e.g. about allowed networks; returns the problem or nothing."""

MAX_BYTES = 64_000


def parse_form(body: bytes) -> tuple[dict[str, Any], list[Problem]]:
    """Read a request body as a JSON object; problems are in Bahasa Indonesia."""
    if len(body) > MAX_BYTES:
        return {}, [Problem("terlalu-besar", f"isi permohonan melebihi {MAX_BYTES} bita", "ringkas isian")]
    try:
        data = json.loads(body)
    except ValueError as error:
        place = getattr(error, "lineno", 0)
        return {}, [Problem("json", "isi permohonan bukan JSON yang benar", "periksa tanda kutip dan koma", line=place)]
    if not isinstance(data, dict):
        return {}, [Problem("json", "isi permohonan harus berupa objek JSON", 'contoh: {"label": "perikanan", …}')]
    return data, []


def check_form(
    schema: Mapping[str, Any], data: Mapping[str, Any], rules: Mapping[str, Rule]
) -> tuple[dict[str, Any], list[Problem]]:
    """Check a form and fill in defaults.

    Args:
        schema: the spec's ``formulir``.
        data: what the applicant sent.
        rules: rules by the name that a field's ``x-aturan`` gives.

    Returns:
        The form with defaults, and every problem, in the order of the form's fields.
    """
    properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
    filled = {name: field["default"] for name, field in properties.items() if "default" in field} | dict(data)
    checker = Draft202012Validator.FORMAT_CHECKER
    found: dict[str, Problem] = {}
    for error in Draft202012Validator(schema, format_checker=checker).iter_errors(filled):
        for problem in _in_words(error, schema):
            found.setdefault(problem.key, problem)
    for name, field in properties.items():
        rule = rules.get(str(field.get("x-aturan", "")))
        if rule is not None and name not in found and name in filled:
            problem = rule(filled[name])
            if problem is not None:
                found[name] = problem
    order = [*properties, *sorted(set(found) - set(properties))]
    return filled, [found[name] for name in order if name in found]


def _in_words(error: ValidationError, schema: Mapping[str, Any]) -> list[Problem]:
    """Say one breach of the schema in the applicant's words."""
    properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
    if error.validator == "required":
        missing = [name for name in schema["required"] if name not in error.instance]
        return [Problem("wajib", f"{properties[name]['title']} belum diisi", _hint(properties[name]), key=name) for name in missing]
    if error.validator == "additionalProperties":
        unknown = sorted(set(error.instance) - set(properties))
        return [_unknown(name, list(properties)) for name in unknown]
    name = str(error.absolute_path[0]) if error.absolute_path else ""
    field = properties.get(name, {})
    shown = json.dumps(error.instance, ensure_ascii=False)
    shown = shown if len(shown) <= 50 else shown[:47] + "…"
    title = field.get("title", name or "permohonan")
    return [Problem("isian", f"{title} tidak dapat diterima: {shown}", _hint(field), key=name)]


def _unknown(name: str, known: list[str]) -> Problem:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"mungkin maksudnya {close[0]}" if close else f"isian yang ada: {', '.join(known)}"
    return Problem("tidak-dikenal", f"isian {name[:60]!r} tidak dikenal", hint, key=name[:60])


def _hint(field: Mapping[str, Any]) -> str:
    """Say what a field takes: its own hint, or one made from its schema."""
    if "x-petunjuk" in field:
        return str(field["x-petunjuk"])
    if field.get("type") == "integer":
        return f"isi angka {field.get('minimum', 0)} sampai {field.get('maximum', 'berapa pun')}"
    parts = [f"{field['minLength']}-{field['maxLength']} huruf"] if {"minLength", "maxLength"} <= set(field) else []
    if "x-contoh" in field:
        parts.append(f"contoh: {field['x-contoh']}")
    return ", ".join(parts)
