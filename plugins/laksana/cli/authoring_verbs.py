"""``laksana spec new``, ``… schema`` and ``… diff``: for who writes SOP files; files only."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from laksana.cli import new_verb
from laksana.cli.output import print_json
from laksana.errors import Problem, SpecError
from laksana.settings import current
from laksana.spec.diff import differences
from laksana.spec.loading import read_spec_file
from laksana.spec.model import Spec
from laksana.spec.quick_look import schema_text
from laksana.spec.reading import read_yaml
from laksana.spec.validation import build_spec

Topics = Any


def add_to(verbs: Topics) -> None:
    """Add the verbs to those of the topic ``spec``."""
    new_verb.add_to(verbs)
    schema = verbs.add_parser("schema", help="print the JSON schema of SOP files, for editors")
    schema.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there instead")
    schema.set_defaults(run=run_schema)
    diff = verbs.add_parser(
        "diff",
        help="what changed between two versions of an SOP; exit 0: nothing, 1: something, 2: one of them can't be read",
    )
    diff.add_argument("old", metavar="OLD", help="the older version: a file, or the slug of an SOP")
    diff.add_argument("new", metavar="NEW", help="the newer version: a file, or the slug of an SOP")
    diff.add_argument("--json", action="store_true", help="print JSON")
    diff.set_defaults(run=run_diff)


def run_schema(options: argparse.Namespace) -> int:
    """Print the schema, or write it to a file."""
    if options.output is None:
        sys.stdout.write(schema_text())
        return 0
    try:
        options.output.write_text(schema_text(), encoding="utf-8")
    except OSError as error:
        message = f"can't be written ({error.strerror})"
        raise SpecError([Problem("unwritable", message, "name another file", str(options.output))]) from error
    print(f"schema written to {options.output}")
    return 0


def run_diff(options: argparse.Namespace) -> int:
    """Print what changed, in the sheet's words; two for a version that can't be read, as one means a difference."""
    try:
        old, new = _version(options.old), _version(options.new)
    except SpecError as error:
        print(f"laksana: {error}", file=sys.stderr)
        return 2
    found = differences(old, new)
    if options.json:
        sides = {"lama": _side(old), "baru": _side(new)}
        print_json({**sides, "perubahan": [asdict(difference) for difference in found]})
    else:
        print("\n".join(difference.teks for difference in found) or "Tidak ada perubahan.")
    return 1 if found else 0


def _version(named: str) -> Spec:
    """Read a file under whatever name it is kept, or the SOP of a slug."""
    file = Path(named)
    if file.suffix not in {".yaml", ".yml"} and not file.exists():
        file = current().specs_dir / f"{named}.yaml"
    return build_spec(read_yaml(read_spec_file(file), str(file)))


def _side(spec: Spec) -> dict[str, Any]:
    return {"berkas": spec.file, "slug": spec.slug, "versi": spec.digest}
