"""Up or down at the limits: servers that drip, certificates that ended, authorities of the public and of the office."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from types import ModuleType

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from laksana.checks.liveness import CERTIFICATE_DAYS, check_account, check_site, check_ssh
from laksana.errors import CheckError
from laksana.records import CheckReport
from tests.checks.test_liveness import CLOSED, HERE, NAME, NOW, greeting
from tests.checks.tiny_dns import answer, serving
from tests.doubles.tls import make_authority


@contextmanager
def dripping() -> Iterator[int]:
    """Serve a page whose head never ends: one more byte every tenth of a second."""
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not over.wait(0.1):
                self.wfile.write(b"a")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            over.set()
            server.shutdown()
            thread.join()


def made_for(name: str, folder: Path, *, days: int) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate that vouches for itself and ends in so many days; give it and a server that bears it."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    until = datetime.now(UTC) + timedelta(days=days, hours=1)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(until - timedelta(days=90)).not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{days}.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


def look(port: int, ca_file: Path | str, *, http: int = CLOSED, timeout: float = 2) -> CheckReport:
    with serving(answer(HERE)) as dns:
        return check_site(
            NAME, dns_server="127.0.0.1", address="127.0.0.1", now=NOW, ca_file=ca_file, http_port=http,
            https_port=port, dns_port=dns, timeout=timeout,
        )  # fmt: skip


def test_dripping_server_is_down_in_time() -> None:
    begun = time.monotonic()
    with dripping() as http:
        report = look(CLOSED, "", http=http, timeout=0.3)
        taken = time.monotonic() - begun

    assert report.items[0].found == "tidak selesai"
    assert 1.8 <= taken < 4


@pytest.mark.parametrize(
    ("days", "passed", "words", "left"),
    [
        (-1, False, "sudah kedaluwarsa", -1),
        (0, True, "berlaku 0 hari lagi; segera diperpanjang", 0),
        (13, True, "berlaku 13 hari lagi; segera diperpanjang", 13),
        (14, True, "berlaku 14 hari lagi", 14),
    ],
)
def test_certificate_counts_until_it_ends(tmp_path: Path, days: int, passed: bool, words: str, left: int) -> None:
    path, server = made_for(NAME, tmp_path, days=days)
    with greeting(b"", wrap=server) as port:
        report = look(port, path)

    assert (report.items[-1].passed, report.items[-1].found) == (passed, words)
    assert report.facts[CERTIFICATE_DAYS] == left


def test_public_authorities_are_trusted_beside_the_offices_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public, server = made_for(NAME, tmp_path, days=30)
    own = make_authority(tmp_path).certificate
    with greeting(b"", wrap=server) as port:
        stranger = look(port, own).items[-1]
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        known = look(port, own).items[-1]

    assert (stranger.passed, stranger.found) == (False, "bukan dari otoritas yang dipercaya")
    assert known.passed


@pytest.mark.parametrize("content", [None, "bukan sertifikat"], ids=["no file", "no certificate"])
def test_authority_that_cannot_be_read_is_the_offices_fault_and_not_the_sites(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "ca.crt"
    if content is not None:
        path.write_text(content)

    with pytest.raises(CheckError, match=r"ca\.crt can't be read \(allowed: a certificate in PEM\)"):
        look(CLOSED, path)


@pytest.mark.parametrize(("address", "port"), [("", 22), ("perikanan", 22), ("127.0.0.1", 0), ("127.0.0.1", 65536)])
def test_server_without_a_place_is_down_and_never_this_machine(address: str, port: int) -> None:
    report = check_ssh("vps-1", address=address, port=port, host_key="", timeout=0.5)

    assert report.items[0].found == "tidak sah"
    assert not report.passed


def test_account_without_a_site_is_down_in_words() -> None:
    report = check_account(
        "perikanan", "", dns_server="127.0.0.1", web_address="127.0.0.1", address="127.0.0.1", now=NOW, ftp_port=CLOSED,
        timeout=0.5,
    )  # fmt: skip

    assert not report.passed
    assert report.items[-1].found == "menolak koneksi"


@pytest.mark.lab
@pytest.mark.parametrize(
    ("change", "found"),
    [("{} kantor@gresik", "sama"), ("ssh-ed25519 AAAA", "kunci lain dari yang tercatat")],
    ids=["with a comment", "another"],
)
def test_servers_key_is_compared_with_the_recorded_one(lab: ModuleType, change: str, found: str) -> None:
    recorded = (lab.find_host("app1").root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()[:2]
    report = check_ssh("app1", address="10.77.0.13", port=22, host_key=change.format(" ".join(recorded)))

    assert report.items[-1].found == found
    assert report.passed is (found == "sama")
