"""What a machine says of itself: how full it is, and whether what must run there runs; by one SSH call of the office.

The program goes over standard input, what it is asked for stands in the arguments. A machine that lets nobody in is an
answer in words, no exception.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laksana.records import CheckItem, CheckReport

_PROGRAM = Path(__file__).with_name("inside_probe.py")
_HOST_KEY = re.compile(r"[a-z0-9-]{3,40} [A-Za-z0-9+/]{20,1000}={0,2}", re.ASCII)
_LABELS = {"disk": "Disk", "memory": "Memori", "quota": "Kuota"}
_REASONS = {
    "timed out": "tidak menjawab", "Connection refused": "menolak koneksi",
    "Permission denied": "tidak menerima kunci kantor",
    "Host key verification failed": "menunjukkan kunci lain dari yang tercatat", "No route to host": "tidak terjangkau",
    "unreachable": "tidak terjangkau",
}  # fmt: skip
"""What ssh says → what officials are told."""


@dataclass(frozen=True)
class Entry:
    """How the office logs in."""

    user: str
    key_file: Path
    known_hosts_file: Path | None = None
    """Host keys of the office's own hosts."""


def probe(  # noqa: PLR0913  # all but the name are keywords
    name: str, *, address: str, port: int, host_key: str, entry: Entry, units: Sequence[str] = (), timeout: float = 20.0
) -> CheckReport:
    """Ask a server for its use and for units that must run.

    Args:
        name: the server, for the report.
        address: its address.
        port: port of its SSH server.
        host_key: public key that it must show; empty goes by the entry's file.
        entry: how the office logs in.
        units: systemd units that must be active.
        timeout: seconds in all.

    Returns:
        Facts ``disk_percent`` (the fullest file system), ``memory_percent``, ``units_failed``, …; none where nobody
        could look.
    """
    said = _ask(entry, address, port, host_key, {"units": list(units)}, timeout)
    if isinstance(said, str):
        return _silent(name, said)
    return CheckReport(tuple(_unit_item(unit, said["units"].get(unit, "")) for unit in units), said)


def probe_account(  # noqa: PLR0913  # all but the login are keywords
    user: str, *, site: str, home: str, address: str, entry: Entry, port: int = 22, timeout: float = 20.0
) -> CheckReport:
    """Ask the hosting host for one account: quota, PHP pool, database, and whether the site is answered for.

    Args:
        user: login of the account.
        site: full name of its site.
        home: the account's home, a subvolume with a quota.
        address: the hosting host.
        entry: how the office logs in.
        port: port of the host's SSH server.
        timeout: seconds in all.
    """
    said = _ask(entry, address, port, "", {"account": {"user": user, "site": site, "home": home}}, timeout)
    if isinstance(said, str):
        return _silent("peladen hosting", said)
    account = said["account"]
    items = [
        CheckItem("PHP akun", passed=account["pool"], expected="berjalan", found=_runs(running=account["pool"])),
        CheckItem("Situs pada peladen", passed=account["site"], expected="menjawab", found=_answers(account["site"])),
    ]
    if account["database"] is not None:
        there = account["database"]
        items.append(CheckItem("Basis data akun", passed=there, expected="menjawab", found=_answers(there)))
    facts = {"quota_percent": account["quota_percent"]} if account["quota_percent"] is not None else {}
    return CheckReport(tuple(items), facts)


def probe_site(name: str, *, address: str, entry: Entry, port: int = 22, timeout: float = 20.0) -> CheckReport:
    """Ask the web proxy whether it has a site of a name: without one it shows another's page, as if all were well.

    Args:
        name: full name of the site.
        address: the proxy.
        entry: how the office logs in.
        port: port of the proxy's SSH server.
        timeout: seconds in all.
    """
    said = _ask(entry, address, port, "", {"site": name}, timeout)
    if isinstance(said, str):
        return _silent("proxy web", said)
    item = CheckItem("Situs pada proxy web", passed=said["site"], expected="terpasang", found=_there(said["site"]))
    return CheckReport((item,))


def resource_report(percent: Mapping[str, float], *, limit_percent: float) -> CheckReport:
    """Judge uses against the upper limit: what lies above it has passed it, exactly at it has not."""
    return CheckReport(tuple(
        CheckItem(
            _LABELS.get(name, name), passed=value <= limit_percent, expected=f"paling banyak {limit_percent:g} %",
            found=f"{value:.0f} %",
        )
        for name, value in percent.items()
    ))  # fmt: skip


def _ask(  # noqa: PLR0913, PLR0917  # a place, a key, a question and a limit
    entry: Entry, address: str, port: int, host_key: str, question: dict[str, Any], timeout: float
) -> dict[str, Any] | str:
    """Return what the machine says, or why it said nothing."""
    remote = f"sudo -n python3 - {shlex.quote(json.dumps(question))}"
    command = ["ssh", *_options(entry, host_key), "-p", str(port), f"{entry.user}@{address}", "--", remote]
    try:
        done = subprocess.run(
            command, input=_PROGRAM.read_text(encoding="utf-8"), capture_output=True, text=True, errors="replace",
            timeout=timeout, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"tidak menjawab dalam {timeout:g} detik"
    except FileNotFoundError:
        return "program ssh tidak ada pada mesin ini"
    try:
        return dict(json.loads(done.stdout.splitlines()[-1]))
    except (ValueError, IndexError):
        return next((words for mark, words in _REASONS.items() if mark in done.stderr), "jawabannya tidak dapat dibaca")


def _options(entry: Entry, host_key: str) -> list[str]:
    """Return ssh's options: the office's key, and one host key or those that the office knows."""
    known = str(entry.known_hosts_file or "/dev/null")
    pinned = ["-o", f"KnownHostsCommand=/bin/echo %H {host_key}"] if _HOST_KEY.fullmatch(host_key) else []
    values = {
        "BatchMode": "yes", "IdentitiesOnly": "yes", "StrictHostKeyChecking": "yes", "ConnectTimeout": "5",
        "ServerAliveInterval": "5", "ServerAliveCountMax": "2", "GlobalKnownHostsFile": "/dev/null",
        "UserKnownHostsFile": "/dev/null" if pinned else known,
    }  # fmt: skip
    named = [word for key, value in values.items() for word in ("-o", f"{key}={value}")]
    return ["-F", "/dev/null", "-i", str(entry.key_file), *named, *pinned]


def _silent(name: str, reason: str) -> CheckReport:
    return CheckReport((CheckItem(f"Pemeriksaan di dalam {name}", passed=False, expected="dapat masuk", found=reason),))


def _unit_item(unit: str, state: str) -> CheckItem:
    return CheckItem(f"Layanan {unit}", passed=state == "active", expected="active", found=state or "tidak ada")


def _there(there: bool) -> str:  # its name says it
    return "terpasang" if there else "tidak terpasang"


def _runs(*, running: bool) -> str:
    return "berjalan" if running else "tidak berjalan"


def _answers(answers: bool) -> str:  # its name says it
    return "menjawab" if answers else "tidak menjawab"
