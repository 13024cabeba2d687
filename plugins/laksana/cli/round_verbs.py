"""``laksana round …`` and ``laksana outage …``: routine SOPs started by hand, what they found, and what is down."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from laksana.cli.output import print_json, print_table
from laksana.errors import IntakeError, RegistryError
from laksana.monitoring.outages import Outage
from laksana.office import Office
from laksana.servicedesk.api import ROUTINE as ROUNDS
from laksana.servicedesk.api import Ticket
from laksana.settings import current
from laksana.spec import list_specs
from laksana.spec.model import Spec
from laksana.spec.vocabulary import EVALUATION
from laksana.steps.assessment.recap import QUARTER
from laksana.steps.upkeep.api import key_of, services_of
from laksana.steps.upkeep.calls import ROUTINE
from laksana.steps.upkeep.kinds import KEPT
from laksana.steps.upkeep.overview import overview
from laksana.worktime.quarters import Quarter

Topics = Any
"""Source of the tickets that rounds open for themselves."""
_LOOKED_THROUGH = 300
"""Newest tickets among which rounds are looked for."""
_NAMED = 20
"""Services that an error names."""
_STATES = {"fresh": "segar", "stale": "usang", "broken": "rusak", "missing": "tidak ada"}


def add_to(topics: Topics) -> None:
    """Add the topics ``round`` and ``outage``."""
    rounds = topics.add_parser("round", help="rounds of the routine SOPs").add_subparsers(required=True, metavar="VERB")
    start = rounds.add_parser("start", help="start a routine SOP now")
    start.add_argument("slug", metavar="SLUG", help="which SOP, e.g. monitoring-layanan-hosting")
    start.add_argument(
        "--service", action="append", default=[], metavar="KIND/NAME", help="only this service; may be given again"
    )
    start.add_argument("--quarter", metavar="QUARTER", help="an evaluation's quarter, e.g. 2026-T3; else the last one")
    start.add_argument("--json", action="store_true", help="print JSON")
    start.set_defaults(run=run_start)
    listing = rounds.add_parser("list", help="the newest rounds")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=run_list)
    show = rounds.add_parser("show", help="what a round found and did")
    show.add_argument("ticket", metavar="TICKET")
    show.add_argument("--json", action="store_true", help="print JSON")
    show.set_defaults(run=run_show)
    outage = topics.add_parser("outage", help="outages of services").add_subparsers(required=True, metavar="VERB")
    outages = outage.add_parser("list", help="what was down, since when and for how long")
    outages.add_argument("--open", action="store_true", help="only those that go on")
    outages.add_argument("--json", action="store_true", help="print JSON")
    outages.set_defaults(run=run_outages)


def run_start(options: argparse.Namespace) -> int:
    """Start a round over all services of the SOP, or over those that are named; or the evaluation of a quarter."""
    office = Office(current())
    spec = _routine(office, options.slug)
    about = _evaluated(office, spec, options) if spec.jenis == EVALUATION else _looked_after(office, spec, options)
    run_id = f"manual-{office.now():%Y%m%dT%H%M%S.%f}"
    office.airflow().start_run(spec.slug, run_id, about)
    found = {"dag_id": spec.slug, "run_id": run_id}
    print_json(found) if options.json else print(f"{spec.slug}: {run_id}")
    return 0


def _routine(office: Office, slug: str) -> Spec:
    """Return a routine SOP, or the evaluation: what nobody hands in."""
    spec = office.spec(slug)
    startable = ROUTINE | {EVALUATION}
    if spec.jenis not in startable:
        known = ", ".join(item.slug for item in list_specs(office.settings.specs_dir)[0] if item.jenis in startable)
        raise IntakeError(f"{slug}: is no routine SOP (allowed: {known})")
    return spec


def _evaluated(office: Office, spec: Spec, options: argparse.Namespace) -> dict[str, Any]:
    """Return what an evaluation is told: which quarter, where it is not the last one."""
    if options.service:
        raise IntakeError(f"--service: {spec.slug} is about all services (allowed: --quarter)")
    if not options.quarter:
        return {}
    quarter, latest = Quarter.read(options.quarter), Quarter.of(office.today())
    if quarter > latest:
        raise IntakeError(f"--quarter {quarter}: is still to come (allowed: up to {latest})")
    return {QUARTER: str(quarter)}


def _looked_after(office: Office, spec: Spec, options: argparse.Namespace) -> dict[str, Any]:
    """Return what a round is told: which services, where it is not all."""
    if options.quarter:
        raise IntakeError(f"--quarter: {spec.slug} is about services as they are now (allowed: --service)")
    services = _in_use(office, spec, options.service)
    return {"layanan": services} if services else {}


def _in_use(office: Office, spec: Spec, wanted: list[str]) -> list[str]:
    """Return the keys of the services that are asked for, each once and in use; nothing means all of the SOP's."""
    if not wanted:
        return []
    known = [key_of(row) for row in services_of(office, KEPT[spec.jenis_layanan])]
    unknown = [key for key in dict.fromkeys(wanted) if key not in known]
    if unknown:
        more = f" and {len(known) - _NAMED} more, see: laksana registry list" if len(known) > _NAMED else ""
        allowed = (", ".join(known[:_NAMED]) or "none is in use") + more
        raise RegistryError(f"--service {', '.join(unknown)}: {spec.slug} looks after no such one (allowed: {allowed})")
    return list(dict.fromkeys(wanted))


def run_list(options: argparse.Namespace) -> int:
    """Print the newest rounds."""
    office = Office(current())
    tickets = [ticket for ticket in office.desk.list(limit=_LOOKED_THROUGH) if ticket.source == ROUNDS]
    if options.json:
        print_json([_round_json(ticket) for ticket in tickets])
    else:
        rows = [(t.number, t.slug, t.status, _clock(office, t.opened_at), _origin(t)) for t in tickets]
        print_table(["Tiket", "SOP", "Status", "Dibuka", "Dimulai dari"], rows)
    return 0


def _round_json(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket": ticket.number, "slug": ticket.slug, "status": ticket.status, "run_id": ticket.run_id,
        "dibuka": ticket.opened_at, "ditutup": ticket.closed_at, "asal": _origin(ticket),
    }  # fmt: skip


def _origin(ticket: Ticket) -> str:
    """Return the ticket of the case that started a round, empty where the calendar or a person did."""
    found = ticket.data.get("asal")
    return str(found.get("tiket", "")) if isinstance(found, Mapping) else ""


def run_show(options: argparse.Namespace) -> int:
    """Print what a round found and did."""
    office = Office(current())
    ticket = office.desk.get(options.ticket)
    if ticket.source != ROUNDS:
        raise IntakeError(f"{ticket.number}: is a request and no round (see: laksana round list)")
    found = overview(office, ticket.number)
    if options.json:
        print_json({**_round_json(ticket), **found})
        return 0
    print(f"{ticket.number}: {ticket.slug}, {ticket.status}")
    print_table(["Perihal", "Isi"], _facts(found))
    print()
    steps = [(_clock(office, at), text) for at, kind, text in ticket.history if kind == "status"]
    print_table(["Waktu", "Langkah"], steps)
    return 0


def _facts(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return an overview's lines in words, a count before each list of names."""
    labels = {
        "services": "Layanan", "skipped": "Ditangani putaran lain", "down": "Down", "repaired": "Diaktifkan kembali",
        "still_down": "Tetap down",
    }  # fmt: skip
    rows = [(label, _counted(found[key])) for key, label in labels.items()]
    rows += [(f"Cadangan {word}", _counted(found["backups"][state])) for state, word in _STATES.items()]
    more = {
        "renewed": "Cadangan diperbarui", "over_limit": "Melampaui batas atas", "filed": "Permohonan diajukan",
        "called": "SOP yang dijalankan",
    }  # fmt: skip
    rows += [(label, _counted(found[key])) for key, label in more.items()]
    report = found["report"]
    return [*rows, ("Laporan", f"{report['key']}, divalidasi {report['validated_by']}" if report else "belum ada")]


def _counted(names: list[str]) -> str:
    return f"{len(names)}: {', '.join(names)}" if names else "0"


def run_outages(options: argparse.Namespace) -> int:
    """Print outages, the newest first; those that go on, or all of the registry's services."""
    office = Office(current())
    found = _outages(office, only_open=options.open)
    if options.json:
        print_json([_outage_json(item, until=office.now()) for item in found])
        return 0
    rows = [
        (item.service, _clock(office, item.began_at), _clock(office, item.ended_at) if item.ended_at else "",
         _minutes(item, until=office.now()), item.cause)
        for item in found
    ]  # fmt: skip
    print_table(["Layanan", "Sejak", "Sampai", "Menit", "Ditemukan"], rows)
    return 0


def _outages(office: Office, *, only_open: bool) -> list[Outage]:
    if only_open:
        found = office.outages.open_ones()
    else:
        names = dict.fromkeys((row.kind, row.name) for row in office.registry.list(living=False))
        found = [item for kind, name in names for item in office.outages.of_service(kind, name)]
    return sorted(found, key=lambda item: item.began_at, reverse=True)


def _outage_json(item: Outage, *, until: datetime) -> dict[str, Any]:
    return {
        "service": item.service, "began_at": item.began_at.isoformat(),
        "ended_at": item.ended_at.isoformat() if item.ended_at else None, "minutes": _minutes(item, until=until),
        "repaired": item.repaired, "found_by": item.found_by, "ended_by": item.ended_by or None, "cause": item.cause,
    }  # fmt: skip


def _minutes(item: Outage, *, until: datetime) -> int:
    """Return how long an outage lasted, or has lasted up to now."""
    return round(((item.ended_at or until) - item.began_at).total_seconds() / 60)


def _clock(office: Office, moment: datetime) -> str:
    return f"{moment.astimezone(office.now().tzinfo):%Y-%m-%d %H:%M}"
