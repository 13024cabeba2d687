"""An estate file's bytes become records of cells, each with its place; what the cells mean is not its business. Pure.

CSV is taken as Excel writes it in Indonesia: separated by semicolon, comma or tab, in UTF-8 with or without a byte
order mark, in UTF-16, or in Windows-1252.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from laksana.errors import Problem
from laksana.registry.model import secrets_in

_DELIMITERS = (";", ",", "\t")
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel and LibreOffice begin."""
_GUARDED = re.compile(r"'+[=+\-@]")


@dataclass(frozen=True)
class Record:
    """One service as the file has it: texts by column, and where they stand."""

    cells: Mapping[str, str]
    line: int = 0
    prefix: str = ""
    """Stands before the column's name where the file has no lines to name."""


@dataclass(frozen=True)
class Contents:
    """What was read, and what was wrong with it."""

    records: Sequence[Record] = ()
    problems: Sequence[Problem] = ()
    columns: Collection[str] = ()


@dataclass
class _Lines:
    """The lines of a CSV file that hold anything, by number, up to the first that can't be split into cells."""

    found: list[tuple[int, list[str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_json(data: bytes, *, file: str, columns: Collection[str], own: Mapping[str, Collection[str]]) -> Contents:
    """Read a JSON list of services as ``laksana registry export --format json`` writes it.

    Args:
        data: the file.
        file: its name, for problems.
        columns: the keys that an entry may have.
        own: for each kind, the keys of its ``specification`` that are columns of a CSV file.
    """
    try:
        rows = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        problem = Problem(
            "json", f"is no JSON: {str(error)[:100]}", "export it anew", file, getattr(error, "lineno", 0)
        )
        return Contents((), [problem])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return Contents((), [Problem("json", "is no list of objects", "export it anew", file)])
    problems = []
    for number, row in enumerate(rows):
        unknown = [key for key in row if key not in columns]
        problems += [_placed(_unknown(key, columns), file, key=f"[{number}].{key}") for key in unknown]
    records = [Record(_cells_of(row, own), prefix=f"[{number}].") for number, row in enumerate(rows)]
    return Contents(records, problems, columns)


def read_csv(data: bytes, *, file: str, columns: Collection[str]) -> Contents:
    """Read a CSV file whose first line names the columns."""
    if data.startswith(_WORKBOOK):
        return Contents((), [Problem("workbook", "is a workbook, not CSV", "save it as 'CSV UTF-8'", file)])
    text, problems = decode(data, file=file)
    if problems:
        return Contents((), problems)
    lines = _split(text, columns, file)
    if not lines.found:
        empty = Problem("empty", "holds no line", f"begin with the columns: {', '.join(columns)}", file)
        return Contents((), lines.problems or [empty])
    (head_line, head), *rest = lines.found
    names = [name.strip().lower() for name in head]
    while names and not names[-1]:
        names.pop()
    problems = [*_head_problems(names, columns, file, head_line), *lines.problems]
    records = []
    for line, cells in rest:
        if len(cells) < len(names) or any(cell.strip() for cell in cells[len(names) :]):
            problems.append(_wrong_length(len(cells), len(names), file, line))
            continue
        values = {name: _cleaned(cell) for name, cell in zip(names, cells, strict=False) if name in columns}
        records.append(Record(values, line))
    return Contents(records, problems, set(names))


def decode(data: bytes, *, file: str) -> tuple[str, list[Problem]]:
    """Return a file's text; one that is neither UTF-8 nor UTF-16 is taken for Windows-1252, but never a mixture."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), []
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        wrong = [number for number, line in enumerate(data.split(b"\n"), 1) if not _is_utf8(line)]
    mixed = any(_is_utf8(line) and not line.isascii() for line in data.split(b"\n"))
    try:
        if not mixed:
            return data.decode("cp1252"), []
    except UnicodeDecodeError:
        pass
    hint = "save it as 'CSV UTF-8'"
    return "", [Problem("encoding", "holds bytes that are no text in UTF-8", hint, file, line) for line in wrong]


def guarded(cell: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} or _GUARDED.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return a cell without the mark that ``guarded`` put before it."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _cleaned(cell: str) -> str:
    """Return a cell without blanks around it, and without the no-break spaces of a spreadsheet."""
    return unguarded(cell.replace("\u00a0", " ").strip())


def _placed(problem: Problem, file: str, *, line: int = 0, key: str = "") -> Problem:
    """Return a problem with its place, fit for a terminal."""
    return Problem(problem.code, problem.message, problem.hint, file, line, key if key.isprintable() else ascii(key))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _split(text: str, columns: Collection[str], file: str) -> _Lines:
    """Split a text into lines of cells, with the delimiter that makes the most known columns of the first line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    skipped = 0
    if re.match(r"sep=.\n", text):  # Excel's own way to name the delimiter
        text, skipped = text.partition("\n")[2], 1
    head = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(_DELIMITERS, key=lambda sign: sum(c.strip(' "').lower() in columns for c in head.split(sign)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines = _Lines()
    line = skipped + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.found.append((line, cells))
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        message = f"can't be split into cells: {error}"
        lines.problems.append(
            Problem("csv", message, "see to the quotation marks of this line and those after", file, line)
        )
    return lines


def _head_problems(names: Sequence[str], columns: Collection[str], file: str, line: int) -> Iterator[Problem]:
    for name in dict.fromkeys(names):
        if name not in columns:
            yield _placed(_unknown(name, columns), file, line=line, key=name)
        elif names.count(name) > 1:
            yield Problem("twice", "is there twice", "take one of them out", file, line, name)


def _unknown(name: str, columns: Collection[str]) -> Problem:
    """Say that there is no such column; one that is named like a secret gets an answer of its own."""
    if any(secrets_in({name: ""})):
        return Problem("secret", "looks like a secret, the registry keeps none", "take the column out of the file")
    near = get_close_matches(name, columns, 1)
    hint = f"did you mean {near[0]!r}?" if near else "take it out, or put it into the column 'specification'"
    return Problem("column", f"unknown column, allowed: {', '.join(columns)}", hint)


def _wrong_length(found: int, wanted: int, file: str, line: int) -> Problem:
    message = f"has {found} cells, the first line {wanted}"
    return Problem("cells", message, "put cells that hold the delimiter between quotation marks", file, line)


def _cells_of(row: Mapping[str, Any], own: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return an exported object's values as the cells of a CSV line would be."""
    specification = row.get("specification")
    names = own.get(str(row.get("kind")), ())
    cells = {key: _as_text(value) for key, value in row.items() if key != "specification"}
    if not isinstance(specification, dict):
        return {**cells, "specification": _as_text(specification)}
    more = {key: value for key, value in specification.items() if not _fits(key, value, names)}
    cells |= {key: _as_text(value) for key, value in specification.items() if key not in more}
    return {**cells, "specification": json.dumps(more) if more else ""}


def _fits(key: str, value: Any, own: Collection[str]) -> bool:
    """Tell whether a value of a specification has a column, and can stand in a cell."""
    return key in own and (value is None or isinstance(value, str | int | float))


def _as_text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
