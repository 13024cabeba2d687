"""Opens SOP files: read, validate, build the model; one broken file never hides the others."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from laksana.errors import Problem, SpecError
from laksana.spec.model import Spec
from laksana.spec.reading import read_yaml
from laksana.spec.validation import build_spec


def load_spec(file: Path) -> Spec:
    """Load one SOP file.

    Raises:
        SpecError: with every problem of the file, each with line and mend.
    """
    return build_spec_of(file, read_spec_file(file))


def read_spec_file(file: Path) -> str:
    """Return the text of an SOP file.

    Raises:
        SpecError: it is not there or can't be read.
    """
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        known = ", ".join(sorted(path.stem for path in file.parent.glob("*.yaml"))) or "none"
        raise SpecError([Problem("missing", "no such SOP file", f"known: {known}", file=str(file))]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(
            [Problem("unreadable", f"can't be read: {error}", "save it as UTF-8 text", str(file))]
        ) from error


@lru_cache(maxsize=64)
def build_spec_of(file: Path, text: str) -> Spec:
    """Build the model of a file's text, once a text: a server meets the same file at every request.

    Raises:
        SpecError: with every problem of the text, each with line and mend.
    """
    spec = build_spec(read_yaml(text, str(file)))
    if spec.slug != file.stem:
        raise SpecError(
            [
                Problem(
                    "slug",
                    f"slug {spec.slug!r} differs from the file name",
                    f"name it {spec.slug}.yaml",
                    str(file),
                    1,
                    "slug",
                )
            ]
        )
    return spec


def list_specs(folder: Path) -> tuple[list[Spec], list[Problem]]:
    """Load every SOP file of a folder, in the order of the SOPs' numbers; return the good ones and all problems."""
    specs: list[Spec] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.yaml")):
        try:
            specs.append(load_spec(file))
        except SpecError as error:
            problems.extend(error.problems)
    return sorted(specs, key=lambda spec: (spec.urutan, spec.slug)), problems
