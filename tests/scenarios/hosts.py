"""What a name has left on the hosts, asked from outside with dig and HTTP, and on the hosts' own disks."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.demo.summary import ask_dns, fetch
from tests.lab import api as lab
from tests.lab.locking import exclusive

NAME_SERVER, PROXY, APPLICATION = "10.77.0.11", "10.77.0.12", "10.77.0.13"
ZONE = "gresikkab.go.id"
PAGE = "Aplikasi Contoh Dinas Perikanan"
_SITES = ("/etc/nginx/sites-available", "/etc/nginx/sites-enabled")


@dataclass(frozen=True)
class Records:
    """Everything that the hosts know of a name."""

    addresses: tuple[str, ...]
    """A records that dig gets, one entry a record."""
    dns_status: str
    """NOERROR, NXDOMAIN, …"""
    sites: tuple[str, ...]
    """Files of the proxy that name it."""
    page: bool
    """Whether the application's page comes under this name."""

    @property
    def nothing(self) -> bool:
        """Whether no host knows the name."""
        return self.dns_status == "NXDOMAIN" and not self.sites and not self.page


def records_on_hosts(label: str) -> Records:
    """Look at a name from outside and on the proxy's disk."""
    name = f"{label}.{ZONE}"
    header = _dig(name, "A", "+noall", "+comments")
    status = header.partition("status: ")[2].partition(",")[0]
    return Records(
        addresses=tuple(ask_dns(name, NAME_SERVER)),
        dns_status=status,
        sites=tuple(path for path in proxy_sites() if name in path),
        page=fetch(name, PROXY, PAGE)["body_contains"] == PAGE,
    )


def is_served_once(label: str) -> bool:
    """Tell whether a name has exactly one record, one site and its page."""
    name = f"{label}.{ZONE}"
    sites = tuple(f"{folder}/laksana-{name}.conf" for folder in _SITES)
    return records_on_hosts(label) == Records((PROXY,), "NOERROR", sites, page=True)


def proxy_sites() -> list[str]:
    """List the proxy's site files."""
    done = lab.run_on("proxy1", "find", *_SITES, "-name", "*.conf")
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.split())


def zone_serial() -> int:
    """Return the zone's serial number, which every change raises."""
    return int(_dig(ZONE, "SOA", "+short").split()[2])


@contextmanager
def switched_off(name: str) -> Iterator[None]:
    """Have a host off; the lab's lock is held, so that no other session's "up" switches it on meanwhile."""
    lab.stop_host(name)
    try:
        with exclusive(print):
            yield
    finally:
        lab.start_host(name)


@contextmanager
def cut_off(name: str) -> Iterator[None]:
    """Have a host's cable out; it runs on."""
    with exclusive(print):
        lab.cut_host(name)
        try:
            yield
        finally:
            lab.join_host(name)


def _dig(name: str, kind: str, *options: str) -> str:
    command = ["dig", "+time=3", "+tries=2", *options, f"@{NAME_SERVER}", name, kind]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
