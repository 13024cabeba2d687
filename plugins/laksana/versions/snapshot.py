"""All SOPs as they were in force at one time, and its name: a hash over what is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from laksana.errors import SpecError
from laksana.spec.digest import digest_of
from laksana.spec.loading import build_spec_of, read_spec_file


@dataclass(frozen=True)
class SpecText:
    """One version of an SOP as its file said it."""

    slug: str
    digest: str
    """The SOP's version: comments and layout are no part of it."""
    text: str = field(repr=False)

    @property
    def sha256(self) -> str:
        """Hash (hex) of the text itself."""
        return hash_of(self.text)


@dataclass(frozen=True)
class Folder:
    """What a folder of SOP files holds now."""

    good: tuple[SpecText, ...]
    broken: Mapping[str, str]
    """File name without its ending → hash of what is wrong with it."""

    @property
    def names(self) -> frozenset[str]:
        """Names of all SOP files, the broken ones too."""
        return frozenset(self.broken) | {item.slug for item in self.good}


@dataclass(frozen=True)
class Snapshot:
    """What is in force: for a broken file its last good version, for a removed one too while a case needs it."""

    specs: tuple[SpecText, ...]
    withdrawn: frozenset[str] = frozenset()
    """SOPs whose file is gone."""
    broken: Mapping[str, str] = field(default_factory=dict)

    @property
    def manifest(self) -> dict[str, Any]:
        """What the snapshot's name is taken of, as JSON data."""
        return {
            "specs": {item.slug: item.sha256 for item in self.specs},
            "withdrawn": sorted(self.withdrawn),
            "broken": dict(self.broken),
        }

    @property
    def version(self) -> str:
        """The snapshot's name (SHA-256, hex)."""
        return digest_of(self.manifest)


def hash_of(text: str) -> str:
    """Return the SHA-256 (hex) of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_folder(specs_dir: Path, earlier: Folder | None = None) -> Folder:
    """Read every SOP file of a folder; a broken one never hides the others.

    Args:
        specs_dir: the folder.
        earlier: what it held when it was last read; a text that stands there is not judged again.
    """
    known = {item.slug: item for item in earlier.good} if earlier else {}
    good: list[SpecText] = []
    broken: dict[str, str] = {}
    for file in sorted(specs_dir.glob("*.yaml")):
        try:
            text = read_spec_file(file)
            old = known.get(file.stem)
            if old is None or old.text != text:
                old = SpecText(file.stem, build_spec_of(file, text).digest, text)
            good.append(old)
        except SpecError as error:
            broken[file.stem] = hash_of(str(error))
    return Folder(tuple(good), broken)
