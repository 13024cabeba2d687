"""Up or down, from outside: real servers on loopback that answer well, badly, late or not at all."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from laksana.checks.liveness import CERTIFICATE_DAYS, check_account, check_site, check_ssh
from laksana.records import CheckReport
from tests.checks.test_reachability import page
from tests.checks.tiny_dns import answer, serving
from tests.doubles.tls import make_authority

NOW = datetime.now(UTC)
NAME = "perikanan.gresikkab.go.id"
HERE = f"{NAME}. 60 IN A 127.0.0.1"
CLOSED = 1


@contextmanager
def greeting(*lines: bytes, wrap: ssl.SSLContext | None = None, silent: bool = False) -> Iterator[int]:
    """Serve a protocol's first lines on a free loopback port: the first by itself, each further one after a request."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.1)
        over = threading.Event()

        def talk(connection: socket.socket) -> None:
            with suppress(OSError):
                spoken = wrap.wrap_socket(connection, server_side=True) if wrap else connection
                with spoken as told:
                    for number, line in enumerate(lines):
                        if number:
                            told.recv(256)
                        told.sendall(line)
                    over.wait(5 if silent else 0)

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = door.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield door.getsockname()[1]
        finally:
            over.set()
            thread.join()


def site(status: int, **options: object) -> CheckReport:
    with serving(answer(HERE)) as dns, page(status) as (port, _):
        ports: dict[str, object] = {"http_port": port, "https_port": CLOSED, "dns_port": dns, **options}
        return check_site(NAME, dns_server="127.0.0.1", address="127.0.0.1", now=NOW, timeout=1, **ports)  # type: ignore[arg-type]  # ports are numbers


@pytest.mark.parametrize(
    ("status", "up"), [(200, True), (403, True), (404, True), (500, False), (502, False), (504, False)]
)
def test_site_is_up_while_something_answers_for_it(status: int, up: bool) -> None:
    assert site(status).passed is up


def test_site_without_tls_is_not_asked_for_a_certificate() -> None:
    report = site(200)

    assert CERTIFICATE_DAYS not in report.facts
    assert len(report.items) == 2


@pytest.mark.parametrize(("name", "judged"), [("127.0.0.1", True), (NAME, False)], ids=["its own", "another's"])
def test_certificate_counts_only_for_the_names_it_bears(tmp_path: Path, name: str, judged: bool) -> None:
    """A proxy may serve some names with TLS and others without: those have no certificate, and are up."""
    authority = make_authority(tmp_path)
    with greeting(b"", wrap=authority.server) as port, serving(answer(f"{name}. 60 IN A 127.0.0.1")) as dns, \
            page(200) as (http, _):  # fmt: skip
        report = check_site(
            name, dns_server="127.0.0.1", address="127.0.0.1", now=NOW, ca_file=authority.certificate, http_port=http,
            https_port=port, dns_port=dns, timeout=2,
        )  # fmt: skip

    assert report.passed
    assert (CERTIFICATE_DAYS in report.facts) is judged
    assert ("hari lagi" in report.items[-1].found) is judged


def test_certificate_of_a_stranger_is_down(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    with greeting(b"", wrap=authority.server) as port, serving(answer("127.0.0.1. 60 IN A 127.0.0.1")) as dns, \
            page(200) as (http, _):  # fmt: skip
        report = check_site(
            "127.0.0.1", dns_server="127.0.0.1", address="127.0.0.1", now=NOW, http_port=http, https_port=port,
            dns_port=dns, timeout=2,
        )  # fmt: skip

    assert report.items[-1].found == "bukan dari otoritas yang dipercaya"


def test_certificate_that_ends_soon_is_a_warning_and_one_that_ended_is_down(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    until = ssl.cert_time_to_seconds(_ends_at(tmp_path / "server.crt"))

    def look(now: datetime) -> CheckReport:
        with greeting(b"", wrap=authority.server) as port, serving(answer("127.0.0.1. 60 IN A 127.0.0.1")) as dns:
            return check_site(
                "127.0.0.1", dns_server="127.0.0.1", address="127.0.0.1", now=now, ca_file=authority.certificate,
                http_port=CLOSED, https_port=port, dns_port=dns, timeout=2,
            )  # fmt: skip

    soon = look(datetime.fromtimestamp(until, UTC) - timedelta(days=13)).items[-1]
    later = look(datetime.fromtimestamp(until, UTC) - timedelta(days=15)).items[-1]

    assert (soon.passed, "segera diperpanjang" in soon.found) == (True, True)
    assert "segera diperpanjang" not in later.found


def test_account_needs_its_ftps_server_too() -> None:
    def look(*lines: bytes) -> CheckReport:
        with greeting(*lines) as ftp, serving(answer(HERE)) as dns, page(200) as (http, _):
            return check_account(
                "perikanan", NAME, dns_server="127.0.0.1", web_address="127.0.0.1", address="127.0.0.1", now=NOW,
                ftp_port=ftp, http_port=http, https_port=CLOSED, dns_port=dns, timeout=1,
            )  # fmt: skip

    assert look(b"220 siap\r\n", b"234 AUTH TLS\r\n").passed
    assert look(b"220 siap\r\n", b"500 apa?\r\n").items[-1].found == "menjawab, tetapi tanpa TLS"
    assert not look(b"421 penuh\r\n", b"\r\n").passed


@pytest.mark.parametrize(
    ("lines", "found"),
    [((b"SSH-2.0-OpenSSH_9.2\r\n",), "menjawab"), ((b"220 siap\r\n",), "menjawab, tetapi bukan SSH")],
)
def test_server_greets_as_ssh_does(lines: tuple[bytes, ...], found: str) -> None:
    with greeting(*lines) as port:
        report = check_ssh("vps-1", address="127.0.0.1", port=port, host_key="", timeout=1)

    assert report.items[0].found == found
    assert report.passed is (found == "menjawab")


@pytest.mark.parametrize(("lines", "words"), [((), "tidak menjawab dalam 0.5 detik"), (None, "menolak koneksi")])
def test_silent_and_closed_servers_are_told_apart_in_words(lines: tuple[bytes, ...] | None, words: str) -> None:
    if lines is None:
        report = check_ssh("vps-1", address="127.0.0.1", port=CLOSED, host_key="", timeout=0.5)
    else:
        with greeting(*lines, silent=True) as port:
            report = bounded(lambda: check_ssh("vps-1", address="127.0.0.1", port=port, host_key="", timeout=0.5), 3)

    assert report.items[0].found == words


def bounded(look: Callable[[], CheckReport], seconds: float) -> CheckReport:
    """Look, and see that it did not take longer."""
    begun = time.monotonic()
    report = look()
    assert time.monotonic() - begun < seconds
    return report


def _ends_at(certificate: Path) -> str:
    return str(ssl._ssl._test_decode_cert(str(certificate))["notAfter"])  # type: ignore[attr-defined]  # the only way without a library
