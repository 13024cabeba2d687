"""Whether a host answers: an SSH greeting, the zone's SOA, any HTTP status, any answer of S3.

Asks over the network like a stranger; looks into no host.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterable

import dns.exception
import dns.message
import dns.query
import dns.rcode

from tests.lab.errors import LabError
from tests.lab.hosts import Host

ZONE = "gresikkab.go.id."
_PATIENCE = 1.0


def wait_until_ready(hosts: Iterable[Host], seconds: float, is_running: Callable[[Host], bool]) -> None:
    """Return as soon as every host answers as its description says.

    Raises:
        LabError: A host ended, or still does not answer after ``seconds``.
    """
    deadline = time.monotonic() + seconds
    waiting = [(host, kind) for host in hosts for kind in host.answers]
    while waiting:
        waiting = [(host, kind) for host, kind in waiting if not _CHECKS[kind](host)]
        for host, kind in waiting:
            if not is_running(host):
                raise LabError(f"{host.name} ended while it was booting")
            if time.monotonic() > deadline:
                raise LabError(f"{host.name} ({host.address}) gives no {kind} answer after {seconds:.0f} s")
        if waiting:
            time.sleep(0.05)


def _ssh_answers(host: Host) -> bool:
    try:
        with socket.create_connection((host.address, host.ssh_port), timeout=_PATIENCE) as connection:
            return connection.recv(8).startswith(b"SSH-2.0")
    except OSError:
        return False


def _dns_answers(host: Host) -> bool:
    query = dns.message.make_query(ZONE, "SOA")
    try:
        answer = dns.query.udp(query, host.address, timeout=_PATIENCE)
    except (OSError, dns.exception.DNSException):
        return False
    return answer.rcode() == dns.rcode.NOERROR and bool(answer.answer)


def _http_answers(host: Host) -> bool:
    connection = http.client.HTTPConnection(host.address, timeout=_PATIENCE)
    try:
        connection.request("HEAD", "/")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _s3_answers(host: Host) -> bool:
    # Whose certificate it is does not matter here: what counts is that something answers.
    connection = http.client.HTTPSConnection(
        host.address,
        8333,
        timeout=_PATIENCE,
        context=ssl._create_unverified_context(),  # noqa: S323
    )
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


_CHECKS: dict[str, Callable[[Host], bool]] = {
    "ssh": _ssh_answers, "dns": _dns_answers, "http": _http_answers, "s3": _s3_answers,
}  # fmt: skip
