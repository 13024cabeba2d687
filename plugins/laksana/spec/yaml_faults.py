"""Says in a beginner's words why a text is no YAML: where the fault is, not where a parser stumbled, and the mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

_KEY = re.compile(r"^(?P<indent>\s*)(?P<dash>- +)?(?P<key>[A-Za-z_][\w-]*):(?P<rest>.*)$")
_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COLON = "mapping values are not allowed in this context"


@dataclass(frozen=True)
class Fault:
    """Why a text can't be read."""

    line: int
    """From 1."""
    message: str
    hint: str


@dataclass(frozen=True)
class _Stumble:
    """Where and how the parser stumbled; lines count from 0."""

    lines: list[str]
    problem: str
    context: str
    line: int
    column: int
    begins: int
    """Line on which began what the parser was at."""

    def text(self, line: int) -> str:
        return self.lines[line] if 0 <= line < len(self.lines) else ""

    def indent(self, line: int) -> int:
        return len(self.text(line)) - len(self.text(line).lstrip(" "))

    @property
    def before(self) -> int:
        """Return the last line before the stumble that says something."""
        return next((at for at in range(self.line - 1, -1, -1) if self.text(at).strip()), 0)


def explain(text: str, errors: list[yaml.MarkedYAMLError], quotes: list[tuple[int, int]]) -> Fault:
    """Return the fault behind what the parser and the scanner say of a text, in the order of ``errors``.

    ``quotes`` holds first and last line, from 0, of the texts in quotes.
    """
    stumbles = [_stumble(text, error) for error in errors]
    for first, last in reversed(quotes):
        if first < last and {stumbles[0].line, stumbles[0].begins} & {last, last + 1}:
            hint = "end the text with the same quote, or take the quote away"
            return Fault(first + 1, "the quote that begins here does not end on its line", hint)
    for diagnose in _DIAGNOSES:
        for stumble in stumbles:
            found = diagnose(stumble)
            if found:
                return found
    at = stumbles[-1]
    return Fault(at.line + 1, f"not readable as YAML: {at.problem}", "check indentation, quotes and colons")


def _stumble(text: str, error: yaml.MarkedYAMLError) -> _Stumble:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    begins = error.context_mark.line if error.context_mark else line
    return _Stumble(_BREAKS.split(text), str(error.problem or error.context), str(error.context), line, column, begins)


def _tab(at: _Stumble) -> Fault | None:
    for line in (at.line, at.begins):
        indent = re.match(r"\s*", at.text(line))
        if indent and "\t" in indent[0]:
            return Fault(line + 1, "a tab stands where only spaces may", "indent with spaces, two for each level")
    return None


def _foreign_space(at: _Stumble) -> Fault | None:
    for line in (at.begins, at.line):
        if re.search(r":[\u00a0\u2000-\u200b\u202f\u3000]", at.text(line)):
            return Fault(line + 1, "the space behind the colon is none that YAML knows", "type it anew: key: value")
    return None


def _open_quote(at: _Stumble) -> Fault | None:
    if at.context in {"while scanning a quoted scalar", "while parsing a quoted scalar"} and at.begins < at.line:
        hint = "end the text with the same quote, or take the quote away"
        return Fault(at.begins + 1, "the quote that begins here never ends", hint)
    return None


def _backslash(at: _Stumble) -> Fault | None:
    if "escape" in at.problem:
        return Fault(at.line + 1, "a backslash stands in double quotes", "put the text in single quotes")
    return None


def _quote_ends_early(at: _Stumble) -> Fault | None:
    """Find text behind a closing quote, as in ``'Hari Jum'at'``."""
    found = re.match(r"""\s*(?:- +)?(?:[\w-]+: +)?(['"])""", at.text(at.line))
    if "did not find expected" in at.problem and found and at.text(at.line).count(found[1]) > 1:
        hint = 'put the whole text in double quotes: "Hari Jum\'at"'
        return Fault(at.line + 1, "the text goes on behind its closing quote", hint)
    return None


def _no_space(at: _Stumble) -> Fault | None:
    for line in dict.fromkeys((at.begins, at.before, at.line)):
        key = _KEY.match(at.text(line))
        if key and key["rest"][:1] not in {"", " "} and not key["rest"].startswith("//"):
            hint = f"write {key['key']}: {key['rest'].strip()}"
            return Fault(line + 1, f"no space stands behind the colon of {key['key']}", hint)
    return None


def _no_colon(at: _Stumble) -> Fault | None:
    words = at.text(at.begins).strip()
    if at.problem == "could not find expected ':'" and words and ":" not in words:
        first, _, rest = words.removeprefix("- ").partition(" ")
        return Fault(at.begins + 1, f"the key {first!r} has no colon behind it", f"write {first}: {rest}".strip())
    return None


def _colon_in_text(at: _Stumble) -> Fault | None:
    if at.problem != _COLON:
        return None
    line = at.text(at.line)
    key = _KEY.match(line)
    item = re.match(r"^\s*- +(?P<rest>.*)$", line)
    text = key["rest"].strip() if key and at.column > key.end("key") else item["rest"] if item and not key else ""
    if not text:
        return None
    lead = f"{key['key']}: " if key else "- "
    return Fault(
        at.line + 1, "a colon with a space behind it stands inside a text", f'put the text in quotes: {lead}"{text}"'
    )


def _no_dash(at: _Stumble) -> Fault | None:
    """Find a list item without its dash, or without the space behind it."""
    for line in (at.line, at.before):
        text = at.text(line).strip()
        if re.match(r"-\w", text):
            return Fault(line + 1, "no space stands behind the dash", f"write - {text[1:]}")
        if re.match(r"[•●*·\u2013\u2014]", text) and "indicator" in at.problem:
            return Fault(line + 1, f"a list item begins with {text[0]!r}", "begin it with a dash and a space: - no: 1")
        if re.match(r"(no|nama|bila|hasil|ruling):", text) and "'-' indicator" in at.problem:
            return Fault(line + 1, "a list item begins without its dash", f"write - {text}")
    return None


def _open_bracket(at: _Stumble) -> Fault | None:
    """Find a list or keys in one line that are not closed, or lack a comma."""
    sign = {"while parsing a flow sequence": "[]", "while parsing a flow mapping": "{}"}.get(at.context)
    if not sign:
        return None
    if at.text(at.begins).count(sign[0]) > at.text(at.begins).count(sign[1]):
        return Fault(at.begins + 1, f"the {sign[0]} that opens here is not closed", f"close it with {sign[1]}")
    return Fault(at.line + 1, f"between {sign[0]} and {sign[1]} a comma is missing", "put a comma between the items")


def _special_sign(at: _Stumble) -> Fault | None:
    sign = at.text(at.line)[at.column : at.column + 1]
    if at.problem == "found character that cannot start any token" and sign.strip():
        return Fault(at.line + 1, f"a text can't begin with {sign}", "put the text in quotes")
    return None


def _second_document(at: _Stumble) -> Fault | None:
    if "document" in at.problem:
        return Fault(at.line + 1, "a second document begins", "take the line with --- away; one file is one SOP")
    return None


def _indentation(at: _Stumble) -> Fault | None:
    """Find a line that is indented like none of those that it might belong to."""
    if at.problem not in {"did not find expected key", "did not find expected '-' indicator", _COLON}:
        return None
    here, above = at.indent(at.line), at.indent(at.before)
    # What the scanner stumbles over is right where the line above it stands too far to the left or the right.
    line, here = (at.before, above) if at.problem == _COLON and here <= above else (at.line, here)
    message = f"the line is indented by {here} spaces, which fits no line above it"
    return Fault(line + 1, message, "indent it like the keys that it belongs with")


_DIAGNOSES: tuple[Callable[[_Stumble], Fault | None], ...] = (
    _tab, _foreign_space, _open_quote, _colon_in_text, _no_dash, _no_space, _no_colon, _open_bracket, _special_sign,
    _quote_ends_early, _backslash, _second_document, _indentation,
)  # fmt: skip
"""What beginners do, the surest signs first."""
