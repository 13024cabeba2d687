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
from tests.scenarios.process_lists import ProcessLists

pytestmark = [pytest.mark.scenario, pytest.mark.lab]

PLACES = ("airflow", "logs", "runs", "archive", "locks")
"""Folders of an instance that hold no secrets; ``secrets`` and ``signing`` do, the database is dumped."""


@pytest.mark.usefixtures("hosted", "local_vps", "pdn_vps", "hosting_round")
def test_no_secret_stands_in_databases_logs_run_folders_archive_or_process_lists(
    office: ServiceOffice, granted: Case, lab: ModuleType, secrets_seen: dict[str, str], process_lists: ProcessLists
) -> None:
    """Installation secrets, and every password that a case made or was handed: the marker of each flow."""
    secrets = dict(all_secrets(office, lab)) | {name: value.encode() for name, value in secrets_seen.items()}
    left = {**dict(everything_left(office)), "process lists": process_lists.text()}

    assert {"kabid.ti.password", "kabid.ti.passphrase", "tsig", "ssh key"} <= set(secrets)
    assert {
        "hosting sandi", "hosting sandi-basis-data", "vps-local sandi", "vps-pdn sandi", "vps-pdn sandi-awal", "S3",
    } <= set(secrets)  # fmt: skip
    assert process_lists.looks > 100
    assert b"ansible-playbook" in left["process lists"]
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
            if file.suffix == ".pdf":  # its text is packed
                yield f"text of {file.relative_to(state)}", text_of(file)


def text_of(file: Path) -> bytes:
    """Return a PDF's text, words that a line's end divides put together."""
    text = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True).stdout
    return text + text.replace(b"\n", b"")


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
