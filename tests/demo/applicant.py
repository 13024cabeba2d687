"""What an applicant does with what they got, by programs of their own: fetch the password, curl by FTPS, log in by SSH.

A password is handed to those programs through files that only we can read; it stands in no argument and no output.
"""

from __future__ import annotations

import html
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from laksana.settings import Settings
from tests.demo.summary import fetch

_SHOWN = re.compile(r"<dt>(?P<label>[^<]+)</dt>\s*<dd><code[^>]*>(?P<value>[^<]+)</code>")
MEASURE = "nproc; free -m | awk '/^Mem:/ {print $2}'; df -BM --output=size / | tail -n 1 | tr -d 'M '"


@dataclass(frozen=True)
class Account:
    """A login of the API server."""

    url: str
    username: str
    password: str

    def post(self, path: str, data: Mapping[str, str]) -> requests.Response:
        """Send a form of a page, as this account."""
        with requests.Session() as session:
            session.trust_env = False
            body = {"username": self.username, "password": self.password}
            token = session.post(f"{self.url}/auth/token", json=body, timeout=30).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            return session.post(f"{self.url}{path}", data=dict(data), headers=headers, timeout=30)


def fetch_passwords(account: Account, ticket: str) -> dict[str, str]:
    """Fetch a ticket's passwords from the page that shows them once, by their labels."""
    answer = account.post(f"/laksana/sandi/{ticket}", {})
    answer.raise_for_status()
    return {item["label"]: html.unescape(item["value"]) for item in _SHOWN.finditer(answer.text)}


def use_hosting(site: str, user: str, password: str, settings: Settings) -> dict[str, Any]:
    """Upload a page by FTPS with curl, then get it by the site's name through the proxy."""
    text = f"Halaman pertama {site}"
    host = settings.hosting_host_name
    with tempfile.TemporaryDirectory() as folder:
        page, login = Path(folder) / "index.html", Path(folder) / "login"
        page.write_text(text)
        login.touch(mode=0o600)
        login.write_text(f'user = "{user}:{password}"\n')
        command = [
            "curl", "--silent", "--show-error", "--ssl-reqd", "--cacert", str(settings.hosting_ca_file), "--max-time",
            "30", "--resolve", f"{host}:21:{settings.hosting_address}", "--config", str(login), "--upload-file",
            str(page), f"ftp://{host}/public_html/index.html",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = {"server": host, "user": user, "upload": done.returncode == 0, "error": done.stderr.strip()}
    return {"ftps": found, "http": fetch(site, settings.proxy_address, text)}


def measure(server: Mapping[str, Any], password: str) -> dict[str, Any]:
    """Log in by SSH as the applicant and count processors, memory and disk."""
    done = ssh(server, password, MEASURE)
    lines = done.stdout.split()
    counts = dict(zip(("nproc", "free_total_mb", "df_total_mb"), map(int, lines), strict=True)) if lines else {}
    return {
        "address": server["address"], "user": server["user"], "login": done.returncode == 0, **counts,
        "error": done.stderr.strip(),
    }  # fmt: skip


def ssh(server: Mapping[str, Any], password: str, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a server under a password login, its host key checked against the registry's."""
    options = {
        "StrictHostKeyChecking": "yes", "UserKnownHostsFile": "/dev/null", "GlobalKnownHostsFile": "/dev/null",
        "KnownHostsCommand": f"/bin/echo %H {server['host_key']}", "PreferredAuthentications": "password",
        "PubkeyAuthentication": "no", "NumberOfPasswordPrompts": "1", "ConnectTimeout": "30", "LogLevel": "ERROR",
    }  # fmt: skip
    words = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
    line = ["ssh", "-F", "/dev/null", *words, "-p", str(server.get("port", 22))]
    with _asked(password) as environment:
        return subprocess.run(
            [*line, f"{server['user']}@{server['address']}", command], env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=90, check=False, start_new_session=True,
        )  # fmt: skip


@contextmanager
def _asked(password: str) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        answer, program = Path(folder) / "answer", Path(folder) / "ask"
        answer.touch(mode=0o600)
        answer.write_text(f"{password}\n")
        program.write_text(f"#!/bin/sh\nexec cat '{answer}'\n")
        program.chmod(0o700)
        yield {"PATH": "/usr/bin:/bin", "SSH_ASKPASS": str(program), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}
