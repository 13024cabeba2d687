"""Puts values into ``{name}`` places of a text; refuses any other thing that ``str.format`` could be talked into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter

from laksana.errors import DocumentError


def check_placeholders(text: str, allowed: Iterable[str], *, where: str) -> None:
    """Refuse a text with a place that is not in ``allowed``.

    Args:
        text: the text with its places.
        allowed: names that may stand in braces.
        where: file and key, for the message.

    Raises:
        DocumentError: an unknown name, or a brace that is not closed.
    """
    fill_placeholders(text, dict.fromkeys(allowed, ""), where=where)


def fill_placeholders(text: str, values: Mapping[str, str], *, where: str) -> str:
    """Return the text with its places filled; values are taken as they are, braces and all.

    Raises:
        DocumentError: an unknown name, or a brace that is not closed.
    """
    names = ", ".join(f"{{{name}}}" for name in values)
    parts: list[str] = []
    try:
        for literal, name, form, conversion in Formatter().parse(text):
            parts.append(literal)
            if name is None:
                continue
            if name not in values or form or conversion:
                raise DocumentError(f"{where}: unknown placeholder {{{name}}} (allowed: {names})")
            parts.append(values[name])
    except ValueError as error:
        raise DocumentError(f"{where}: {error} (allowed: {names}; a brace itself is written {{{{ or }}}})") from error
    return "".join(parts)
