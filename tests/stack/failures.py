"""The one error of the stack: a process or a file that stops it from coming up."""

from __future__ import annotations

from pathlib import Path

from laksana.errors import LaksanaError


class StackError(LaksanaError):
    """The stack can't be started, stopped or asked."""


def last_lines(path: Path, count: int = 15) -> str:
    """Return the end of a log file, empty where there is none."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
