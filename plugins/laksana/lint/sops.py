"""An SOP as the linter holds it: the spec that runs, the document's, its file's lines, and the SOPs beside it."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from laksana.errors import Problem, SpecError
from laksana.spec.document import documented
from laksana.spec.loading import build_spec_of, read_spec_file
from laksana.spec.model import Spec, Step
from laksana.spec.reading import Path, Source, read_yaml

_CALLS = ("jalankan_sop", "koordinasi")


@dataclass(frozen=True)
class Sop:
    """One SOP from both sides."""

    spec: Spec
    """As it runs."""
    document: Spec
    """As the office's document has it."""
    source: Source

    def place(self, step: Step, part: str, index: int | None = None) -> Path:
        """Return the key path of a part of a step as the document has it: under ``sumber`` where that says it."""
        said = step.source is not None and getattr(step.source, part, None) is not None
        inner: Path = ("langkah", step.no - 1, "sumber", part) if said else ("langkah", step.no - 1, part)
        return inner if index is None else (*inner, index)


Others = Mapping[str, Sop]
"""All SOPs that are known, by their slugs."""


def read_sops(files: Iterable[pathlib.Path]) -> tuple[list[Sop], list[Problem]]:
    """Read SOP files; return the good ones in the order of their numbers, and every problem of the others."""
    sops: list[Sop] = []
    problems: list[Problem] = []
    for file in files:
        try:
            text = read_spec_file(file)
            spec = build_spec_of(file, text)
        except SpecError as error:
            problems.extend(error.problems)
            continue
        sops.append(Sop(spec, documented(spec), read_yaml(text, str(file))))
    return sorted(sops, key=lambda sop: (sop.spec.urutan, sop.spec.slug)), problems


def called_by(step: Step) -> str:
    """Return the slug of the SOP that a step calls, empty where it calls none."""
    return step.work.text("sop") if step.work.kind in _CALLS else ""


def plain_name(name: str) -> str:
    """Return an SOP's name without what its callers leave out: ``SOP``, ``Layanan``, and what stands in brackets."""
    words = re.sub(r"\(.*?\)", " ", name.casefold()).split()
    return " ".join(word for word in words if word not in {"sop", "layanan"})
