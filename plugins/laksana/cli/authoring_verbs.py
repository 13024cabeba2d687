"""``laksana spec schema …``: verbs for who writes SOP files; they need no server and no database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from laksana.errors import Problem, SpecError
from laksana.spec.quick_look import schema_text

Topics = Any


def add_to(verbs: Topics) -> None:
    """Add the verbs to those of the topic ``spec``."""
    schema = verbs.add_parser("schema", help="print the JSON schema of SOP files, for editors")
    schema.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there instead")
    schema.set_defaults(run=run_schema)


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
