"""Whether a hosting account works, tried as its agency would: log in by FTPS, upload a page, get it by name.

Faults of the network and of the host are failed items in words; the password stands in none of them.
"""

from __future__ import annotations

import errno
import ftplib  # only its TLS variant is used, and a plain connection only to see it refused
import io
import re
import secrets
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import requests

from laksana.errors import CheckError
from laksana.records import CheckItem, CheckReport

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+", re.ASCII)
_USER = re.compile(r"[a-z][a-z0-9]{2,15}", re.ASCII)
_FOLDER = "public_html"
_OK = 200
_FAULTS: tuple[type[Exception], ...] = (*ftplib.all_errors, UnicodeError)
"""What a server can answer, or not answer, in the middle of a session."""
_NO_WAY = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH})
_ASKS_PASSWORD = "331"  # noqa: S105  # FTP's reply to a login's name
_REFUSED_LOGIN = "530"
_CERTIFICATES = {
    10: "sudah kedaluwarsa",
    18: "bukan dari otoritas yang dipercaya",
    19: "bukan dari otoritas yang dipercaya",
    20: "bukan dari otoritas yang dipercaya",
    62: "untuk nama lain",
}
"""OpenSSL's number of a fault → words."""
_WORDS: dict[type[Exception], str] = {
    TimeoutError: "tidak menjawab pada waktunya",
    ConnectionRefusedError: "menolak koneksi",
    UnicodeError: "jawabannya tidak dapat dibaca",
    ssl.SSLError: "TLS gagal",
}


@dataclass(frozen=True)
class _Place:
    """Where something answers, and how long it may take."""

    address: str
    port: int
    timeout: float


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
    ftp_place, web_place = _Place(address, ftp_port, timeout), _Place(web_address, http_port, timeout)
    page = f"uji-{secrets.token_hex(8)}.html"
    items = [_plain_item(ftp_place, user)]
    try:
        with _session(context, ftp_place, host_name) as ftp:
            items.append(_login(ftp, user, password))
            if items[-1].passed:
                items.extend(_try_site(ftp, name, page, web_place))
    except _FAULTS as error:
        items.append(CheckItem("Masuk FTPS", passed=False, expected="tersambung dengan TLS", found=_words(error)))
    facts: dict[str, Any] = {"ftps": {"address": address, "user": user}, "http": {"url": f"http://{name}/{page}"}}
    return CheckReport(tuple(_without(password, item) for item in items), facts)


class _NamedFtps(ftplib.FTP_TLS):
    """FTPS to an address whose certificate must bear a name."""

    def __init__(self, context: ssl.SSLContext, host_name: str, timeout: float) -> None:
        super().__init__(context=context, timeout=timeout)
        self._host_name = host_name

    def auth(self) -> str:
        """Begin TLS; what is checked in the certificate is the name, not the address that was called."""
        self.host = self._host_name
        return super().auth()


@contextmanager
def _session(context: ssl.SSLContext, place: _Place, host_name: str) -> Iterator[ftplib.FTP_TLS]:
    """Lend a connection under TLS in which nobody is logged in yet."""
    ftp = _NamedFtps(context, host_name, place.timeout)
    try:
        ftp.connect(place.address, place.port)
        ftp.auth()
        yield ftp
    finally:
        ftp.close()


def _context(ca_file: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        message = f"LAKSANA_HOSTING_CA_FILE={ca_file} can't be read (allowed: a certificate in PEM)"
        raise CheckError(message) from error


def _plain_item(place: _Place, user: str) -> CheckItem:
    """See that the server asks for no password without TLS; none is sent."""
    passed, ftp = False, ftplib.FTP(timeout=place.timeout)  # noqa: S321  # to see it refused
    try:
        ftp.connect(place.address, place.port)
        try:
            answer = ftp.sendcmd(f"USER {user}")
        except ftplib.Error:
            passed, found = True, "ditolak"
        else:
            found = "kata sandi diminta tanpa TLS" if answer.startswith(_ASKS_PASSWORD) else "diterima tanpa kata sandi"
    except _FAULTS as error:
        found = f"tidak dapat diperiksa: {_words(error)}"
    finally:
        ftp.close()
    return CheckItem("FTP tanpa TLS ditolak", passed=passed, expected="ditolak", found=found)


def _login(ftp: ftplib.FTP_TLS, user: str, password: str) -> CheckItem:
    """Log in, and see that the account is kept in its home."""
    expected = f"{user} dapat masuk dengan TLS"
    try:
        ftp.login(user, password)
        ftp.prot_p()
        folder = ftp.pwd()
    except _FAULTS as error:
        refused = isinstance(error, ftplib.error_perm) and str(error).startswith(_REFUSED_LOGIN)
        found = "pengguna atau kata sandi ditolak" if refused else _words(error)
        return CheckItem("Masuk FTPS", passed=False, expected=expected, found=found)
    found = f"masuk, {ftp.sock.version()}" if isinstance(ftp.sock, ssl.SSLSocket) else "masuk tanpa TLS"
    caged = folder == "/" and isinstance(ftp.sock, ssl.SSLSocket)
    return CheckItem(
        "Masuk FTPS", passed=caged, expected=expected,
        found=found if caged else f"{found}, tetapi folder lain dari miliknya terlihat ({folder})",
    )  # fmt: skip


def _try_site(ftp: ftplib.FTP_TLS, name: str, page: str, place: _Place) -> Iterator[CheckItem]:
    """Upload a page, get it by the site's name, and take it away again."""
    text = f"Uji akun hosting {secrets.token_hex(16)}"
    path = f"{_FOLDER}/{page}"
    fault = _fault_of(lambda: ftp.storbinary(f"STOR {path}", io.BytesIO(text.encode())))
    yield CheckItem("Unggah halaman", passed=not fault, expected="terunggah", found=fault or path)
    if not fault:
        yield _fetch(name, page, text, place)
    left = _fault_of(lambda: ftp.delete(path))
    if left and not fault:
        yield CheckItem("Hapus halaman uji", passed=False, expected="terhapus", found=f"{path}: {left}")


def _fault_of(call: Callable[[], object]) -> str:
    """Do something over FTPS and say what was against it."""
    try:
        call()
    except _FAULTS as error:
        return _words(error)
    return ""


def _fetch(name: str, page: str, text: str, place: _Place) -> CheckItem:
    """Get the uploaded page by the site's name."""
    expected = "isi yang baru diunggah"
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.get(
                f"http://{place.address}:{place.port}/{page}",
                headers={"Host": name, "User-Agent": "laksana-check", "Accept-Encoding": "identity"},
                timeout=place.timeout, allow_redirects=False, stream=True,
            ) as answer:  # fmt: skip
                body = next(answer.iter_content(2 * len(text)), b"")
    except (requests.RequestException, OSError):
        found = f"{place.address} porta {place.port} tidak menjawab"
    else:
        same = expected if body == text.encode() else "isi lain"
        found = same if answer.status_code == _OK else f"status {answer.status_code}"
    return CheckItem(f"Halaman http://{name}/ dapat dibuka", passed=found == expected, expected=expected, found=found)


def _words(error: Exception) -> str:
    """Say in Bahasa Indonesia why the server could not be used."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"sertifikat tidak dapat dipercaya: {_CERTIFICATES.get(error.verify_code, error.verify_message)}"
    if isinstance(error, ftplib.Error):
        said = " ".join(str(error).split())
        return "ruang habis" if "quota" in said.lower() else f"ditolak ({said[:120]})"
    if isinstance(error, OSError) and error.errno in _NO_WAY:
        return "tidak terjangkau (tidak ada jalur jaringan)"
    return next((words for kind, words in _WORDS.items() if isinstance(error, kind)), "sambungan terputus")


def _without(password: str, item: CheckItem) -> CheckItem:
    """Take the password out of what a server said: some repeat what they refuse."""
    return replace(item, found=item.found.replace(password, "[rahasia]")) if password else item
