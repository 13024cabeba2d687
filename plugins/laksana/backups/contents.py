"""What stands in a snapshot, by restic's listing, and its manifest; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

MANIFEST_NAME = "manifest.json"
OWN_FILES = (MANIFEST_NAME, "database.sql")
LARGEST_MANIFEST = 1 << 20
_MOST_FILES = 500
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MARKS = frozenset("*?[]\\")


@dataclass
class Contents:
    """What was looked for in a snapshot, and found."""

    paths: set[str] = field(default_factory=set)
    """Those of the required paths that are there."""
    own: dict[str, int] = field(default_factory=dict)
    """Laksana's own files: path and size."""
    files: int = 0
    """Files of the service: all but the manifest."""
    size: int = 0
    """Bytes in them."""

    @property
    def manifest(self) -> str:
        """Return the manifest's path, empty where there is none."""
        return next((path for path in self.own if PurePosixPath(path).name == MANIFEST_NAME), "")


def read_contents(nodes: Iterable[Mapping[str, Any]], *, required: Sequence[str], own_folder: str) -> Contents:
    """Look through a snapshot's listing for the required paths, and count what it holds of the service."""
    contents, wanted = Contents(), set(required)
    own = {f"{own_folder}/{name}" for name in OWN_FILES}
    for node in nodes:
        path, is_file = str(node.get("path", "")), node.get("type") == "file"
        if path in wanted:
            contents.paths.add(path)
        if not is_file:
            continue
        if path in own:
            contents.own[path] = int(node.get("size", 0))
        if not path.endswith(f"/{MANIFEST_NAME}") or path not in own:
            contents.files += 1
            contents.size += int(node.get("size", 0))
    return contents


def sizes_of(nodes: Iterable[Mapping[str, Any]], paths: Iterable[str]) -> dict[str, int]:
    """Return the sizes of those of the paths that are regular files in a snapshot."""
    wanted = set(paths)
    found = (node for node in nodes if node.get("path") in wanted and node.get("type") == "file")
    return {str(node["path"]): int(node.get("size", 0)) for node in found}


def read_manifest(text: bytes) -> dict[str, str] | None:
    """Return path and SHA-256 of each sampled file, or nothing where the text is no manifest.

    A server wrote it, so it is not trusted: a path that means more to restic than itself makes it none.
    """
    try:
        data = json.loads(text)
        entries = {str(entry["path"]): str(entry["sha256"]) for entry in data["files"]}
    except (ValueError, KeyError, TypeError):
        return None
    sound = len(entries) <= _MOST_FILES and all(_is_plain(path) and _HASH.fullmatch(entries[path]) for path in entries)
    return entries if sound else None


def _is_plain(path: str) -> bool:
    """Tell whether a path is absolute, goes nowhere else, and holds nothing that restic reads as a pattern."""
    parts = path.split("/")[1:]
    return (
        path.startswith("/") and all(part not in {"", ".", ".."} for part in parts)
        and path.isprintable() and not _MARKS & set(path)
    )  # fmt: skip
