"""Turns YAML text into plain data and a map from key path to line number.

YAML here is data and nothing else: no tags, no anchors or aliases, no merge keys, no duplicate keys, no timestamps
(dates stay text), a bounded size and depth. A hostile file is refused before it is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from laksana.errors import Problem, SpecError

MAX_BYTES = 256_000
MAX_DEPTH = 20
_LONGEST_NUMBER = 18
_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)

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
        _refuse_more_than_data(text, file)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"not readable as YAML: {error.problem or error.context}"
        raise SpecError(
            [Problem("yaml", message, "check indentation, quotes and colons", file, mark.line + 1 if mark else 0)]
        ) from error
    except yaml.YAMLError as error:
        raise SpecError([Problem("yaml", f"not readable as YAML: {' '.join(str(error).split())}", "", file)]) from error
    problems: list[Problem] = []
    lines: dict[Path, int] = {}
    data = _plain(node, (), lines, problems, file) if node is not None else None
    if problems:
        raise SpecError(problems)
    return Source(file, data, lines)


def _refuse_more_than_data(text: str, file: str) -> None:
    """Look at the tokens before anything is built of them: a node inside a node costs stack."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        line = token.start_mark.line + 1
        if isinstance(token, (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)):
            raise SpecError([Problem("yaml", "anchors, aliases and tags are not allowed", "write it out", file, line)])
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > MAX_DEPTH:
            raise SpecError([Problem("too-deep", f"nested deeper than {MAX_DEPTH}", "nest less", file, line)])


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int], problems: list[Problem], file: str) -> Any:
    """Turn one node into data, noting its line."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), lines, problems, file) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, problems, file)
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int], problems: list[Problem], file: str) -> Any:
    """Turn a mapping into a dict whose keys are text and stand once."""
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem("yaml", "a key must be plain text", "", file, line, key_of(path)))
            continue
        key = str(key_node.value)
        inner = (*path, key)
        if key in found:
            first = lines[inner]
            problems.append(
                Problem(
                    "duplicate-key",
                    f"the key stands twice (first in line {first})",
                    "keep one",
                    file,
                    line,
                    key_of(inner),
                )
            )
        lines[inner] = line
        found[key] = _plain(value_node, inner, lines, problems, file)
    return found


def _scalar(node: yaml.Node) -> Any:
    """Turn a scalar into text, number, boolean or nothing; dates stay text."""
    tag = node.tag.rsplit(":", 1)[-1]
    text = str(node.value)
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() in {"true", "yes", "on"}
    if tag == "int" and len(text) <= _LONGEST_NUMBER and text.lstrip("+-").isdigit():
        return int(text)
    return text
