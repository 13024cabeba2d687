"""Plays Kementerian Kominfo for the lab: hands a server over with a password, and enlarges it from outside."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tests.lab import container, disks, places
from tests.lab.commands import run, succeeds
from tests.lab.errors import LabError
from tests.lab.hosts import Host

HOST = "pdn1"
USER = "pdnadmin"
DATA = "/srv"


def hand_over(root: Path) -> None:
    """Give the server at ``root`` its user and a new initial password, which is kept on this machine only."""
    places.MINISTRY.mkdir(mode=0o700, exist_ok=True)
    password = secrets.token_urlsafe(12)
    if not succeeds("chroot", str(root), "id", USER):
        run("chroot", str(root), "useradd", "--create-home", "--shell", "/bin/bash", "--groups", "sudo", USER)
    run("chroot", str(root), "chpasswd", "--crypt-method", "SHA512", input_text=f"{USER}:{password}\n")
    places.INITIAL_PASSWORD.unlink(missing_ok=True)
    with os.fdopen(os.open(places.INITIAL_PASSWORD, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{password}\n")
    # The account of the lab's controller is not known there.
    succeeds("chroot", str(root), "userdel", "--remove", places.SSH_USER)
    (root / "etc/sudoers.d/laksana").unlink(missing_ok=True)


def initial_password() -> str:
    """Return the password that was handed over."""
    return places.INITIAL_PASSWORD.read_text().strip()


def enlarge(host: Host, *, disk_megabytes: int, processors: int) -> None:
    """Give a server a larger disk and more processors, as the ministry's platform does.

    Raises:
        LabError: the host is not running.
    """
    disks.grow(host, DATA, megabytes=disk_megabytes)
    allow_processors(host, processors)


def allow_processors(host: Host, processors: int) -> None:
    """Let a host see so many of this machine's processors: every process of it, and those that they will start."""
    first = container.first_process(host)
    if first is None:
        raise LabError(f"{host.name} is not running")
    allowed = set(range(min(processors, os.cpu_count() or 1)))
    for pid in container.processes_below(first):
        try:
            os.sched_setaffinity(pid, allowed)
        except ProcessLookupError:
            continue
