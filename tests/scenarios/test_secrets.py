"""No secret of the installation stands in what a case leaves behind: databases, logs, run folders, archive."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy.engine import make_url

from tests.lab import places
from tests.scenarios.case import Case, ServiceOffice

pytestmark = [pytest.mark.scenario, pytest.mark.lab]

PLACES = ("airflow", "logs", "runs", "archive", "locks")
"""Folders of an instance that hold no secrets; ``secrets`` and ``signing`` do, the database is dumped."""


def test_no_secret_stands_in_databases_logs_run_folders_or_archive(
    office: ServiceOffice, granted: Case, lab: ModuleType
) -> None:
    secrets = dict(all_secrets(office, lab))
    left = dict(everything_left(office))

    assert {"kabid.ti.password", "kabid.ti.passphrase", "tsig", "ssh key"} <= set(secrets)
    searched = b"".join(left.values())
    assert granted.label.encode() in left["database laksana"]
    assert granted.label.encode() in left["database airflow"]
    assert len([place for place in left if f"runs/{granted.ticket}/" in place]) > 2
    assert len([place for place in left if place.startswith("logs/tasks/")]) > 5
    found = [
        (name, place)
        for name, secret in secrets.items()
        if secret in searched
        for place in left
        if secret in left[place]
    ]
    assert found == []


def all_secrets(office: ServiceOffice, lab: ModuleType) -> Iterator[tuple[str, bytes]]:
    """Return every secret of installation and lab by its name."""
    state = office.settings.state_dir
    for file in [*(state / "secrets").iterdir(), *(state / "signing").glob("*.passphrase")]:
        yield file.name, file.read_bytes().strip()
    key = lab.run_on("dns1", "cat", "/etc/bind/laksana.key").stdout
    found = re.search(r'secret\s+"([^"]+)"', key)
    assert found is not None
    yield "tsig", found[1].encode()
    body = places.SSH_KEY.read_text().splitlines()
    yield "ssh key", body[2].encode()  # a line of its own; the first ones are the same in every key


def everything_left(office: ServiceOffice) -> Iterator[tuple[str, bytes]]:
    """Return all that cases leave: both databases as text, and every file of the instance's open folders."""
    environment = office.stack.environment
    for name in ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "LAKSANA_DATABASE_URL"):
        url = make_url(environment[name])
        yield f"database {url.database}", dump(environment[name])
    state = office.settings.state_dir
    for place in PLACES:
        for file in sorted((state / place).rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield str(file.relative_to(state)), file.read_bytes()


def dump(address: str) -> bytes:
    """Return a database's rows as text."""
    url = make_url(address)
    environment = {**os.environ, "PGPASSWORD": url.password or ""}
    command = ["pg_dump", "--data-only", "--inserts", "-h", str(url.host), "-p", str(url.port), "-U", str(url.username)]
    done = subprocess.run([*command, str(url.database)], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_secrets_are_readable_by_their_owner_alone(office: ServiceOffice) -> None:
    state = office.settings.state_dir
    files = [
        file for folder in ("secrets", "signing") for file in Path(state, folder).iterdir() if file.suffix != ".crt"
    ]

    assert [file.name for file in files if file.stat().st_mode & 0o077] == []
