"""Fills a new instance, in one process: both databases' tables, keys, roles, accounts, holders; again, no change.

Run by the stack as ``python -m tests.stack.prepare`` with the instance's environment; importing Airflow takes seconds,
so all that needs it is done here at one go.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from airflow.cli import cli_parser

from laksana.database.connection import migrate, open_database
from laksana.documents.signing.authority import create_demo_authority
from laksana.engine.accounts import open_office
from laksana.posts.holders import Holders
from laksana.secretstore.store import make_key_file
from laksana.settings import current
from tests.stack.keys import generated_password, generated_secret
from tests.stack.people import read_people


def main() -> None:
    """Bring everything up to date."""
    settings = current()
    people = read_people()
    migrate(settings.database_url)
    Holders(open_database(settings.database_url)).enter([row for person in people for row in person.holdings()])

    if not settings.secrets_key_file.exists():
        make_key_file(settings.secrets_key_file)
    generated_secret(settings.backup_key_file)
    create_demo_authority(
        settings.signing_dir, [person.signer() for person in people if person.jabatan], now=datetime.now(UTC)
    )

    arguments = cli_parser.get_parser().parse_args(["db", "migrate"])
    arguments.func(arguments)
    with open_office() as office:
        office.prepare_roles()
        for person in people:
            password = generated_password(settings.state_dir / "secrets" / f"{person.username}.password")
            office.create_account(person.username, password, person.nama, person.hak)
    Path(os.environ["LAKSANA_STACK_STAMP"]).write_text(os.environ["LAKSANA_STACK_EDITION"])


if __name__ == "__main__":
    main()
