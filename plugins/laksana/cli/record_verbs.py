"""``laksana ledger|archive|document|database …``: what an auditor or the admin looks at."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from laksana.cli.output import print_json
from laksana.database.connection import migrate
from laksana.errors import DocumentError
from laksana.office import Office
from laksana.settings import current

Topics = Any


def add_to(topics: Topics) -> None:
    """Add the topics ``ledger``, ``archive``, ``document`` and ``database``."""
    ledger = topics.add_parser("ledger", help="the decision ledger").add_subparsers(required=True, metavar="VERB")
    verify = ledger.add_parser("verify", help="walk the hash chain; exit 1 where it is broken")
    verify.add_argument("--json", action="store_true", help="print JSON")
    verify.set_defaults(run=run_ledger)
    archive = topics.add_parser("archive", help="the archive").add_subparsers(required=True, metavar="VERB")
    walk = archive.add_parser("verify", help="compare every document with its hash; exit 1 where one differs")
    walk.add_argument("--json", action="store_true", help="print JSON")
    walk.set_defaults(run=run_archive)
    document = topics.add_parser("document", help="signed documents").add_subparsers(required=True, metavar="VERB")
    check = document.add_parser("verify", help="check a PDF's signature, offline; exit 1 where it is not valid")
    check.add_argument("file", type=Path)
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(run=run_document)
    database = topics.add_parser("database", help="Laksana's own tables").add_subparsers(required=True, metavar="VERB")
    upgrade = database.add_parser("migrate", help="bring the tables up to date; again changes nothing")
    upgrade.set_defaults(run=run_migrate)


def run_ledger(options: argparse.Namespace) -> int:
    """Verify the ledger."""
    found = Office(current()).ledger.verify()
    data = {"entries": found.entries, "valid": found.valid, "first_broken": found.first_broken}
    if options.json:
        print_json(data)
    else:
        print(f"{found.entries} entries, {'valid' if found.valid else f'broken at {found.first_broken}'}")
    return 0 if found.valid else 1


def run_archive(options: argparse.Namespace) -> int:
    """Verify the archive."""
    problems = Office(current()).archive.verify()
    if options.json:
        print_json({"valid": not problems, "problems": [str(problem) for problem in problems]})
    else:
        print("\n".join(map(str, problems)) or "every document agrees with its hash")
    return 1 if problems else 0


def run_document(options: argparse.Namespace) -> int:
    """Verify a signed PDF."""
    from laksana.documents.signing.keys import TRUST_ROOT_FILE  # the signature library takes a second to load
    from laksana.documents.verifying import verify_pdf

    settings = current()
    try:
        data = options.file.read_bytes()
    except OSError as error:
        raise DocumentError(f"{options.file}: can't be read ({error.strerror}); check the file name") from error
    report = verify_pdf(data, trust_root=settings.signing_dir / TRUST_ROOT_FILE)
    print_json(report.to_json()) if options.json else print(report.reason)
    return 0 if report.valid else 1


def run_migrate(options: argparse.Namespace) -> int:  # noqa: ARG001  # every verb has the same signature
    """Migrate the database."""
    migrate(current().database_url)
    print("tables are up to date")
    return 0
