"""Whether a hosting account works, tried as its agency would: log in by FTPS, upload a page, get it by name.

Faults of the network and of the host are failed items in words; the password stands in none of them.
"""

from __future__ import annotations

import ftplib  # noqa: S402  # only its TLS variant is used, and a plain login only to see it refused
import io
import re
import secrets
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from laksana.errors import CheckError
from laksana.records import CheckItem, CheckReport

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+", re.ASCII)
_USER = re.compile(r"[a-z][a-z0-9]{2,15}", re.ASCII)
_FOLDER = "public_html"
_OK = 200


def check_hosting(  # noqa: PLR0913  # all but the name are keywords
    name: str,
    *,
    address: str,
    host_name: str,
    ca_file: Path,
    user: str,
    password: str,
    web_address: str,
    ftp_port: int = 21,
    http_port: int = 80,
    timeout: float = 10.0,
) -> CheckReport:
    """Try an account and its site.

    Args:
        name: full name of the site.
        address: address of the FTPS server.
        host_name: name that the server's certificate must bear.
        ca_file: certificate of the authority that signed it.
        user: the account's login.
        password: the account's password.
        web_address: where the site's name leads: the proxy, or the hosting host itself.
        ftp_port: port of the FTPS server.
        http_port: port of the site.
        timeout: seconds for each answer.

    Raises:
        CheckError: the check itself can't be carried out: a name is none, or the authority's file can't be read.
    """
    if not _NAME.fullmatch(name) or not _USER.fullmatch(user):
        raise CheckError(f"site {name!r} or login {user!r} is no name (e.g. app.gresikkab.go.id, perikanan)")
    context = _context(ca_file)
    items = [_plain_item(address, ftp_port, user, timeout)]
    page = f"uji-{secrets.token_hex(8)}.html"
    text = f"Uji akun hosting {secrets.token_hex(16)}"
    facts: dict[str, Any] = {"ftps": {"address": address, "user": user}, "http": {"url": f"http://{name}/{page}"}}
    try:
        with _session(context, (address, ftp_port), host_name, timeout) as ftp:
            items.append(_login(ftp, user, password))
            if items[-1].passed:
                items.extend(_upload(ftp, page, text))
                if items[-1].passed:
                    items.append(_fetch(name, page, text, (web_address, http_port), timeout))
                    ftp.delete(f"{_FOLDER}/{page}")
    except (*ftplib.all_errors, ssl.SSLError) as error:
        items.append(CheckItem("Masuk FTPS", passed=False, expected="tersambung dengan TLS", found=_words(error)))
    return CheckReport(tuple(items), facts)


class _NamedFtps(ftplib.FTP_TLS):
    """FTPS to an address whose certificate must bear a name."""

    def __init__(self, context: ssl.SSLContext, host_name: str, timeout: float) -> None:
        super().__init__(context=context, timeout=timeout)
        self._host_name = host_name

    def auth(self) -> str:
        """Begin TLS; what is checked in the certificate is the name, not the address that was called."""
        self.host = self._host_name
        return super().auth()

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """Open the connection of a file where the control connection is, whatever address the server names."""
        self.host = self._host_name
        return super().ntransfercmd(cmd, rest)


@contextmanager
def _session(
    context: ssl.SSLContext, place: tuple[str, int], host_name: str, timeout: float
) -> Iterator[ftplib.FTP_TLS]:
    ftp = _NamedFtps(context, host_name, timeout)
    try:
        ftp.connect(*place)
        ftp.auth()
        yield ftp
        ftp.quit()
    finally:
        ftp.close()


def _context(ca_file: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        message = f"LAKSANA_HOSTING_CA_FILE={ca_file} can't be read (allowed: a certificate in PEM)"
        raise CheckError(message) from error


def _plain_item(address: str, port: int, user: str, timeout: float) -> CheckItem:
    """See that nobody gets in without TLS; a made-up password is sent, never the account's."""
    found = "tidak dapat diperiksa"
    passed = False
    try:
        with ftplib.FTP(timeout=timeout) as ftp:  # noqa: S321  # to see it refused
            ftp.connect(address, port)
            ftp.login(user, secrets.token_hex(8))
            found = "diterima"
    except ftplib.error_perm as error:
        # Refused before the password was looked at (550, 522, 534), not because of it (530).
        passed = not str(error).startswith("530")
        found = "ditolak" if passed else "kata sandi diminta tanpa TLS"
    except ftplib.all_errors as error:
        found = _words(error)
    return CheckItem("FTP tanpa TLS ditolak", passed=passed, expected="ditolak", found=found)


def _login(ftp: ftplib.FTP_TLS, user: str, password: str) -> CheckItem:
    expected = f"{user} dapat masuk dengan TLS"
    try:
        ftp.login(user, password)
        ftp.prot_p()
    except ftplib.error_perm as error:
        found = "pengguna atau kata sandi ditolak" if str(error).startswith("530") else _words(error)
        return CheckItem("Masuk FTPS", passed=False, expected=expected, found=found)
    where = ftp.pwd()
    found = f"masuk, {ftp.sock.version() if isinstance(ftp.sock, ssl.SSLSocket) else 'tanpa TLS'}"
    caged = where == "/" and isinstance(ftp.sock, ssl.SSLSocket)
    return CheckItem("Masuk FTPS", passed=caged, expected=expected, found=found if caged else f"{found}, di {where}")


def _upload(ftp: ftplib.FTP_TLS, page: str, text: str) -> Iterator[CheckItem]:
    try:
        ftp.storbinary(f"STOR {_FOLDER}/{page}", io.BytesIO(text.encode()))
    except (*ftplib.all_errors, ssl.SSLError) as error:
        yield CheckItem("Unggah halaman", passed=False, expected="terunggah", found=_words(error))
    else:
        yield CheckItem("Unggah halaman", passed=True, expected="terunggah", found=f"{_FOLDER}/{page}")


def _fetch(name: str, page: str, text: str, place: tuple[str, int], timeout: float) -> CheckItem:
    """Get the uploaded page by the site's name."""
    label, expected = f"Halaman http://{name}/ dapat dibuka", "isi yang baru diunggah"
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(
                f"http://{place[0]}:{place[1]}/{page}", headers={"Host": name, "User-Agent": "laksana-check"},
                timeout=timeout, allow_redirects=False,
            )  # fmt: skip
    except (requests.RequestException, OSError):
        return CheckItem(label, passed=False, expected=expected, found=f"{place[0]} porta {place[1]} tidak menjawab")
    if answer.status_code != _OK:
        return CheckItem(label, passed=False, expected=expected, found=f"status {answer.status_code}")
    same = answer.text == text
    return CheckItem(label, passed=same, expected=expected, found=expected if same else "isi lain")


def _words(error: Exception) -> str:
    """Say in Bahasa Indonesia why the server could not be used."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"sertifikat tidak dapat dipercaya ({error.verify_message})"
    if isinstance(error, TimeoutError):
        return "tidak menjawab pada waktunya"
    if isinstance(error, ConnectionRefusedError):
        return "menolak koneksi"
    if isinstance(error, ftplib.Error):
        said = " ".join(str(error).split())
        return "ruang habis" if "quota" in said.lower() else f"ditolak ({said[:120]})"
    return f"sambungan terputus ({type(error).__name__})"
