"""Turns YAML text into plain data and a map from key path to line number.

YAML here is data and nothing else: no tags, no anchors or aliases, no merge keys, no duplicate keys, no timestamps
(dates stay text), a bounded size and depth. A hostile file is refused before it is looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from laksana.errors import Problem, SpecError
from laksana.spec.yaml_faults import explain

MAX_BYTES = 256_000
MAX_DEPTH = 20
_LONGEST_NUMBER = 18

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Source:
    """A file's data and where each of its keys stands."""

    file: str
    data: Any
    lines: dict[Path, int]

    def line_of(self, path: Path) -> int:
        """Return the line of a key path, or of its nearest ancestor that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path, code: str, message: str, hint: str = "") -> Problem:
        """Make a problem that points at a key of this file."""
        return Problem(code, message, hint, file=self.file, line=self.line_of(path), key=key_of(path))


def key_of(path: Path) -> str:
    """Write a key path as ``langkah[3].waktu``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_yaml(text: str, file: str) -> Source:
    """Read YAML text into plain data.

    Raises:
        SpecError: the text is no YAML, or uses more of YAML than data; every message names the line.
    """
    if len(text.encode()) > MAX_BYTES:
        raise SpecError([Problem("too-large", f"the file is larger than {MAX_BYTES} bytes", "split it", file=file)])
    try:
        return _Reader(text, file).read()
    except yaml.MarkedYAMLError as error:
        shown, quotes = _look_at_tokens(text, file)
        fault = explain(text, [error, *shown], quotes)
        raise SpecError([Problem("yaml", fault.message, fault.hint, file, fault.line)]) from error
    except yaml.YAMLError as error:
        message = f"not readable as YAML: {' '.join(str(error).split())}"
        raise SpecError([Problem("yaml", message, "save it as plain UTF-8 text", file)]) from error


def _look_at_tokens(text: str, file: str) -> tuple[list[yaml.MarkedYAMLError], list[tuple[int, int]]]:
    """Return the fault that the tokens alone show (what the parser meets may lie a line before), and long quotations.

    These are the first and last line, from 0, of each text in quotes that goes over several lines.

    Raises:
        SpecError: an anchor, alias or tag stands there before the fault.
    """
    quotes: list[tuple[int, int]] = []
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            if isinstance(token, (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)):
                raise _more_than_data(file, token.start_mark.line + 1)
            if isinstance(token, yaml.ScalarToken) and token.style in {"'", '"'}:
                quotes.append((token.start_mark.line, token.end_mark.line))
    except yaml.MarkedYAMLError as error:
        return [error], quotes
    return [], quotes


def _more_than_data(file: str, line: int) -> SpecError:
    return SpecError(
        [
            Problem(
                "yaml",
                "anchors, aliases and tags are not allowed",
                "write it out; a text that begins with & or * or ! needs quotes",
                file,
                line,
            )
        ]
    )


class _Reader:
    """Builds data out of the parser's events in one pass, so that nothing is built of what is refused."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._parser: Any = yaml.CSafeLoader(text)
        self._depth = 0
        self._lines: dict[Path, int] = {}
        self._problems: list[Problem] = []

    def read(self) -> Source:
        """Read the one document of the text."""
        try:
            self._parser.get_event()
            data = None
            if type(self._parser.get_event()) is yaml.DocumentStartEvent:
                data = self._node(self._parser.get_event(), ())
                self._parser.get_event()
                self._expect_end(self._parser.get_event())
        finally:
            self._parser.dispose()
        if self._problems:
            raise SpecError(self._problems)
        return Source(self._file, data, self._lines)

    def _expect_end(self, event: Any) -> None:
        if type(event) is not yaml.StreamEndEvent:
            mark = event.start_mark
            raise yaml.composer.ComposerError(
                "expected a single document in the stream", mark, "but found another document", mark
            )

    def _node(self, event: Any, path: Path) -> Any:
        """Turn what begins with an event into data, noting its line."""
        line = self._line_of_data(event)
        self._lines.setdefault(path, line)
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return _plain(event.value) if event.implicit[0] else event.value
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SpecError([Problem("too-deep", f"nested deeper than {MAX_DEPTH}", "nest less", self._file, line)])
        found = self._mapping(path) if kind is yaml.MappingStartEvent else self._sequence(path)
        self._depth -= 1
        return found

    def _line_of_data(self, event: Any) -> int:
        """Return an event's line; what YAML offers beyond data is refused."""
        line: int = event.start_mark.line + 1
        if event.anchor is not None or event.tag is not None:
            raise _more_than_data(self._file, line)
        return line

    def _sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while type(event := self._parser.get_event()) is not yaml.SequenceEndEvent:
            found.append(self._node(event, (*path, len(found))))
        return found

    def _mapping(self, path: Path) -> dict[str, Any]:
        """Turn a mapping into a dict whose keys are text and stand once."""
        found: dict[str, Any] = {}
        twice: list[tuple[Path, int, int]] = []
        while type(event := self._parser.get_event()) is not yaml.MappingEndEvent:
            line = self._line_of_data(event)
            if type(event) is not yaml.ScalarEvent:
                self._pass_over(event, path)
                hint = "write key: value"
                self._problems.append(Problem("yaml", "a key must be plain text", hint, self._file, line, key_of(path)))
                continue
            key: str = event.value
            inner = (*path, key)
            if key in found:
                twice.append((inner, line, self._lines[inner]))
            self._lines[inner] = line
            found[key] = self._node(self._parser.get_event(), inner)
        if twice:
            self._problems += self._standing_twice(twice, begins_with=next(iter(found)))
        return found

    def _standing_twice(self, twice: list[tuple[Path, int, int]], *, begins_with: str) -> list[Problem]:
        """Say which keys stand twice; where all do from the first on, it is an item of a list without its dash."""
        (first, line, _), *others = twice
        if others and first[-1] == begins_with:
            message = f"{begins_with} and {len(others)} keys below it stand twice: an item begins without its dash"
            return [Problem("duplicate-key", message, f"write - {begins_with}: …", self._file, line, key_of(first))]
        return [
            Problem(
                "duplicate-key",
                f"the key stands twice (first in line {before})",
                "keep one",
                self._file,
                at,
                key_of(inner),
            )
            for inner, at, before in twice
        ]

    def _pass_over(self, key: Any, path: Path) -> None:
        """Read a key that is a collection, and its value, for nothing but where they end."""
        known = len(self._problems)
        self._node(key, (*path, "?"))
        self._node(self._parser.get_event(), (*path, "?"))
        del self._problems[known:]


def _plain(text: str) -> Any:
    """Turn a scalar without quotes into text, number, boolean or nothing, as YAML 1.1 has them; dates stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _NUMBER_BEGINS and len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text):
        return int(text)
    return text


_WORDS: dict[str, bool | None] = {
    form: value
    for word, value in {
        "null": None, "yes": True, "no": False, "true": True, "false": False, "on": True, "off": False
    }.items()
    for form in (word, word.capitalize(), word.upper())
} | {"": None, "~": None}  # fmt: skip
_NUMBER_BEGINS = frozenset("+-0123456789")
_NUMBER = re.compile(r"[-+]?(0[0-7]*|[1-9][0-9]*)", re.ASCII)
