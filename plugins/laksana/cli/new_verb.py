"""``laksana spec new``: the first text of an SOP and its DAG file, both or neither; needs files only."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laksana.documents.wording import WORDING_FOLDER
from laksana.errors import Problem, SpecError
from laksana.office import Office
from laksana.settings import Settings, current
from laksana.spec import list_specs
from laksana.spec.loading import load_spec, read_spec_file
from laksana.spec.reading import read_yaml
from laksana.spec.scaffold import KINDS, MARK, NewSop, check_slug, copied, dag_name, dag_text, kind_of, skeleton
from laksana.spec.validation import build_spec

Topics = Any


@dataclass(frozen=True)
class _Shape:
    """The SOP that a new one is shaped after."""

    data: Mapping[str, Any]
    wording: Path
    """File of its letters' wording, where it has one."""


def add_to(verbs: Topics) -> None:
    """Add the verb to those of the topic ``spec``."""
    new = verbs.add_parser("new", help="write the first text of a new SOP, and its DAG file")
    new.add_argument("slug", metavar="SLUG", help="its short name, e.g. permohonan-colocation-server")
    how = new.add_mutually_exclusive_group()
    how.add_argument("--jenis", choices=KINDS, help="kind of SOP; default: the slug's first word, else permohonan")
    how.add_argument("--dari", metavar="SLUG", help="take steps and form of this SOP")
    new.set_defaults(run=run_new)


def run_new(options: argparse.Namespace) -> int:
    """Write the files, and say what is to be replaced in them."""
    settings = current()
    specs, _ = list_specs(settings.specs_dir)
    problem = check_slug(options.slug, frozenset(path.stem for path in settings.specs_dir.glob("*.yaml")))
    if problem is not None:
        raise SpecError([problem])
    shape = _shape(settings, options.dari) if options.dari else None
    kind = str(shape.data["jenis"]) if shape else options.jenis or kind_of(options.slug)
    number = max((spec.urutan for spec in specs), default=0) + 1
    sop = NewSop(options.slug, kind, number, Office(settings).today())
    file = settings.specs_dir / f"{sop.slug}.yaml"
    place = f"{file.parent.parent.name}/{file.parent.name}/{file.name}"
    text = copied(sop, place, shape.data) if shape else skeleton(sop, place)
    build_spec(read_yaml(text, str(file)))  # what can't be read is not written
    files = {file: text, settings.dags_dir / dag_name(sop.slug): dag_text(sop)}
    if shape and shape.wording.exists():
        files[shape.wording.with_stem(sop.slug)] = shape.wording.read_text(encoding="utf-8")
    _write(files)
    print("\n".join(f"written: {_from_here(path)}" for path in files))
    print(f"{text.count(f'{MARK}:')} text(s) marked {MARK} to replace; then: laksana spec lint {_from_here(file)}")
    return 0


def _shape(settings: Settings, slug: str) -> _Shape:
    """Return the SOP to copy.

    Raises:
        SpecError: there is none of this name, or it can't be read.
    """
    file = settings.specs_dir / f"{slug}.yaml"
    load_spec(file)
    data = read_yaml(read_spec_file(file), str(file)).data
    return _Shape(data, settings.letters_dir / WORDING_FOLDER / f"{slug}.yaml")


def _from_here(path: Path) -> Path:
    """Name a file from where the command was given, if it lies below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _write(files: Mapping[Path, str]) -> None:
    """Write all files or none; what is there already stays as it is.

    Raises:
        SpecError: one of them is there already, or can't be written.
    """
    written: list[Path] = []
    try:
        for path, text in files.items():
            with path.open("x", encoding="utf-8") as stream:
                written.append(path)
                stream.write(text)
    except OSError as error:
        for done in written:
            done.unlink()
        reason = "is there already" if isinstance(error, FileExistsError) else f"can't be written ({error.strerror})"
        hint = "take it away or take another slug; nothing was written"
        raise SpecError([Problem("unwritable", reason, hint, file=str(path))]) from error
