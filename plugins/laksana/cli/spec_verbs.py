"""``laksana spec …`` and ``laksana worktime …``: verbs that need files only, no server and no database."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from laksana.cli import authoring_verbs, lint_verb, render_verbs, version_verbs
from laksana.cli.output import print_json, print_table
from laksana.errors import SpecError, WorktimeError
from laksana.settings import current
from laksana.spec import list_specs
from laksana.spec.model import Spec
from laksana.worktime.duration import parse
from laksana.worktime.elapsed import due, working_minutes
from laksana.worktime.hours import WorkCalendar

Topics = Any


def add_to(topics: Topics) -> None:
    """Add the topics ``spec`` and ``worktime``."""
    spec = topics.add_parser("spec", help="SOP files").add_subparsers(required=True, metavar="VERB")
    listing = spec.add_parser("list", help="list the SOPs and their steps")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=run_list)
    lint_verb.add_to(spec)
    version_verbs.add_to(spec)
    authoring_verbs.add_to(spec)
    render_verbs.add_to(spec)
    worktime = topics.add_parser("worktime", help="working time").add_subparsers(required=True, metavar="VERB")
    when = worktime.add_parser("due", help="when a standard time is due")
    when.add_argument("--start", required=True, help="ISO time with zone, e.g. 2026-11-23T08:00+07:00")
    when.add_argument("--waktu", required=True, help='standard time, e.g. "90 Menit" or "3 Hari"')
    when.add_argument("--json", action="store_true", help="print JSON")
    when.set_defaults(run=run_due)
    elapsed = worktime.add_parser("elapsed", help="working minutes between two moments")
    elapsed.add_argument("--start", required=True, help="ISO time with zone")
    elapsed.add_argument("--end", required=True, help="ISO time with zone")
    elapsed.add_argument("--json", action="store_true", help="print JSON")
    elapsed.set_defaults(run=run_elapsed)


def run_list(options: argparse.Namespace) -> int:
    """Print the SOPs; broken files are named on the way out and give status 1."""
    specs, problems = list_specs(current().specs_dir)
    if options.json:
        print_json([spec_json(spec) for spec in specs])
    else:
        print_table(["SOP", "Nomor", "Judul", "Langkah"], [(s.slug, s.nomor, s.judul, len(s.langkah)) for s in specs])
    if problems:
        raise SpecError(problems)
    return 0


def spec_json(spec: Spec) -> dict[str, Any]:
    """Return an SOP as the design's ``spec list`` prints it."""
    return {
        "slug": spec.slug, "nomor": spec.nomor, "judul": spec.judul, "layanan": spec.layanan, "jenis": spec.jenis,
        "digest": spec.digest,
        "langkah": [
            {
                "no": step.no, "kegiatan": step.kegiatan, "pelaksana": step.pelaksana,
                "pelaksana_dasar": step.pelaksana_dasar, "kelengkapan": [item.nama for item in step.kelengkapan],
                "waktu": {"nilai": int(step.waktu.split()[0]), "satuan": step.waktu.split()[1]},
                "output": list(step.output), "jenis": step.work.kind,
                "lanjut": [{"bila": edge.bila, "ke": edge.ke} for edge in step.lanjut],
            }
            for step in spec.langkah
        ],
        "penyimpangan": [
            {"ruling": d.ruling, "langkah": d.langkah, "sumber": d.sumber, "spek": d.spek, "alasan": d.alasan}
            for d in spec.penyimpangan
        ],
    }  # fmt: skip


def run_due(options: argparse.Namespace) -> int:
    """Print when a standard time is due."""
    moment = due(_moment(options.start), parse(options.waktu), _calendar())
    print_json({"due": moment.isoformat()}) if options.json else print(moment.isoformat())
    return 0


def run_elapsed(options: argparse.Namespace) -> int:
    """Print the working minutes between two moments."""
    minutes = working_minutes(_moment(options.start), _moment(options.end), _calendar())
    print_json({"minutes": minutes}) if options.json else print(minutes)
    return 0


def _calendar() -> WorkCalendar:
    return WorkCalendar.load(current().calendar_dir)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise WorktimeError(f"{text!r} is no ISO time (allowed: like 2026-11-23T08:00+07:00)") from error
