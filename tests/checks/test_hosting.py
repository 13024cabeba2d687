"""A hosting account passes when its agency can upload and see a page: a real account, and small servers with faults."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from laksana.checks.hosting import check_hosting
from laksana.errors import CheckError
from laksana.records import CheckReport
from tests.lab import places
from tests.playbooks.provisioned import TICKET, Service, made, watched_processes

HOST, ADDRESS, CERTIFIED = "hosting1", "10.77.0.14", "hosting.gresikkab.go.id"
NOBODY_THERE = "10.77.0.249"
PLAIN, LOGIN, UPLOAD = "FTP tanpa TLS ditolak", "Masuk FTPS", "Unggah halaman"
PASSWORD = f"Marka-{uuid4().hex}"
GOOD = {"AUTH": "234 go", "USER": "331 password", "PASS": "230 in", "PBSZ": "200", "PROT": "200", "PWD": '257 "/"'}


class Account:
    """A real account of the lab's hosting host."""

    def __init__(self, lab: ModuleType, folder: Path) -> None:
        self.user = f"uji{uuid4().hex[:8]}"
        self.name = f"{self.user}.gresikkab.go.id"
        self.home = f"/srv/hosting/{self.user}"
        variables = {"user": self.user, "name": self.name, "quota_mb": 10, "database": "tidak", "ticket": TICKET}
        passwords = {"password": PASSWORD, "database_password": ""}
        self.service = Service("hosting_account", folder, variables, passwords)
        self._lab = lab

    def on_host(self, command: str) -> str:
        done = self._lab.run_on(HOST, "sh", "-c", command.format(home=self.home, user=self.user))
        assert done.returncode == 0, done.stderr
        return str(done.stdout)

    def check(self, name: str = "", **other: Any) -> CheckReport:
        asked = {
            "address": ADDRESS, "host_name": CERTIFIED, "ca_file": places.CA, "user": self.user, "password": PASSWORD,
            "web_address": ADDRESS,
        }  # fmt: skip
        return check_hosting(name or self.name, **{**asked, **other})


@pytest.fixture(scope="module")
def account(lab: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    account = Account(lab, tmp_path_factory.mktemp("account"))
    try:
        made(account.service.apply())
        yield account
    finally:
        made(account.service.undo())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that signs itself, for a server that is none of the lab's; its key lies beside it."""
    return certificate(tmp_path_factory.mktemp("tls"), ends=timedelta(days=1))


def certificate(folder: Path, *, ends: timedelta) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, CERTIFIED)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(CERTIFIED)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "server.crt"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    file.with_suffix(".key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    return file


class FaultyServer:
    """An FTP server that says to each command what it is told to, for the two connections of a check."""

    def __init__(self, server: socket.socket, replies: Mapping[str, str], tls: Path | None) -> None:
        self.seen: list[str] = []
        """What came in, line by line."""
        self._server = server
        self._replies = replies
        self._tls = tls

    def serve(self) -> None:
        for _ in range(2):
            with ExitStack() as ends, suppress(OSError):  # hung up, or nobody came any more
                caller, _ = self._server.accept()
                self._talk(ends.enter_context(caller), ends)

    def _talk(self, caller: socket.socket, ends: ExitStack) -> None:
        caller.settimeout(5)
        self._say(caller, "220 here")
        while line := caller.recv(4096).decode("latin-1"):
            self.seen.append(line.strip())
            verb = line.partition(" ")[0].strip()
            self._say(caller, self._replies.get(verb, "502 no"))
            if verb == "AUTH" and self._tls and self._replies["AUTH"].startswith("234"):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self._tls, self._tls.with_suffix(".key"))
                caller = ends.enter_context(context.wrap_socket(caller, server_side=True))
                caller.settimeout(5)

    @staticmethod
    def _say(caller: socket.socket, reply: str) -> None:
        if reply:
            caller.sendall(reply.encode("latin-1") + b"\r\n")


@contextmanager
def serving(replies: Mapping[str, str], tls: Path | None = None) -> Iterator[tuple[int, FaultyServer]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        server = FaultyServer(listener, replies, tls)
        thread = Thread(target=server.serve)
        thread.start()
        yield listener.getsockname()[1], server
        thread.join()


def locally(port: int, ca_file: Path, **other: Any) -> CheckReport:
    asked = {
        "address": "127.0.0.1", "ftp_port": port, "host_name": CERTIFIED, "ca_file": ca_file, "user": "perikanan",
        "password": PASSWORD, "web_address": "127.0.0.1", "timeout": 0.5,
    }  # fmt: skip
    return check_hosting("ikan.gresikkab.go.id", **{**asked, **other})


def failed(report: CheckReport) -> dict[str, str]:
    return {item.name: item.found for item in report.items if not item.passed}


@pytest.mark.lab
def test_agency_uploads_a_page_and_gets_it_by_name(account: Account) -> None:
    with watched_processes({"password": PASSWORD}) as watch:
        report = account.check()

    page = f"Halaman http://{account.name}/ dapat dibuka"
    assert [(item.name, item.passed) for item in report.items] == [
        (PLAIN, True), (LOGIN, True), (UPLOAD, True), (page, True),
    ]  # fmt: skip
    assert report.items[1].found == "masuk, TLSv1.3"
    assert report.facts["ftps"] == {"address": ADDRESS, "user": account.user}
    assert report.facts["http"]["url"].startswith(f"http://{account.name}/uji-")
    assert account.on_host("ls {home}/public_html") == ""
    assert PASSWORD not in str(report)
    assert watch.seen == set()


@pytest.mark.lab
@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"password": "bukan-sandinya"}, "pengguna atau kata sandi ditolak"),
        ({"user": "tiada"}, "pengguna atau kata sandi ditolak"),
        ({"host_name": "lain.gresikkab.go.id"}, "sertifikat tidak dapat dipercaya: untuk nama lain"),
    ],
    ids=["password", "login", "certificate-of-another-name"],
)
def test_agency_that_does_not_get_in_is_told_why(account: Account, other: dict[str, str], told: str) -> None:
    assert failed(account.check(**other)) == {LOGIN: told}


@pytest.mark.lab
def test_certificate_of_another_authority_is_not_trusted(account: Account, authority: Path) -> None:
    told = {LOGIN: "sertifikat tidak dapat dipercaya: bukan dari otoritas yang dipercaya"}
    assert failed(account.check(ca_file=authority)) == told


@pytest.mark.lab
def test_full_quota_is_told_and_no_page_is_left(account: Account) -> None:
    account.on_host("head -c 12M /dev/urandom > {home}/tmp/isi 2>&- || true; btrfs filesystem sync /srv/hosting")
    try:
        report = account.check()
        left = account.on_host("ls {home}/public_html")
    finally:
        account.on_host("rm {home}/tmp/isi; btrfs filesystem sync /srv/hosting")

    assert (failed(report), left) == ({UPLOAD: "ruang habis"}, "")


@pytest.mark.lab
def test_page_that_its_name_does_not_lead_to_is_told(account: Account) -> None:
    name = f"tiada-{account.name}"
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]

    assert failed(account.check(name)) == {f"Halaman http://{name}/ dapat dibuka": "status 404"}
    report = account.check(web_address="127.0.0.1", http_port=closed)
    page = f"Halaman http://{account.name}/ dapat dibuka"
    assert failed(report) == {page: f"127.0.0.1 porta {closed} tidak menjawab"}


@pytest.mark.lab
def test_page_that_its_owner_cannot_delete_is_told(account: Account) -> None:
    account.on_host("printf '<Limit DELE>\\nDenyAll\\n</Limit>\\n' > {home}/public_html/.ftpaccess")
    try:
        told = failed(account.check())
    finally:
        account.on_host("rm {home}/public_html/.ftpaccess {home}/public_html/uji-*")

    assert list(told) == ["Hapus halaman uji"]
    assert "ditolak (550" in told["Hapus halaman uji"]


@pytest.mark.lab
def test_page_with_other_content_is_told(account: Account) -> None:
    rule = "/etc/nginx/sites-enabled/laksana-{user}.conf"
    old = r"s/server_name .*/&\n  return 200 lama;/"
    account.on_host(f"cp {rule} /root/{{user}}.conf; sed -i '{old}' {rule}; nginx -s reload; sleep 1")
    try:
        report = account.check()
    finally:
        account.on_host(f"mv /root/{{user}}.conf {rule}; nginx -s reload; sleep 1")
    assert failed(report) == {f"Halaman http://{account.name}/ dapat dibuka": "isi lain"}


@pytest.mark.lab
def test_host_without_a_way_to_it_is_told(account: Account) -> None:
    way = "tidak terjangkau (tidak ada jalur jaringan)"
    told = {PLAIN: f"tidak dapat diperiksa: {way}", LOGIN: way}
    assert failed(account.check(address=NOBODY_THERE)) == told


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("331 password please", "kata sandi diminta tanpa TLS"),
        ("230 welcome", "diterima tanpa kata sandi"),
        ("550 SSL/TLS required", "ditolak"),
        ("530 Non-anonymous sessions must use encryption", "ditolak"),
        ("421 cleartext sessions are not accepted", "ditolak"),
        ("", "tidak dapat diperiksa: tidak menjawab pada waktunya"),
    ],
)
def test_server_that_takes_logins_without_tls_is_told(authority: Path, reply: str, found: str) -> None:
    with serving({"USER": reply, "AUTH": "502 no TLS here"}) as (port, server):
        report = locally(port, authority)

    assert (report.items[0].name, report.items[0].found) == (PLAIN, found)
    assert report.items[0].passed == (found == "ditolak")
    assert failed(report)[LOGIN] == "ditolak (502 no TLS here)"
    assert not any(line.startswith("PASS") for line in server.seen)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"PASS": "530 wrong"}, "pengguna atau kata sandi ditolak"),
        ({"PASS": f"421 too many tries with {PASSWORD}"}, "ditolak (421 too many tries with [rahasia])"),
        ({"PWD": '257 "/srv/hosting/perikanan"'}, "folder lain dari miliknya terlihat (/srv/hosting/perikanan)"),
        ({"PROT": "536 files in the clear only"}, "ditolak (536 files in the clear only)"),
        ({"PASS": ""}, "tidak menjawab pada waktunya"),
        ({"PASS": "230 selamat datang, caf\xe9"}, "jawabannya tidak dapat dibaca"),
        ({"AUTH": "234 go", "tls": ""}, "TLS gagal"),
    ],
    ids=["wrong", "repeats-the-password", "no-cage", "clear-files", "silent", "unreadable", "no-tls-after-all"],
)
def test_login_under_tls_that_goes_wrong_is_told(authority: Path, other: dict[str, str], told: str) -> None:
    with serving({**GOOD, **other}, None if "tls" in other else authority) as (port, _):
        report = locally(port, authority)

    assert told in failed(report)[LOGIN]
    assert [item.name for item in report.items] == [PLAIN, LOGIN]
    assert PASSWORD not in str(report)


def test_certificate_that_ran_out_is_told(tmp_path: Path) -> None:
    old = certificate(tmp_path, ends=timedelta(days=-1))
    with serving(GOOD, old) as (port, _):
        assert failed(locally(port, old))[LOGIN] == "sertifikat tidak dapat dipercaya: sudah kedaluwarsa"


def test_page_that_is_not_taken_is_told(authority: Path) -> None:
    with serving({**GOOD, "TYPE": "200", "EPSV": "425 no port", "PASV": "425 no port"}, authority) as (port, _):
        assert failed(locally(port, authority))[UPLOAD] == "ditolak (425 no port)"


def test_closed_port_is_told(authority: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert failed(locally(port, authority)) == {
        PLAIN: "tidak dapat diperiksa: menolak koneksi",
        LOGIN: "menolak koneksi",
    }


@pytest.mark.parametrize("user", ["root\r\nDELE x", "Perikanan", "ab", ""])
def test_login_that_is_none_is_an_error_without_the_password(authority: Path, user: str) -> None:
    with pytest.raises(CheckError, match="is no name") as refused:
        locally(21, authority, user=user)
    assert PASSWORD not in str(refused.value)


def test_authority_that_cannot_be_read_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match=r"LAKSANA_HOSTING_CA_FILE=.*tiada\.crt"):
        locally(21, tmp_path / "tiada.crt")
