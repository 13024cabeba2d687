"""``laksana spec versions``: which versions of an SOP there were, and which of them running cases need."""

from __future__ import annotations

import argparse
from typing import Any

from laksana.cli.output import print_json, print_table
from laksana.errors import SpecError, VersionError
from laksana.office import Office
from laksana.settings import current
from laksana.versions.store import KnownVersion

Topics = Any


def add_to(verbs: Topics) -> None:
    """Add the verb to those of the topic ``spec``."""
    versions = verbs.add_parser(
        "versions",
        help="versions of SOPs that were in force, with their open cases; exit 1 where one that a case needs can't be "
        "read by the installed package",
    )
    versions.add_argument("slug", nargs="?", default="", metavar="SLUG", help="which SOP (default: all)")
    versions.add_argument("--json", action="store_true", help="print JSON")
    versions.set_defaults(run=run_versions)


def run_versions(options: argparse.Namespace) -> int:
    """Print the versions, the newest of each SOP first."""
    office = Office(current())
    rows = _rows(office, options.slug)
    if options.json:
        print_json(rows)
    else:
        cells = [
            (row["slug"], row["versi"][:12], f"{row['sejak'].astimezone(office.now().tzinfo):%Y-%m-%d %H:%M}",
             "ya" if row["berlaku"] else "", row["kasus_berjalan"], row["masalah"])
            for row in rows
        ]  # fmt: skip
        print_table(["SOP", "Versi", "Pertama dilihat", "Berlaku", "Kasus berjalan", "Masalah"], cells)
    return 1 if any(row["masalah"] and row["kasus_berjalan"] for row in rows) else 0


def _rows(office: Office, slug: str) -> list[dict[str, Any]]:
    known = office.versions.list(slug)
    if slug and not known:
        office.spec(slug)  # an SOP that nobody knows is an error; of a new one Airflow has taken none in yet
    open_cases = office.desk.open_by_version()
    in_force = {name: _in_force(office, name) for name in {item.slug for item in known}}
    return [
        {
            "slug": item.slug, "versi": item.digest, "sejak": item.first_seen,
            "berlaku": item.digest == in_force[item.slug],
            "kasus_berjalan": open_cases.get((item.slug, item.digest), 0), "masalah": _problem(office, item),
        }
        for item in known
    ]  # fmt: skip


def _in_force(office: Office, slug: str) -> str:
    """Return the version that new cases take, empty where there is none any more."""
    try:
        return office.spec(slug).digest
    except SpecError:
        return ""


def _problem(office: Office, version: KnownVersion) -> str:
    """Say why a version can't be read any more, empty where it can."""
    try:
        office.versions.spec(version.slug, version.digest)
    except VersionError as error:
        return str(error)
    return ""
