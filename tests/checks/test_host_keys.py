"""Host keys as they are shown on the wire, held against OpenSSH's own words."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from laksana.checks.host_keys import fingerprint_of, scan_host_key
from laksana.errors import CheckError
from tests.lab import places


def test_fingerprint_is_openssh_s(tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    told = subprocess.run(["ssh-keygen", "-l", "-f", str(key)], capture_output=True, text=True, check=True).stdout

    assert fingerprint_of(key.with_suffix(".pub").read_text()) == told.split()[1]


@pytest.mark.lab
def test_key_is_the_one_that_the_host_has(lab: ModuleType) -> None:
    address = lab.find_host("app1").address
    lines = places.KNOWN_HOSTS.read_text().splitlines()
    known = {name: " ".join(line.split()[1:3]) for line in lines for name in line.split()[0].split(",")}

    assert scan_host_key(address, 22) == known[address]


def test_silent_server_shows_no_key() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))

        assert scan_host_key("127.0.0.1", listening.getsockname()[1], seconds=1) == ""


@pytest.mark.parametrize(("address", "port"), [("-oProxyCommand=x", 22), ("10.77.0.1 x", 22), ("10.77.0.1", 0)])
def test_what_is_no_address_is_refused(address: str, port: int) -> None:
    with pytest.raises(CheckError, match="is no address of a server"):
        scan_host_key(address, port)
