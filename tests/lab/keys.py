"""The lab's keys: one SSH key for the controller, one host key a host, one secret for signed DNS updates.

All of them are made anew for each lab and live on its tmpfs; nothing here is ever written into the checkout.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from pathlib import Path

from tests.lab import places
from tests.lab.commands import run
from tests.lab.hosts import Host


def ensure_controller_key() -> None:
    """Make the key pair that the controller logs in with, where it is missing."""
    places.SSH.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not places.SSH_KEY.exists():
        _generate(places.SSH_KEY, comment="laksana-lab")


def controller_public_key() -> str:
    """Read the public half of the controller's key."""
    return places.SSH_KEY.with_suffix(".pub").read_text()


def make_host_key(root: Path, name: str) -> None:
    """Give a host, seen at ``root``, a host key of its own."""
    key = root / "etc/ssh/ssh_host_ed25519_key"
    key.unlink(missing_ok=True)
    _generate(key, comment=name)


def write_known_hosts(hosts: Iterable[Host]) -> None:
    """Write the host keys that SSH must insist on, by address and by name."""
    lines = [f"{host.address},{host.name} {_public_host_key(host.root)}\n" for host in hosts if host.admits_controller]
    text = "".join(lines)
    if not places.KNOWN_HOSTS.exists() or places.KNOWN_HOSTS.read_text() != text:
        places.KNOWN_HOSTS.write_text(text)


def make_tsig_secret() -> str:
    """Make a secret for hmac-sha256, as BIND writes it."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def ensure_s3_keys() -> tuple[str, str]:
    """Return the object store's access key and secret key; they are made where they are missing."""
    places.S3.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in (places.S3_ACCESS_KEY, places.S3_SECRET_KEY):
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_hex(20))
    return places.S3_ACCESS_KEY.read_text(), places.S3_SECRET_KEY.read_text()


def _public_host_key(root: Path) -> str:
    kind, key = (root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()[:2]
    return f"{kind} {key}"


def _generate(path: Path, comment: str) -> None:
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path))
