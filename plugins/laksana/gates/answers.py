"""What a gate's form asks and which answers it takes; pure, so that every door applies the same rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from laksana.errors import Problem

NOTE = "catatan"
WRITABLE = r"^[\t\n\r\u0020-\u024f\u2010-\u2027\u20ac]*$"
"""Characters that a letter can show: its fonts have no emoji, so a note with one is sent back before it is taken."""


def form_of(fields: Mapping[str, Mapping[str, Any]], *, note: bool) -> dict[str, dict[str, Any]]:
    """Return the gate's whole form: its own fields, and the note where an outcome may need one."""
    form = {name: dict(schema) for name, schema in fields.items()}
    if note:
        form[NOTE] = {
            "type": "string",
            "title": "Catatan / alasan",
            "description": "Wajib diisi bila mengembalikan atau menolak.",
            "maxLength": 2000,
            "pattern": WRITABLE,
            "x-petunjuk": "pakai huruf biasa, paling banyak 2000 huruf, tanpa emoji",
        }
    return form


def nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field's schema for Airflow's form: it may be empty there, since required-ness depends on the button."""
    kinds = schema.get("type", "string")
    relaxed = {
        key: value for key, value in schema.items() if not key.startswith("x-") and key not in {"default", "minLength"}
    }
    relaxed["type"] = ["null", *([kinds] if isinstance(kinds, str) else kinds)]
    if "enum" in relaxed and "default" not in schema:
        relaxed["enum"] = [None, *relaxed["enum"]]
    return relaxed


def check_answer(
    outcome: str,
    values: Mapping[str, Any],
    form: Mapping[str, Mapping[str, Any]],
    *,
    note_needed: Sequence[str],
    required: Sequence[str] = (),
) -> list[Problem]:
    """Say in Bahasa Indonesia what is wrong with an answer; an empty list means it is taken.

    Args:
        outcome: the button, as outcome.
        values: the form's values; empty ones count as not given.
        form: the gate's form, one JSON schema a field.
        note_needed: outcomes that need a reason.
        required: fields that must be given.
    """
    from jsonschema import Draft202012Validator  # not needed to draw a gate

    problems: list[Problem] = []
    given = {name: value for name, value in values.items() if value not in (None, "")}
    if outcome in note_needed and not str(given.get(NOTE, "")).strip():
        problems.append(
            Problem("wajib", f"alasan wajib diisi untuk pilihan {outcome}", "isi Catatan / alasan", key=NOTE)
        )
    for name in required:
        if name not in given:
            title = form.get(name, {}).get("title", name)
            problems.append(Problem("wajib", f"{title} wajib diisi", "lengkapi isian", key=name))
    for name, value in given.items():
        schema = form.get(name)
        if schema is None:
            problems.append(Problem("isian", "isian tidak dikenal", f"isian yang ada: {', '.join(form)}", key=name))
            continue
        checker = Draft202012Validator.FORMAT_CHECKER
        if not Draft202012Validator(schema, format_checker=checker).is_valid(value):
            title = schema.get("title", name)
            hint = str(schema.get("x-petunjuk", schema.get("description", "perbaiki isian")))
            problems.append(Problem("isian", f"{title} tidak dapat diterima", hint, key=name))
    return problems
