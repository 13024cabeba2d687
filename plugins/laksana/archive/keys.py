"""Keys of the archive: readable for people, and harmless as paths; pure."""

from __future__ import annotations

import re
import unicodedata

from laksana.errors import ArchiveError

MANIFEST_NAME = "manifest.json"

_KEY_LIMIT = 400
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()+@,-]{0,127}")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_EXTENSION = re.compile(r"(.+)\.([A-Za-z0-9]{1,8})")


def document_key(year: int, slug: str, ticket: str, step: int, name: str) -> str:
    """Return the key of a step's document, e.g. ``2026/permohonan-sub-domain/<ticket>/07-nota-dinas-balasan.pdf``.

    Args:
        year: year of the case.
        slug: which SOP.
        ticket: the case.
        step: step number on the SOP sheet.
        name: the document's name, with its extension.

    Raises:
        ArchiveError: a part can't be part of a key.
    """
    split = _EXTENSION.fullmatch(name)
    stem, extension = (split[1], f".{split[2].lower()}") if split else (name, "")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    readable = _NOT_SLUG.sub("-", plain).strip("-")[:80].strip("-")
    if not readable:
        raise ArchiveError(f"document name {name!r}: nothing readable is left for a key (use letters or digits)")
    if "/" in slug or "/" in ticket:
        raise ArchiveError(f"archive key of {ticket!r}, {slug!r}: neither may hold a slash")
    return check_key(f"{year:04d}/{slug}/{ticket}/{step:02d}-{readable}{extension}")


def check_key(key: str) -> str:
    """Return the key, or refuse one that could leave the archive or hide in it.

    Raises:
        ArchiveError: the key is absolute, climbs, is hidden, too long, in no folder or holds forbidden characters.
    """
    parts = key.split("/")
    fits = len(key) <= _KEY_LIMIT and len(parts) > 1 and all(_PART.fullmatch(part) for part in parts)
    if not fits or parts[-1] == MANIFEST_NAME or any(part.endswith((".", " ")) for part in parts):
        raise ArchiveError(
            f"archive key {key[:_KEY_LIMIT]!r}: not allowed (needed: folder/…/name of letters, digits, spaces and "
            f"._()+@,- beginning with a letter or digit, {_KEY_LIMIT} characters at most, not {MANIFEST_NAME})"
        )
    return key
