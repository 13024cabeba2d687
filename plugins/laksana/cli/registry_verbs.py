"""``laksana registry …``: what the office provides, as list, file or Ansible's inventory; and an estate's import."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from laksana.cli.output import print_json, print_table
from laksana.errors import Problem, RegistryError
from laksana.office import Office
from laksana.registry.estate import Defaults, Estate, clashes, read_estate
from laksana.registry.estate_columns import TICKET
from laksana.registry.export import as_csv, as_json_text
from laksana.registry.inventory import inventory
from laksana.registry.model import ACTIVE, KINDS, PLACES, REMOVED, RESERVED, Service
from laksana.registry.selection import Selection
from laksana.settings import current

Topics = Any
_CONDITIONS = argparse.ArgumentParser(add_help=False)
_CONDITIONS.add_argument("--kind", default="", choices=KINDS, metavar="KIND", help=f"only {', '.join(KINDS)}")
_CONDITIONS.add_argument("--owner", default="", metavar="TEXT", help="only where the owner's name holds this text")
_CONDITIONS.add_argument("--place", default="", choices=sorted(set().union(*PLACES.values())), help="only there")
_CONDITIONS.add_argument("--state", default="", choices=(RESERVED, ACTIVE, REMOVED), help="only in this state")
_CONDITIONS.add_argument(
    "--expiring-before", type=date.fromisoformat, metavar="DATE", help="only due for renewal before, e.g. 2027-01-31"
)


def add_to(topics: Topics) -> None:
    """Add the topic ``registry``."""
    registry = topics.add_parser("registry", help="the service registry").add_subparsers(required=True, metavar="VERB")
    listing = registry.add_parser("list", parents=[_CONDITIONS], help="what exists, whose, since which request")
    listing.add_argument("--all", action="store_true", help="removed ones too")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=run_list)
    show = registry.add_parser("show", help="one service with all that happened to it")
    show.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    show.add_argument("name", metavar="NAME")
    show.add_argument("--json", action="store_true", help="print JSON")
    show.set_defaults(run=run_show)
    export = registry.add_parser("export", parents=[_CONDITIONS], help="the living rows as a file that import reads")
    export.add_argument("--format", choices=("csv", "json"), default="csv", help="default: csv")
    export.add_argument("--excel", action="store_true", help="CSV as Excel wants it in Indonesia: semicolons, BOM")
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: stdout")
    export.add_argument("--json", action="store_true", help="print JSON: the rows, or with -o how many were written")
    export.set_defaults(run=run_export)
    _add_import(registry)
    ansible = registry.add_parser("inventory", help="the servers in use as Ansible's dynamic inventory")
    wanted = ansible.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--list", action="store_true", help="groups and variables of all hosts")
    wanted.add_argument("--host", metavar="NAME", help="variables of one host")
    ansible.set_defaults(run=run_inventory)


def _add_import(registry: Topics) -> None:
    enter = registry.add_parser("import", help="enter an existing estate: all of a file's rows, or none")
    enter.add_argument("file", type=Path, metavar="FILE", help="CSV, or JSON as export writes it (docs/registry.md)")
    enter.add_argument("--reference", default="", help="stands for the ticket of rows without one (impor-<date>)")
    enter.add_argument("--dry-run", action="store_true", help="check everything, enter nothing")
    enter.add_argument("--json", action="store_true", help="print JSON")
    enter.set_defaults(run=run_import)


def run_list(options: argparse.Namespace) -> int:
    """Print the rows that meet the conditions."""
    rows = _selected(options, living=not options.all and options.state != REMOVED)
    if options.json:
        print_json([row.to_json() for row in rows])
    else:
        print_table(
            ["Jenis", "Nama", "Pemilik", "Tempat", "Tiket", "Keadaan", "Sejak", "Sampai"],
            [(r.kind, r.name, r.owner, r.place, r.ticket, r.state, r.since.date(), r.expires_on) for r in rows],
        )
    return 0


def _selected(options: argparse.Namespace, *, living: bool) -> list[Service]:
    selection = Selection(options.kind, options.owner, options.place, options.state, options.expiring_before)
    rows = Office(current()).registry.list(kind=options.kind, living=living)
    return [row for row in rows if selection.has(row)]


def run_show(options: argparse.Namespace) -> int:
    """Print one service, the last one where the name lives no more, and the name's history."""
    registry = Office(current()).registry
    rows = registry.list(kind=options.kind, living=False)
    named = [row for row in rows if row.name == options.name]
    if not named:
        near = get_close_matches(options.name, sorted({row.name for row in rows}), 1)
        hint = f"did you mean {near[0]!r}?" if near else f"see: laksana registry list --all --kind {options.kind}"
        raise RegistryError(f"{options.kind} {options.name}: is not in the registry ({hint})")
    events = registry.history(options.kind, options.name)
    if options.json:
        print_json({**named[-1].to_json(), "history": [event.to_json() for event in events]})
        return 0
    print_table(["Isian", "Nilai"], _facts(named[-1]))
    print()
    changes = [(f"{e.at:%Y-%m-%d %H:%M}", e.kind, e.ticket, _in_words(e.before, e.after)) for e in events]
    print_table(["Waktu", "Peristiwa", "Tiket", "Perubahan"], changes)
    return 0


def _facts(row: Service) -> list[tuple[str, Any]]:
    """Return a row's values, those of the specification among them, one by one."""
    values = {**row.to_json(), **{f"  {key}": value for key, value in row.specification.items()}}
    return [(key, value) for key, value in values.items() if key != "specification" and value not in (None, "")]


def _in_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Say what a change changed, one value after the other."""
    old, new = _flat(before), _flat(after)
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return "; ".join(f"{key}: {old.get(key, '-')} → {new.get(key, '-')}" for key in changed)


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    inner = {key: value for item in values.values() if isinstance(item, Mapping) for key, value in item.items()}
    return {key: value for key, value in values.items() if not isinstance(value, Mapping)} | inner


def run_export(options: argparse.Namespace) -> int:
    """Write the living rows that meet the conditions."""
    rows = _selected(options, living=options.state != REMOVED)
    is_json = options.format == "json" or (options.json and options.output is None)
    text = as_json_text(rows) if is_json else as_csv(rows, for_excel=options.excel)
    if options.output is None:
        sys.stdout.write(text)
        return 0
    try:
        options.output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise RegistryError(f"{options.output}: can't be written ({error.strerror}); name another file") from error
    done = {"file": str(options.output), "rows": len(rows)}
    print_json(done) if options.json else print(f"{len(rows)} rows written to {options.output}")
    return 0


def run_import(options: argparse.Namespace) -> int:
    """Check a file's rows against each other and the registry, and enter them if nothing is wrong with any."""
    office = Office(current())
    now = office.now()
    reference = options.reference or f"impor-{now:%Y-%m-%d}"
    if not TICKET.fullmatch(reference):
        raise RegistryError(f"--reference {reference!r}: allowed are up to 40 letters, digits and ._:+/- (shorten it)")
    try:
        data = options.file.read_bytes()
    except OSError as error:
        raise RegistryError(f"{options.file}: can't be read ({error.strerror}); check the file name") from error
    estate = read_estate(data, file=str(options.file), defaults=Defaults(reference, now))
    problems = [*estate.problems, *clashes(estate, office.registry.list())]
    problems.sort(key=lambda problem: problem.line)
    if not problems and not options.dry_run:
        office.registry.enter(estate.rows)
    _say_import(options, estate, problems, reference)
    return 1 if problems else 0


def _say_import(options: argparse.Namespace, estate: Estate, problems: Sequence[Problem], reference: str) -> None:
    """Print what was entered, or every problem on a line of its own."""
    entered = 0 if problems or options.dry_run else len(estate.rows)
    if options.json:
        found = {"file": estate.file, "reference": reference, "rows": len(estate.rows), "entered": entered}
        print_json({**found, "dry_run": options.dry_run, "problems": [vars(problem) for problem in problems]})
    elif problems:
        print("\n".join(problem.as_line() for problem in problems), file=sys.stderr)
        print(f"laksana: {estate.file}: {len(problems)} problems, nothing was entered", file=sys.stderr)
    elif options.dry_run:
        print(f"{len(estate.rows)} rows are good, none was entered (--dry-run)")
    else:
        print(f"{entered} rows entered with reference {reference}")


def run_inventory(options: argparse.Namespace) -> int:
    """Print Ansible's inventory, or one host's variables."""
    found = inventory(Office(current()).registry.list(kind="vps"))
    if options.list:
        print(json.dumps(found, indent=2))
        return 0
    hosts = found["_meta"]["hostvars"]
    if options.host not in hosts:
        known = ", ".join(hosts) or "none"
        raise RegistryError(f"--host {options.host}: is no server in use with an address (known: {known})")
    print(json.dumps(hosts[options.host], indent=2))
    return 0
