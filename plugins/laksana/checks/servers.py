"""Whether a server lets its applicant in, and what it has: an SSH login from outside, as the applicant would do it.

OpenSSH does the work, as a process of its own. The password reaches it through a program that it asks (SSH_ASKPASS)
and a file that only we can read: it stands in no argument, in no log and in no text that this module returns.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from laksana.errors import CheckError
from laksana.records import CheckItem, CheckReport

_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_HOST_KEY = re.compile(r"([a-z0-9-]{3,40} [A-Za-z0-9+/]{20,1000}={0,2})?")
_LOOK = r"""
nproc
awk '$1 == "MemTotal:" {print int($2 / 1024)}' /proc/meminfo
findmnt --noheadings --list --real --types ext4,xfs,btrfs --output MAJ:MIN,TARGET | while read -r disk folder; do
  case "$folder" in /run/*) continue ;; esac
  if [ -d "$folder" ]; then echo "$disk $(df --block-size=1M --output=size "$folder" | tail -n 1)"; fi
done | sort -u -k 1,1 | awk '{sum += $2} END {print sum + 0}'
"""
"""Counts as the playbooks do (``playbooks/tasks/measure.yml``): each file system on a disk of its own, none twice."""
_ENOUGH = {"vcpu": 1.0, "memory_mb": 0.85, "disk_gb": 0.9}
"""Part of what was given that a guest sees of it: the kernel and the file system keep some for themselves."""
_LABELS = {"vcpu": "vCPU", "memory_mb": "Memori (MB)", "disk_gb": "Disk (GB)"}
_SSH_FAILED = 255


@dataclass(frozen=True)
class _Login:
    """Where and how to log in."""

    address: str
    port: int
    user: str
    host_key: str
    timeout: float


def check_server(  # noqa: PLR0913  # all but the name are keywords
    name: str,
    *,
    address: str,
    port: int,
    user: str,
    password: str,
    host_key: str,
    expected: Mapping[str, int],
    timeout: float = 30.0,
    root_must_be_refused: bool = True,
) -> CheckReport:
    """Log in with user and password, count processors, memory and disk, and see that root is refused.

    Args:
        name: what the report calls the server.
        address: IPv4 address.
        port: port of its SSH server.
        user: the applicant's login.
        password: the applicant's password.
        host_key: the public key that it must show, type and key; empty takes whichever it shows.
        expected: ``vcpu``, ``memory_mb``, ``disk_gb`` that it must have; what is missing or 0 is not judged.
        timeout: seconds for each login.
        root_must_be_refused: false where the server is not ours to configure yet.

    Raises:
        CheckError: the check itself can't be carried out: an argument is none.
    """
    if not _ADDRESS.fullmatch(address) or not _USER.fullmatch(user) or not _HOST_KEY.fullmatch(host_key):
        raise CheckError(f"{name}: {user}@{address} is no address and login, or the host key is none")
    login = _Login(address, port, user, host_key, timeout)
    done = _run(login, password, _LOOK)
    item = CheckItem(
        f"Masuk ke {name} melalui SSH", passed=done.returncode == 0, expected=f"{user} dapat masuk dengan kata sandi",
        found="dapat masuk" if done.returncode == 0 else _words(done, login),
    )  # fmt: skip
    if done.returncode != 0:
        return CheckReport((item,))
    facts = _counts(done.stdout)
    items = [item, *_size_items(facts, expected)]
    if root_must_be_refused:
        root = _run(_Login(address, port, "root", host_key, timeout), password, "true")
        refused = root.returncode == _SSH_FAILED
        items.append(
            CheckItem("root ditolak melalui SSH", passed=refused, expected="ditolak",
                      found="ditolak" if refused else "root dapat masuk")
        )  # fmt: skip
    return CheckReport(tuple(items), dict(facts))


def _size_items(facts: Mapping[str, float], expected: Mapping[str, int]) -> Iterator[CheckItem]:
    for size, wanted in expected.items():
        if wanted:
            found = facts.get(size, 0)
            enough = found >= wanted * _ENOUGH[size]
            yield CheckItem(_LABELS[size], passed=enough, expected=str(wanted), found=f"{found:g}")


def _counts(text: str) -> dict[str, float]:
    """Return what was counted inside the server."""
    try:
        cpus, memory, disk = (int(line) for line in text.split()[-3:])
    except ValueError:
        return {}
    return {"vcpu": cpus, "memory_mb": memory, "disk_gb": round(disk / 1024, 2)}


def _run(login: _Login, password: str, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the server under a password login."""
    checking = "yes" if login.host_key else "no"
    options = {
        "StrictHostKeyChecking": checking, "UserKnownHostsFile": "/dev/null", "GlobalKnownHostsFile": "/dev/null",
        "PreferredAuthentications": "password", "PubkeyAuthentication": "no", "NumberOfPasswordPrompts": "1",
        "ConnectTimeout": str(int(login.timeout)), "LogLevel": "ERROR", "ControlMaster": "no",
    }  # fmt: skip
    if login.host_key:
        options["KnownHostsCommand"] = f"/bin/echo %H {login.host_key}"
    words = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
    line = ["ssh", "-F", "/dev/null", *words, "-p", str(login.port), f"{login.user}@{login.address}", command]
    with _asking(password) as environment:
        try:
            return subprocess.run(
                line, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=2 * login.timeout, check=False, start_new_session=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(line, _SSH_FAILED, "", "timed out")


@contextmanager
def _asking(password: str) -> Iterator[dict[str, str]]:
    """Give the environment in which ssh asks a program for the password."""
    with tempfile.TemporaryDirectory(prefix="laksana-") as folder:  # readable by its owner alone
        secret, program = Path(folder) / "answer", Path(folder) / "ask"
        secret.touch(mode=0o600)
        secret.write_text(f"{password}\n", encoding="utf-8")
        program.touch(mode=0o700)
        program.write_text(f"#!/bin/sh\nexec cat {shlex.quote(str(secret))}\n", encoding="utf-8")
        yield {
            "PATH": os.defpath, "HOME": folder, "LANG": "C.UTF-8", "DISPLAY": ":0", "SSH_ASKPASS": str(program),
            "SSH_ASKPASS_REQUIRE": "force",
        }  # fmt: skip


def _words(done: subprocess.CompletedProcess[str], login: _Login) -> str:
    """Say in Bahasa Indonesia why nobody was let in."""
    said = done.stderr
    place = f"{login.address} porta {login.port}"
    if done.returncode != _SSH_FAILED:
        return f"masuk, tetapi perintah gagal (status {done.returncode})"
    if "Permission denied" in said:
        return f"{place} menolak pengguna {login.user} atau kata sandinya"
    if "timed out" in said:
        return f"{place} tidak menjawab dalam {login.timeout:g} detik"
    if "Connection refused" in said:
        return f"{place} menolak koneksi"
    if "Host key verification failed" in said or "IDENTIFICATION HAS CHANGED" in said:
        return f"{place} menunjukkan kunci SSH lain dari yang tercatat"
    if "No route to host" in said or "unreachable" in said:
        return f"{place} tidak terjangkau (tidak ada jalur jaringan)"
    return f"{place} tidak dapat dimasuki melalui SSH"
