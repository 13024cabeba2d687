"""What a machine says of itself: how full it is, and whether what must run there runs; by one SSH call of the office.

The program goes over standard input, what it is asked for stands in the arguments. A machine that lets nobody in is an
answer in words, no exception. Agencies are root on their servers: what comes back is taken only in the form that was
asked for, and no more of it than a page.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from laksana.records import CheckItem, CheckReport

_PROGRAM = Path(__file__).with_name("inside_probe.py")
_HOST_KEY = re.compile(r"[a-z0-9-]{3,40} [A-Za-z0-9+/]{20,1000}={0,2}", re.ASCII)
_STATE = re.compile(r"[a-z-]{1,20}", re.ASCII)
_ANSWER_BYTES = 64 * 1024
_UNREADABLE = "jawabannya tidak dapat dibaca"
_LABELS = {"disk": "Disk", "memory": "Memori", "quota": "Kuota"}
_REASONS = {
    "timed out": "tidak menjawab", "Connection refused": "menolak koneksi",
    "Permission denied": "tidak menerima kunci kantor",
    "Host key verification failed": "menunjukkan kunci lain dari yang tercatat", "No route to host": "tidak terjangkau",
    "unreachable": "tidak terjangkau", "a password is required": "tidak mengizinkan pemeriksaan oleh kantor",
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
    return CheckReport(tuple(_unit_item(unit, said["units"][unit]) for unit in units), said)


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
    if account.get("database") is not None:
        there = account["database"]
        items.append(CheckItem("Basis data akun", passed=there, expected="menjawab", found=_answers(there)))
    facts = {"quota_percent": account["quota_percent"]} if account.get("quota_percent") is not None else {}
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
        out, err, late = _exchange(command, _PROGRAM.read_bytes(), timeout)
    except FileNotFoundError:
        return "program ssh tidak ada pada mesin ini"
    if late:
        return f"tidak menjawab dalam {timeout:g} detik"
    try:
        said = json.loads(out.splitlines()[-1])
    except (ValueError, IndexError, RecursionError):
        return next((words for mark, words in _REASONS.items() if mark in err), _UNREADABLE)
    return said if isinstance(said, dict) and _fits(said, question) else _UNREADABLE


def _exchange(command: list[str], given: bytes, timeout: float) -> tuple[str, str, bool]:
    """Run a command for so many seconds; return a page of its output, one of its errors, and whether it was late."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as running:
        assert running.stdin and running.stdout and running.stderr  # noqa: PT018, S101  # pipes were asked for
        clock = Timer(timeout, running.kill)
        clock.start()
        with suppress(BrokenPipeError), running.stdin as way:
            way.write(given)
        out = running.stdout.read(_ANSWER_BYTES)
        if len(out) == _ANSWER_BYTES:
            running.kill()  # there is no end to it
        err = running.stderr.read(_ANSWER_BYTES)
        late = not clock.is_alive()
        clock.cancel()
        running.kill()
    return out.decode(errors="replace"), err.decode(errors="replace"), late


def _fits(said: dict[str, Any], question: dict[str, Any]) -> bool:
    """Tell whether an answer has the form that its question asks for."""
    if "site" in question:
        return isinstance(said.get("site"), bool)
    if "account" in question:
        found = said.get("account")
        return isinstance(found, dict) and (
            isinstance(found.get("pool"), bool)
            and isinstance(found.get("site"), bool)
            and (found.get("database") is None or isinstance(found["database"], bool))
            and (found.get("quota_percent") is None or _is_percent(found["quota_percent"]))
        )
    units = said.get("units")
    uses = (said.get("disk_percent"), said.get("memory_percent"))
    return all(_is_percent(use) for use in uses) and isinstance(units, dict) and set(units) == set(question["units"])


def _is_percent(value: object) -> bool:
    """Tell whether it is a use; a home that was made smaller has more than all of it."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1000  # noqa: PLR2004


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


def _unit_item(unit: str, state: object) -> CheckItem:
    found = str(state) if _STATE.fullmatch(str(state)) else "tidak diketahui"
    return CheckItem(f"Layanan {unit}", passed=found == "active", expected="active", found=found)


def _there(there: bool) -> str:  # its name says it
    return "terpasang" if there else "tidak terpasang"


def _runs(*, running: bool) -> str:
    return "berjalan" if running else "tidak berjalan"


def _answers(answers: bool) -> str:  # its name says it
    return "menjawab" if answers else "tidak menjawab"
