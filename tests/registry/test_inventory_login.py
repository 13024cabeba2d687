"""The registry's inventory in earnest: Ansible logs in to a server out of a real database, by its host key alone."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from laksana.database.connection import open_database
from laksana.registry.services import ServiceRegistry
from tests.lab import places
from tests.registry.conftest import AT, SERVER, SIZES

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
ADDRESS = "10.77.0.13"


def host_key_of(address: str) -> str:
    """Return the key that the lab knows of a host."""
    lines = [line.split() for line in places.KNOWN_HOSTS.read_text().splitlines()]
    return next(f"{kind} {key}" for names, kind, key in lines if address in names.split(","))


def ping(database_url: str, group: str) -> subprocess.CompletedProcess[str]:
    """Have Ansible log in to a group of the registry, as docs/registry.md says."""
    folder = Path(sys.executable).parent
    line = [
        str(folder / "ansible"), "-i", "inventory/lab", "-i", "inventory/registry", group, "--one-line",
        "-m", "ansible.builtin.ping",
    ]  # fmt: skip
    environment = {
        "PATH": f"{folder}:{os.defpath}", "HOME": str(Path.home()), "LANG": "C.UTF-8", "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_CONFIG": str(PLAYBOOKS / "ansible.cfg"), "LAKSANA_DATABASE_URL": database_url,
    }  # fmt: skip
    return subprocess.run(
        line, cwd=PLAYBOOKS, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


@pytest.fixture
def registry(clean_database: str) -> ServiceRegistry:
    return ServiceRegistry(open_database(clean_database))


def enter(registry: ServiceRegistry, name: str, host_key: str) -> None:
    """Enter a host of the lab as a server that is in use."""
    reached = {**SIZES, "address": ADDRESS, "port": 22, "user": "ikan", "host_key": host_key}
    registry.reserve(replace(SERVER, name=name, specification=reached))
    registry.activate("vps", name, ticket=SERVER.ticket, at=AT, expires_on=date(2027, 1, 31))


@pytest.mark.lab
@pytest.mark.usefixtures("lab")
def test_ansible_logs_in_where_the_host_key_is_the_registrys_and_nowhere_else(
    registry: ServiceRegistry, clean_database: str
) -> None:
    enter(registry, "vps-benar", host_key_of(ADDRESS))
    enter(registry, "vps-palsu", host_key_of("10.77.0.11"))
    enter(registry, "vps-tanpa-kunci", "")

    # The connection to the right one stays open for a while and must let none of the others in.
    assert ping(clean_database, "vps-benar.vps").returncode == 0
    done = ping(clean_database, "vps")

    told = {line.split(" ")[0]: line for line in done.stdout.splitlines() if ".vps " in line}
    assert "SUCCESS" in told["vps-benar.vps"], done.stdout + done.stderr
    assert '"ping": "pong"' in told["vps-benar.vps"]
    assert "UNREACHABLE" in told["vps-palsu.vps"]
    assert "UNREACHABLE" in told["vps-tanpa-kunci.vps"]
    assert done.stdout.count("Host key verification failed") == 2
    assert len(told) == 3
    assert done.returncode == 4
