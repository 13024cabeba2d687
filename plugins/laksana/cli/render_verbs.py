"""``laksana spec render``: an SOP as the office's sheet, as a flowchart, as BPMN, or as a notice to the public."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from laksana.bpmn import bpmn_xml
from laksana.documents.office import read_office
from laksana.errors import Problem, SpecError
from laksana.notices.hours import office_hours
from laksana.notices.notice import Contact, notice_markdown
from laksana.notices.page import notice_html
from laksana.settings import Settings, current
from laksana.sheets.drawing import Letterhead, flowchart_svg, sheet_pdf
from laksana.spec import load_spec
from laksana.spec.model import Spec
from laksana.worktime.hours import WorkCalendar

Verbs = Any


def add_to(verbs: Verbs) -> None:
    """Add the verb ``render``."""
    verb = verbs.add_parser("render", help="write an SOP as sheet, flowchart, BPMN or public notice")
    verb.add_argument("sop", metavar="SLUG", help="which SOP, or the path of its file")
    verb.add_argument("--format", required=True, choices=sorted(FORMATS), help="; ".join(f"{k}: {v}" for k, v in _HELP))
    verb.add_argument("-o", "--output", required=True, metavar="FILE", help="where to; - for standard output")
    verb.set_defaults(run=run_render)


def run_render(options: argparse.Namespace) -> int:
    """Write one face of an SOP; an error leaves an older file as it was."""
    settings = current()
    spec = load_spec(_file(options.sop, settings))
    content = FORMATS[options.format](spec, settings)
    if options.output == "-":
        sys.stdout.buffer.write(content)
        return 0
    _write(Path(options.output), content)
    print(f"{spec.slug}: {options.output}, {len(content)} bytes")
    return 0


def letterhead(settings: Settings) -> Letterhead:
    """Return what the sheet shows of the office."""
    office = read_office(settings.letters_dir)
    return Letterhead(settings.letters_dir, office.government, office.agency, office.fonts, office.emblem)


def contact(settings: Settings, today: date) -> Contact:
    """Return whom a notice names, with the hours that hold today."""
    office = read_office(settings.letters_dir)
    hours = office_hours(WorkCalendar.load(settings.calendar_dir), today)
    return Contact(office.government, office.agency, tuple(office.address), hours=hours)


FORMATS: dict[str, Callable[[Spec, Settings], bytes]] = {
    "pdf": lambda spec, settings: sheet_pdf(spec, letterhead(settings)),
    "svg": lambda spec, settings: flowchart_svg(spec, letterhead(settings)),
    "bpmn": lambda spec, _: bpmn_xml(spec),
    "md": lambda spec, settings: notice_markdown(spec, contact(settings, date.today())),  # noqa: DTZ011
    "html": lambda spec, settings: notice_html(spec, contact(settings, date.today())),  # noqa: DTZ011
}
"""Name of a format → what makes it; notices carry the office's hours of today, wherever its clock stands."""
_HELP = (
    ("pdf", "the official sheet"), ("svg", "its flowchart"), ("bpmn", "BPMN 2.0 with diagram"),
    ("md", "the service notice"), ("html", "the same as a page"),
)  # fmt: skip


def _file(name: str, settings: Settings) -> Path:
    """Return the file that a slug or a path means."""
    path = Path(name)
    return path if path.suffix in {".yaml", ".yml"} else settings.specs_dir / f"{name}.yaml"


def _write(target: Path, content: bytes) -> None:
    """Put a file in its place at once, so that nobody meets a half of it."""
    if target.exists() and not target.is_file():
        # A device or a pipe would be gone, and a file in its place.
        hint = "name a file, or - for standard output"
        raise SpecError([Problem("unwritable", "is no ordinary file", hint, str(target))])
    target = target.resolve()  # a link stays one
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError as error:
        message = f"can't be written ({error.strerror})"
        raise SpecError(
            [Problem("unwritable", message, "name another file, or make its folder", str(target))]
        ) from error
