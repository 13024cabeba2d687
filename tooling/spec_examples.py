"""Takes examples for the page about SOP files out of real ones, so that none goes stale."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from laksana.spec.reading import Source, read_yaml

_ROOT = Path(__file__).resolve().parents[1]
_SHOWN = _ROOT / "include" / "sop_specs" / "permohonan-sub-domain.yaml"
"""The SOP whose parts stand as examples where any SOP would do."""
_FILES = (
    _SHOWN,
    *sorted(_SHOWN.parent.glob("*.yaml")),
    *sorted((_ROOT / "tests" / "specs" / "valid").glob("*.yaml")),
)
"""Where examples are taken from: the office's SOPs first, then those of the tests."""


def head_example() -> str:
    """Return the lines before the steps of an SOP, as a block of Markdown."""
    text, source = _read(_SHOWN)
    lines = text.splitlines()[source.lines[("slug",)] - 1 : source.lines[("langkah",)] - 1]
    return _fenced(f"`{_SHOWN.stem}`", "\n".join(lines).strip())


def part_example(*path: str | int) -> str:
    """Return the lines of one part of an SOP."""
    text, source = _read(_SHOWN)
    return _fenced(f"`{_SHOWN.stem}`", "\n".join(_block(text, source.lines[path])))


def work_example(kind: str, *, whole: bool = False) -> str:
    """Return how a kind of work stands in the first file that has it: the work and the ways, or the whole step.

    Raises:
        LookupError: no file has it.
    """
    for file in _FILES:
        text, source = _read(file)
        for index, step in enumerate(source.data["langkah"]):
            if kind in step["kerja"]:
                paths = [("langkah", index)] if whole else [("langkah", index, key) for key in ("kerja", "lanjut")]
                lines = [line for path in paths for line in _block(text, source.lines[path])]
                return _fenced(f"`{file.stem}`, step {step['no']}", "\n".join(lines))
    raise LookupError(f"no SOP file has {kind}: add a step with it to one of tests/specs/valid")


def _read(file: Path) -> tuple[str, Source]:
    text = file.read_text(encoding="utf-8")
    return text, read_yaml(text, str(file))


def _block(text: str, line: int) -> Iterator[str]:
    """Yield a line (counted from 1) and what stands below it, further to the right."""
    first, *rest = text.splitlines()[line - 1 :]
    yield first
    indent = len(first) - len(first.lstrip())
    for following in rest:
        if len(following) - len(following.lstrip()) <= indent:
            return
        yield following


def _fenced(place: str, text: str) -> str:
    return f"From {place}:\n\n```yaml\n{textwrap.dedent(text)}\n```"
