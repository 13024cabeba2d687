"""Says what is wrong with the structure of an SOP file's data: one fault, one line that a beginner can act on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from laksana.errors import Problem
from laksana.spec.guessing import hint_of, meant, mended
from laksana.spec.quick_look import schema_text
from laksana.spec.reading import Path, Source

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_SHOWN = 60
_SORTS = {
    "string": "text", "integer": "a whole number", "array": "a list", "object": "keys", "boolean": "true or false",
    "null": "nothing",
}  # fmt: skip
_HINTS = {
    ("string", int): 'put it in quotes: "{value}"',
    ("string", bool): "put the word in quotes",
    ("string", type(None)): "write it behind the colon",
    ("string", list): "write one text, without a dash",
    ("string", dict): "write one text; in quotes if it holds a colon",
    ("array", str): "write it on a line of its own below, after a dash: - {value}",
    ("object", str): "write {value}: on a line of its own below, and under it what belongs to it",
    ("object", type(None)): "write {key}: {{}}",
}
"""Expected sort and found one → how to mend it; of what stands in no row, the schema says what is allowed."""


def structure_faults(source: Source) -> list[Problem]:
    """Return what is wrong with the structure, each fault once."""
    if source.data is None:
        return [source.problem((), "type", "the file is empty", "begin with slug: and the name of the file")]
    errors = list(_validator().iter_errors(source.data))
    problems = [*_values(source, errors)]
    for path in dict.fromkeys(tuple(error.absolute_path) for error in errors):
        at_path = {error.validator: error for error in errors if tuple(error.absolute_path) == path}
        problems += _keys(source, path, at_path.get("additionalProperties"), at_path.get("required"))
    return problems


@cache
def _validator() -> Draft202012Validator:
    """Return the validator that explains what is wrong with an SOP file's structure."""
    from jsonschema import Draft202012Validator

    schema = json.loads(schema_text())
    # What outcomes a kind of work has stands there for editors; the rules between fields say it better.
    del schema["$defs"]["step"]["allOf"]
    return Draft202012Validator(schema)


def _keys(
    source: Source, path: Path, unknown: ValidationError | None, required: ValidationError | None
) -> Iterator[Problem]:
    """Name the keys that don't belong there and those that are missing; a misspelt key is not missing besides."""
    here = _at(source.data, path)
    wanted: Any = required.validator_value if required else ()
    missing = [key for key in wanted if key not in here]
    schema: Any = unknown.schema if unknown else {}
    allowed = sorted(schema.get("properties", {}))
    for key in here if unknown else ():
        if key in allowed:
            continue
        close = meant(key, missing) or meant(key, allowed)
        if close in missing:
            missing.remove(close)
        hint = f"did you mean {close!r}?" if close else f"allowed: {', '.join(allowed) or 'nothing, write {}'}"
        yield source.problem((*path, key), "unknown-key", f"unknown key {key!r}", hint)
    for key in missing:
        yield source.problem(path, "missing-key", f"{key} is missing", f"add a line {key}: with its value")


def _values(source: Source, errors: list[ValidationError]) -> Iterator[Problem]:
    """Say what is wrong with values, the first fault of each."""
    seen: set[Path] = set()
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator not in {"additionalProperties", "required"} and path not in seen:
            seen.add(path)
            yield source.problem(path, str(error.validator), _message(error), _hint(error, path))


def _message(error: ValidationError) -> str:
    if error.validator == "type":
        expected: Any = error.validator_value
        words = _SORTS[expected] if isinstance(expected, str) else " or ".join(_SORTS[sort] for sort in expected)
        return f"expected {words}, found {_found(error.instance)}"
    shown = json.dumps(error.instance, ensure_ascii=False)
    return f"{_cut(shown)} is not allowed here"


def _found(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true, which is how yes and on are read" if value else "false, which is how no and off are read"
    if isinstance(value, int):
        return f"the number {value}"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return _cut(f"keys ({', '.join(map(str, value))})")
    return _cut(f"text {value!r}")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _hint(error: ValidationError, path: Path) -> str:
    """Say how to mend a value: what was probably meant, what its sort calls for, or else what is allowed."""
    key, value, schema = path[-1] if path else "", error.instance, _as_dict(error.schema)
    guess = mended(str(key), value)
    if guess is not None and guess != value:
        return f"did you mean {guess!r}?" if isinstance(guess, str) else f"write {guess}, without quotes or words"
    rule: Any = error.validator_value
    if error.validator == "enum" and isinstance(value, str):
        return hint_of(value, map(str, rule))
    glued = re.fullmatch(r"([a-z_]+):(\S.*)", value) if error.validator == "type" and isinstance(value, str) else None
    if glued:
        return f"write a space behind the colon: {_cut(f'{glued[1]}: {glued[2]}')}"
    by_sort = _HINTS.get((str(rule), type(value))) if error.validator == "type" else None
    if by_sort and not (value is None and schema.get("required")):
        return by_sort.format(key=key, value=_cut(str(value)))
    return f"allowed: {schema.get('x-allowed') or _allowed(str(error.validator), rule)}"


def _as_dict(schema: Any) -> dict[str, Any]:
    return schema if isinstance(schema, dict) else {}


def _allowed(validator: str, rule: Any) -> str:
    """Say what a structural rule allows."""
    if validator in {"maxProperties", "minProperties"}:
        return "exactly one kind of work"
    if validator == "enum":
        return f"one of {', '.join(map(str, rule))}"
    if validator == "type":
        return _SORTS.get(str(rule), str(rule))
    words = {"pattern": "text like {}", "minItems": "at least {} entries"}
    return words.get(validator, f"{validator} {{}}").format(rule)


def _at(data: Any, path: Path) -> Any:
    """Return the data at a key path."""
    for part in path:
        data = data[part]
    return data
