"""The first look at a file's data, by a compiled validator that only says yes; after a no, another explains.

Where the two might differ, the answer is no: patterns must be Python's, and what a schema fetches or names by address
is left to the other.
"""

from __future__ import annotations

import pathlib
import re
from functools import cache
from typing import Any

import jsonschema_rs


def schema_text() -> str:
    """Return the JSON schema of an SOP file, as editors may read it."""
    return (pathlib.Path(__file__).parent / "structure.json").read_text(encoding="utf-8")


def fits_structure(data: Any) -> bool:
    """Tell whether data surely has the structure of an SOP file."""
    return _says_yes(_structure(), data)


def is_plain_schema(schema: Any) -> bool:
    """Tell whether data surely is a JSON schema (2020-12) that holds all it needs, references excluded."""
    return _says_yes(jsonschema_rs.meta, schema) and _has_no_doubtful_keys(schema)


def _says_yes(validator: Any, data: Any) -> bool:
    try:
        return bool(validator.is_valid(data))
    except ValueError:  # e.g. half a surrogate pair, which is no text outside of Python
        return False


@cache
def _structure() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema_text())


def _has_no_doubtful_keys(data: Any) -> bool:
    if isinstance(data, list):
        return all(_has_no_doubtful_keys(value) for value in data if isinstance(value, (dict, list)))
    for key, value in data.items():
        if key.startswith("$") or key == "patternProperties" or (key == "pattern" and not _is_pattern(value)):
            return False
        if isinstance(value, (dict, list)) and not _has_no_doubtful_keys(value):
            return False
    return True


def _is_pattern(value: Any) -> bool:
    try:
        re.compile(value)
    except (re.error, TypeError, RecursionError, OverflowError):
        return False
    return True
