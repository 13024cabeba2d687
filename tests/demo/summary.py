"""Looks at what a case has left in the world, with tools of its own: dig, an HTTP request by name, pdfsig."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import requests

from laksana.settings import Settings


def ask_dns(name: str, server: str) -> list[str]:
    """Return the A records that dig gets from a server."""
    done = subprocess.run(
        ["dig", "+short", "+time=3", "+tries=2", f"@{server}", name, "A"], capture_output=True, text=True, check=True
    )
    return [line for line in done.stdout.split() if line]


def fetch(name: str, address: str, expected: str) -> dict[str, Any]:
    """Get a page by name through the proxy."""
    url = f"http://{name}/"
    try:
        answer = requests.get(f"http://{address}/", headers={"Host": name}, timeout=10, allow_redirects=False)
    except requests.RequestException as error:
        return {"url": url, "status": None, "body_contains": None, "error": type(error).__name__}
    return {"url": url, "status": answer.status_code, "body_contains": expected if expected in answer.text else None}


def check_signature(pdf: Path, root: Path) -> dict[str, bool]:
    """Ask pdfsig, with the demo's root as its only trusted one."""
    with tempfile.TemporaryDirectory() as folder:
        nss = f"sql:{folder}"
        subprocess.run(["certutil", "-N", "-d", nss, "--empty-password"], check=True, capture_output=True)
        trust = ["certutil", "-A", "-d", nss, "-n", "root", "-t", "CT,C,C", "-i", str(root)]
        subprocess.run(trust, check=True, capture_output=True)
        told = subprocess.run(["pdfsig", "-nssdir", nss, str(pdf)], capture_output=True, text=True, check=False).stdout
    return {"valid": "Signature is Valid" in told, "trusted": "Certificate is Trusted" in told}


def letter_of(status: dict[str, Any], settings: Settings, number: str) -> dict[str, Any]:
    """Describe the signed reply as it lies in the archive."""
    document = status["dokumen"][-1]
    path = settings.state_dir / "archive" / document["key"]
    found = check_signature(path, settings.signing_dir / "trust-root.crt")
    return {
        "path": str(path),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "number": number,
        "signature_valid": found["valid"] and found["trusted"],
    }
