"""Whether a server lets its applicant in, and what it has: an SSH login from outside, as the applicant would do it.

OpenSSH does the work, as a process of its own. The password reaches it through a program that it asks (SSH_ASKPASS)
and a file that only we can read: it stands in no argument, in no log and in no text that this module returns. Where
the applicant gave a public key, its private half is the applicant's alone: then the server is asked whether it would
take that key, and nobody logs in.
"""

from __future__ import annotations

import ipaddress
import math
import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from laksana.errors import CheckError
from laksana.records import CheckItem, CheckReport

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_HOST_KEY = re.compile(r"([a-z0-9-]{3,40} [A-Za-z0-9+/]{20,1000}={0,2})?")
_SSH_KEY = re.compile(r"([a-z0-9-]{3,40} [A-Za-z0-9+/]{20,1000}={0,2}( [A-Za-z0-9._@-]{1,60})?)?")
_HIGHEST_PORT = 65_535
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
_DENIED = re.compile(r"Permission denied \((?P<ways>[a-z,-]+)\)")
_EXPIRED = "password has expired"
_WORDS = {
    "timed out": "tidak menjawab dalam {timeout:g} detik",
    "Connection refused": "menolak koneksi",
    "Host key verification failed": "menunjukkan kunci SSH lain dari yang tercatat",
    "No route to host": "tidak terjangkau (tidak ada jalur jaringan)",
    "unreachable": "tidak terjangkau (tidak ada jalur jaringan)",
    "Connection closed": "memutus koneksi sebelum ada yang dapat masuk",
    "Connection reset": "memutus koneksi sebelum ada yang dapat masuk",
    "Broken pipe": "memutus koneksi sebelum ada yang dapat masuk",
}
"""What ssh says, and what officials are told instead; the first that fits."""


@dataclass(frozen=True)
class _Login:
    """Where and how to log in."""

    address: str
    port: int
    user: str
    host_key: str
    timeout: float
    password: str = field(repr=False)
    ssh_key: str

    @property
    def place(self) -> str:
        """Say where, as texts do."""
        return f"{self.address} porta {self.port}"


@dataclass(frozen=True)
class _Answer:
    """What ssh came back with."""

    status: int
    output: str
    said: str

    @property
    def ways(self) -> frozenset[str]:
        """Return the ways of logging in that the server offered when it refused; none where it did not come so far."""
        found = _DENIED.search(self.said)
        return frozenset(found["ways"].split(",")) if self.status == _SSH_FAILED and found else frozenset()


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
    ssh_key: str = "",
    measured: Mapping[str, float] | None = None,
) -> CheckReport:
    """See that the applicant can log in and root can't, and that the server has what it should have.

    Args:
        name: what the report calls the server.
        address: IPv4 address.
        port: port of its SSH server.
        user: the applicant's login.
        password: the applicant's password; not used where there is a key.
        host_key: the public key that it must show, type and key; empty takes whichever it shows.
        expected: ``vcpu``, ``memory_mb``, ``disk_gb`` that it must have; what is missing or 0 is not judged.
        timeout: seconds for each login.
        root_must_be_refused: false where the server is not ours to configure yet.
        ssh_key: the applicant's public key: it must open the server, and passwords must not.
        measured: sizes that the playbook counted inside, for a server that only the applicant's key opens.

    Raises:
        CheckError: the check itself can't be carried out: an argument is none, or there is no ssh here.
    """
    login = _Login(address, port, user, host_key, timeout, password, ssh_key)
    if fault := _fault(login):
        raise CheckError(f"{name}: {user}@{address} port {port} can't be tried: {fault}")
    if ssh_key:
        items, root_item, sizes = _try_key(name, login), _root_refuses_key, dict(measured or {})
    else:
        items, sizes = _try_password(name, login)
        root_item = _root_refuses_password
    if not items[0].passed:
        return CheckReport(tuple(items))
    items += _size_items(sizes, expected)
    if root_must_be_refused:
        items.append(root_item(replace(login, user="root")))
    return CheckReport(tuple(items), dict(sizes))


def _fault(login: _Login) -> str:
    """Say which argument is none; a key may come from a form and is not repeated."""
    try:
        ipaddress.IPv4Address(login.address)
    except ValueError:
        return "the address is no IPv4 address"
    if not 0 < login.port <= _HIGHEST_PORT:
        return f"the port is none (allowed: 1-{_HIGHEST_PORT})"
    if not _USER.fullmatch(login.user):
        return "the login is none (allowed: up to 32 small letters, digits, _ and -)"
    if not _HOST_KEY.fullmatch(login.host_key):
        return "the host key is none (allowed: type and key)"
    return "" if _SSH_KEY.fullmatch(login.ssh_key) else "the applicant's key is none (allowed: one line of a .pub file)"


def _try_password(name: str, login: _Login) -> tuple[list[CheckItem], dict[str, float]]:
    """Log in by password and count what there is."""
    answer = _by_password(login, _LOOK)
    found = "dapat masuk" if answer.status == 0 else _words(answer, login)
    item = CheckItem(
        f"Masuk ke {name} melalui SSH", passed=answer.status == 0, found=found,
        expected=f"{login.user} dapat masuk dengan kata sandi",
    )  # fmt: skip
    return [item], _counts(answer.output) if item.passed else {}


def _try_key(name: str, login: _Login) -> list[CheckItem]:
    """See that the server would take the key, and would not take a password."""
    answer, accepted = _offer_key(login)
    if answer.status != _SSH_FAILED:
        found = "siapa pun dapat masuk, tanpa kunci dan tanpa kata sandi"
    elif not answer.ways:
        found = _words(answer, login)
    else:
        found = "kunci SSH diterima" if accepted else f"{login.place} menolak kunci SSH {login.user}"
    items = [
        CheckItem(
            f"Masuk ke {name} melalui SSH", passed=bool(answer.ways) and accepted, found=found,
            expected=f"{login.user} dapat masuk dengan kunci SSH",
        )
    ]  # fmt: skip
    if answer.ways:
        closed = answer.ways == {"publickey"}
        items.append(
            CheckItem("Kata sandi ditolak melalui SSH", passed=closed, expected="hanya kunci SSH diterima",
                      found="hanya kunci SSH diterima" if closed else "kata sandi masih diterima")
        )  # fmt: skip
    return items


def _root_refuses_password(root: _Login) -> CheckItem:
    """See that the applicant's password does not open root's account."""
    answer = _by_password(root, "true")
    return _root_item(root, answer, against="" if answer.status == _SSH_FAILED else "root dapat masuk")


def _root_refuses_key(root: _Login) -> CheckItem:
    """See that the applicant's key does not open root's account, and that root is asked for no password."""
    answer, accepted = _offer_key(root)
    if accepted or answer.status != _SSH_FAILED:
        return _root_item(root, answer, against="root dapat masuk")
    return _root_item(root, answer, against="root ditanyai kata sandi" if answer.ways - {"publickey"} else "")


def _root_item(root: _Login, answer: _Answer, *, against: str) -> CheckItem:
    """Judge root's login; a server that did not answer has refused nobody."""
    if not against and not answer.ways:
        against = f"tidak dapat diperiksa: {_words(answer, root)}"
    return CheckItem("root ditolak melalui SSH", passed=not against, expected="ditolak", found=against or "ditolak")


def _size_items(sizes: Mapping[str, float], expected: Mapping[str, int]) -> Iterator[CheckItem]:
    for size, wanted in expected.items():
        if wanted:
            enough = sizes.get(size, 0) >= wanted * _ENOUGH[size]
            found = _number(sizes[size]) if size in sizes else "tidak terukur"
            yield CheckItem(_LABELS[size], passed=enough, expected=str(wanted), found=found)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _counts(text: str) -> dict[str, float]:
    """Return what was counted inside the server."""
    try:
        cpus, memory, disk = (int(line) for line in text.split()[-3:])
    except ValueError:
        return {}
    return {"vcpu": cpus, "memory_mb": memory, "disk_gb": round(disk / 1024, 2)}


def _by_password(login: _Login, command: str) -> _Answer:
    """Run a command on the server under a password login."""
    ways = {"PreferredAuthentications": "password", "PubkeyAuthentication": "no", "NumberOfPasswordPrompts": "1"}
    with _folder() as folder:
        return _run(login, command, {**ways, "LogLevel": "INFO"}, environment=_asking(login.password, folder))


def _offer_key(login: _Login) -> tuple[_Answer, bool]:
    """Offer the public key, and tell whether the server would take it; without the private half it ends there."""
    with _folder() as folder:
        key = folder / "applicant.pub"
        key.touch(mode=0o600)
        key.write_text(f"{login.ssh_key}\n", encoding="ascii")
        ways = {
            "PreferredAuthentications": "publickey", "IdentityFile": str(key), "IdentitiesOnly": "yes",
            "IdentityAgent": "none", "BatchMode": "yes", "LogLevel": "DEBUG1",
        }  # fmt: skip
        answer = _run(login, "true", ways, environment=_plain(folder))
    lines = answer.said.splitlines()
    accepted = any(line.startswith("debug1: Server accepts key: ") for line in lines)
    said = "\n".join(line for line in lines if not line.startswith("debug1: "))
    return replace(answer, said=said), accepted


def _run(login: _Login, command: str, ways: Mapping[str, str], *, environment: Mapping[str, str]) -> _Answer:
    """Run ssh; it meets the one host key that is known, or whichever where none is."""
    options = {
        "StrictHostKeyChecking": "yes" if login.host_key else "no", "UserKnownHostsFile": "/dev/null",
        "GlobalKnownHostsFile": "/dev/null", "ConnectTimeout": str(math.ceil(login.timeout)), "ControlMaster": "no",
        **ways,
    }  # fmt: skip
    if login.host_key:
        options["KnownHostsCommand"] = f"/bin/echo %H {login.host_key}"
    words = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
    line = ["ssh", "-F", "/dev/null", *words, "-p", str(login.port), f"{login.user}@{login.address}", command]
    try:
        done = subprocess.run(
            line, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
            timeout=2 * login.timeout, check=False, start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _Answer(_SSH_FAILED, "", "timed out")
    except OSError as error:
        raise CheckError(f"ssh can't be run here ({error.strerror}); install the package openssh-client") from error
    status = done.returncode if done.returncode >= 0 else _SSH_FAILED  # negative: ssh itself was killed
    return _Answer(status, done.stdout, done.stderr)


@contextmanager
def _folder() -> Iterator[Path]:
    """Lend a folder that its owner alone can read."""
    with tempfile.TemporaryDirectory(prefix="laksana-") as folder:
        yield Path(folder)


def _plain(folder: Path) -> dict[str, str]:
    """Return an environment without anybody's agent or settings."""
    return {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8"}


def _asking(password: str, folder: Path) -> dict[str, str]:
    """Return the environment in which ssh asks a program for the password."""
    secret, program = folder / "answer", folder / "ask"
    secret.touch(mode=0o600)
    secret.write_text(f"{password}\n", encoding="utf-8")
    program.touch(mode=0o700)
    program.write_text(f"#!/bin/sh\nexec cat {shlex.quote(str(secret))}\n", encoding="utf-8")
    return {**_plain(folder), "DISPLAY": ":0", "SSH_ASKPASS": str(program), "SSH_ASKPASS_REQUIRE": "force"}


def _words(answer: _Answer, login: _Login) -> str:
    """Say in Bahasa Indonesia why nobody was let in."""
    if _EXPIRED in answer.said:
        text = "meminta kata sandi diganti dahulu, karena sudah kedaluwarsa"
    elif answer.status != _SSH_FAILED:
        text = f"dapat dimasuki, tetapi perintah di dalamnya gagal (status {answer.status})"
    elif answer.ways:
        asked = answer.ways & {"password", "keyboard-interactive"}
        text = f"menolak pengguna {login.user} atau kata sandinya" if asked else "tidak menerima kata sandi sama sekali"
    else:
        fitting = (text for sign, text in _WORDS.items() if sign in answer.said)
        text = next(fitting, "tidak dapat dimasuki melalui SSH").format(timeout=login.timeout)
    return f"{login.place} {text}"
