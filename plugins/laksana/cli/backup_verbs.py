"""``laksana backup …``: a service's backups listed, proven, and brought back into a folder of this machine."""

from __future__ import annotations

import argparse
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from laksana.checks.backups import BROKEN, MISSING, judge_backups
from laksana.checks.months import months_before
from laksana.cli.output import print_json, print_table
from laksana.errors import BackupError, RegistryError
from laksana.office import Office
from laksana.records import BackupEvidence
from laksana.registry.model import KINDS, Service
from laksana.settings import current
from laksana.spec import list_specs
from laksana.steps.upkeep.api import Backup
from laksana.steps.upkeep.kinds import KEPT

Topics = Any
_SHORT = 8


def add_to(topics: Topics) -> None:
    """Add the topic ``backup``."""
    service = argparse.ArgumentParser(add_help=False)
    service.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    service.add_argument("name", metavar="NAME")
    backup = topics.add_parser("backup", help="backups of services").add_subparsers(required=True, metavar="VERB")
    listing = backup.add_parser("list", parents=[service], help="the backups of a service, the newest last")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=lambda options: list_backups(Office(current()), options))
    check = backup.add_parser(
        "check", parents=[service], help="prove a service's backups as a round does; exit 1 where broken or missing"
    )
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(run=lambda options: check_backups(Office(current()), options))
    restore = backup.add_parser("restore", parents=[service], help="bring a backup back into an empty folder")
    restore.add_argument("--to", required=True, type=Path, metavar="FOLDER", help="empty folder, or one to be made")
    restore.add_argument("--snapshot", default="", metavar="ID", help="as printed by backup list (default: the newest)")
    restore.add_argument("--json", action="store_true", help="print JSON")
    restore.set_defaults(run=lambda options: restore_backup(Office(current()), options))


def list_backups(office: Office, options: argparse.Namespace) -> int:
    """Print the backups of a service; sizes are counted for the newest dozen.

    Raises:
        BackupError: the list can't be read.
    """
    service, _ = _found(office, options)
    evidence = _evidence(office, service, (), check_data="", restore=False)
    if not evidence.repository_ok:
        raise BackupError(f"{service.kind}/{service.name}: {evidence.repository_note} (see: laksana backup check)")
    if options.json:
        print_json([snapshot.to_json() for snapshot in evidence.snapshots])
    else:
        rows = [(item.id[:_SHORT], item.at, item.size or "", ", ".join(item.paths)) for item in evidence.snapshots]
        print_table(["Id", "Dibuat", "Bita", "Isi"], rows)
    return 0


def check_backups(office: Office, options: argparse.Namespace) -> int:
    """Prove a service's backups and print how they stand by the age that its Monitoring SOP allows."""
    service, backup = _found(office, options)
    evidence = _evidence(office, service, backup.paths)
    now = office.now()
    months = _months(office, service)
    judged = judge_backups([evidence], cutoff=months_before(now, months), at=now).services[0]
    if options.json:
        print_json({**judged.to_json(), "max_months": months, "evidence": evidence.to_json()})
    else:
        print(f"{service.kind}/{service.name}: {judged.state} ({len(evidence.snapshots)} cadangan)")
        print("".join(f"  {reason}\n" for reason in judged.reasons), end="")
    return 1 if judged.state in {BROKEN, MISSING} else 0


def restore_backup(office: Office, options: argparse.Namespace) -> int:
    """Bring a backup back into an empty folder; nothing on the service itself is touched."""
    service, _ = _found(office, options)
    snapshot = office.backups.restore(
        service.kind, service.name, service.ticket, target=options.to, snapshot=options.snapshot
    )
    found = {"folder": str(options.to), "snapshot": snapshot.id, "at": snapshot.at, "paths": snapshot.paths}
    text = f"{snapshot.id[:_SHORT]} of {snapshot.at} is in {options.to}"
    print_json(found) if options.json else print(text)
    return 0


def _found(office: Office, options: argparse.Namespace) -> tuple[Service, Backup]:
    """Return a service, the last one of its name where it lives no more, and what of it is backed up.

    Raises:
        RegistryError: the registry has never known it.
        BackupError: nothing is backed up of its kind.
    """
    rows = office.registry.list(kind=options.kind, living=False)
    named = [row for row in rows if row.name == options.name]
    if not named:
        near = get_close_matches(options.name, sorted({row.name for row in rows}), 1)
        hint = f"did you mean {near[0]!r}?" if near else f"see: laksana registry list --all --kind {options.kind}"
        raise RegistryError(f"{options.kind} {options.name}: is not in the registry ({hint})")
    backup = KEPT[_kept_name(named[-1])].backup(office, named[-1])
    if backup is None:
        raise BackupError(f"{options.kind} {options.name}: has no data of its own, so that nothing is backed up")
    return named[-1], backup


def _kept_name(service: Service) -> str:
    """Return the ``jenis_layanan`` of the SOPs that look after a service."""
    return next(
        name for name, kept in KEPT.items() if kept.registry_kind == service.kind and kept.place in {"", service.place}
    )


def _months(office: Office, service: Service) -> int:
    """Return the age in months that the service's Monitoring SOP allows a backup.

    Raises:
        BackupError: no SOP says so.
    """
    specs, _ = list_specs(office.settings.specs_dir)
    ages = [
        step.work.text("umur")
        for spec in specs
        if spec.jenis == "monitoring" and spec.jenis_layanan == _kept_name(service)
        for step in spec.langkah
        if step.work.text("umur")
    ]
    if not ages:
        raise BackupError(f"{service.kind} {service.name}: no Monitoring SOP says how old a backup may be (add umur)")
    return int(ages[0].split()[0])


def _evidence(
    office: Office, service: Service, paths: tuple[str, ...], *, check_data: str = "100%", restore: bool = True
) -> BackupEvidence:
    """Ask the store about a service's backups.

    Raises:
        BackupError: the answer can't be had, or there is no folder for the restored sample.
    """
    scratch = office.settings.state_dir / "scratch"
    try:
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"{scratch}: can't be made ({error.strerror}); see LAKSANA_STATE_DIR") from error
    return office.backups.evidence(
        service.kind, service.name, service.ticket, required_paths=paths, scratch_dir=scratch,
        check_data=check_data, restore=restore,
    )  # fmt: skip
