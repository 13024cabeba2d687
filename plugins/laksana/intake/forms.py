"""Checks a request form against the SOP's JSON schema and says in Bahasa Indonesia what is wrong, one line a field."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from laksana.errors import Problem

Rule = Callable[[Any, Mapping[str, Any]], Problem | None]
"""A rule that the schema can't say, e.g. about allowed networks: of a field's value and the whole form."""

MAX_BYTES = 64_000
_SHOWN = 50
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_HALVES = re.compile("[\ud800-\udfff]")
"""What JSON can carry, but neither a database nor a letter: NUL, and halves of characters."""


def parse_form(body: bytes) -> tuple[dict[str, Any], list[Problem]]:
    """Read a request body as a JSON object; problems are in Bahasa Indonesia."""
    if len(body) > MAX_BYTES:
        return {}, [Problem("terlalu-besar", f"isi permohonan melebihi {MAX_BYTES} bita", "ringkas isian")]
    if not body.strip():
        return {}, [Problem("json", "isi permohonan kosong", 'contoh: {"label": "perikanan", …}')]
    try:
        text = body.decode("utf-8-sig")
        data = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once_each)
        damaged = _NUL.search(text) or _HALVES.search(json.dumps(data, ensure_ascii=False))
    except (ValueError, RecursionError) as error:
        place = f"baris {error.lineno}: " if isinstance(error, json.JSONDecodeError) else ""
        return {}, [Problem("json", f"{place}isi permohonan bukan JSON yang benar", "periksa tanda kutip dan koma")]
    if not isinstance(data, dict):
        return {}, [Problem("json", "isi permohonan harus berupa objek JSON", 'contoh: {"label": "perikanan", …}')]
    if damaged:
        return {}, [Problem("json", "isi permohonan memuat huruf yang rusak", "ketik ulang isian, jangan disalin")]
    return data, []


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field stands twice")
    return found


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
    filled = {name: _whole(value) for name, value in filled.items()}
    checker = Draft202012Validator.FORMAT_CHECKER
    found: dict[str, Problem] = {}
    for error in _FormValidator(schema, format_checker=checker).iter_errors(filled):
        for problem in _in_words(error, schema):
            found.setdefault(problem.key, problem)
    for name, field in properties.items():
        rule = rules.get(str(field.get("x-aturan", "")))
        if rule is not None and name not in found and name in filled:
            breach = rule(filled[name], filled)
            if breach is not None:
                found[name] = breach
    order = [*properties, *sorted(set(found) - set(properties))]
    return filled, [found[name] for name in order if name in found]


def _ends_at_the_end(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:  # noqa: ARG001  # jsonschema's own signature
    r"""Check a pattern as JSON Schema means it: ``$`` is the very end, where Python also takes a newline after it."""
    exact = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", lambda found: r"\Z" if found[0] == "$" else found[0], pattern)
    if isinstance(instance, str) and not re.search(exact, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_FormValidator: type[Draft202012Validator] = extend(  # type: ignore[no-untyped-call]  # untyped in jsonschema
    Draft202012Validator, {"pattern": _ends_at_the_end}
)


def _whole(value: Any) -> Any:
    """Turn 80.0, which JSON takes for the same number, into 80."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _fields(error: ValidationError) -> Mapping[str, Any]:
    """Return the form that a breach is about."""
    return error.instance if isinstance(error.instance, Mapping) else {}


def _in_words(error: ValidationError, schema: Mapping[str, Any]) -> list[Problem]:
    """Say one breach of the schema in the applicant's words."""
    properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
    if error.validator == "required":
        missing = [name for name in schema["required"] if name not in _fields(error)]
        return [
            Problem("wajib", f"{properties[name]['title']} belum diisi", _hint(properties[name]), key=name)
            for name in missing
        ]
    if error.validator == "additionalProperties":
        unknown = sorted(set(_fields(error)) - set(properties))
        return [_unknown(name, list(properties)) for name in unknown]
    name = str(error.absolute_path[0]) if error.absolute_path else ""
    field = properties.get(name, {})
    shown = json.dumps(error.instance, ensure_ascii=False)
    shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 3] + "…"
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
