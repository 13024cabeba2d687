"""Which key a server shows before anything is sent to it, and that key's fingerprint as OpenSSH writes it."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import time

from laksana.errors import CheckError

_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")
_LINE = re.compile(r"(?m)^\S+ (ssh-ed25519 [A-Za-z0-9+/]+={0,2})$")


TRIES, PAUSE_SECONDS = 3, 2.0
"""A server that is busy drops a new connection now and then."""


def scan_host_key(address: str, port: int, *, seconds: int = 10) -> str:
    """Return the ed25519 key that a server shows, type and key; empty where it does not answer with one in three tries.

    Raises:
        CheckError: the address is none, or ssh-keyscan is missing.
    """
    if not _ADDRESS.fullmatch(address) or not 0 < port < 65536:  # noqa: PLR2004  # the highest port
        raise CheckError(f"{address!r} port {port} is no address of a server (e.g. 203.0.113.7 port 22)")
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE_SECONDS)
        key = _scan(address, port, seconds)
        if key:
            return key
    return ""


def _scan(address: str, port: int, seconds: int) -> str:
    command = ["ssh-keyscan", "-T", str(seconds), "-t", "ed25519", "-p", str(port), address]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=seconds + 5,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return ""
    except FileNotFoundError as error:
        raise CheckError("ssh-keyscan is not installed; install openssh-client") from error
    found = _LINE.search(done.stdout)
    return found[1] if found else ""


def fingerprint_of(key: str) -> str:
    """Return the SHA-256 fingerprint of a public key, e.g. ``SHA256:…`` with 43 characters (as ``ssh-keygen -l``)."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
