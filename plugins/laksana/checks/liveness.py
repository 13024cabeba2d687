"""Whether a service is up, seen from outside: its name in DNS, its page, its certificate, its FTPS or SSH greeting.

Down is an answer in words, no exception; every question has its own time limit and every service one in all, so that a
slow host costs seconds.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from laksana.checks.host_keys import scan_host_key
from laksana.checks.patience import in_time
from laksana.checks.reachability import check_subdomain
from laksana.errors import CheckError
from laksana.records import CheckItem, CheckReport

WARNING_DAYS = 14
"""Days before a certificate's end from which the report says so."""
CERTIFICATE_DAYS = "sertifikat_hari"
_WORKS_BELOW = 500
_GATEWAY_FAULTS = frozenset({502, 503, 504})
_FTP_READY = b"220"
_AUTH_ACCEPTED = b"234"
_FOR_ANOTHER_NAME = 62
"""OpenSSL's number of a certificate that bears other names."""
_BANNER = re.compile(rb"SSH-(2\.0|1\.99)-")


@in_time(questions=6)
def check_site(  # noqa: PLR0913  # all but the name are keywords
    name: str,
    *,
    dns_server: str,
    address: str,
    now: datetime,
    ca_file: Path | str = "",
    http_port: int = 80,
    https_port: int = 443,
    dns_port: int = 53,
    timeout: float = 5.0,
) -> CheckReport:
    """Check a site: its address in DNS, a page by its name, and its certificate where it has one.

    A page that asks for a login or is not found is up: something answers for the name. A gateway that gets no answer
    from the application is down.

    Args:
        name: full host name.
        dns_server: the zone's own server.
        address: where the name must lead.
        now: for the certificate's remaining days.
        ca_file: certificate of a private authority that is trusted beside the public ones.
        http_port: port of the site.
        https_port: port of the site with TLS; a site without is judged by HTTP alone.
        dns_port: port of the name server.
        timeout: seconds for each question.

    Raises:
        CheckError: the authority's file can't be read.
    """
    try:
        seen = check_subdomain(
            name, dns_server=dns_server, expected_address=address, http_port=http_port, dns_port=dns_port,
            timeout=timeout,
        )  # fmt: skip
    except CheckError as error:
        return CheckReport((CheckItem(f"Nama {name}", passed=False, expected="nama situs yang sah", found=str(error)),))
    *others, page = seen.items
    status = int(seen.facts["http"]["status"])
    up = page.passed or (0 < status < _WORKS_BELOW and status not in _GATEWAY_FAULTS)
    expected = "situs menjawab; bukan kesalahan peladen (status 5xx)"
    items = [*others, replace(page, passed=up, expected=expected)]
    certificate = _certificate_item(name, address, https_port, ca_file, now, timeout)
    facts = dict(seen.facts)
    if certificate is not None:
        item, days = certificate
        items.append(item)
        facts[CERTIFICATE_DAYS] = days
    return CheckReport(tuple(items), facts)


@in_time(questions=8)
def check_account(  # noqa: PLR0913  # all but two are keywords
    user: str,
    site: str,
    *,
    dns_server: str,
    web_address: str,
    address: str,
    now: datetime,
    ca_file: Path | str = "",
    ftp_port: int = 21,
    http_port: int = 80,
    https_port: int = 443,
    dns_port: int = 53,
    timeout: float = 5.0,
) -> CheckReport:
    """Check a hosting account: its site, and that the FTPS server greets and offers TLS.

    Args:
        user: login of the account, for the report.
        site: full name of its site.
        dns_server: the zone's own server.
        web_address: where the site's name must lead.
        address: the FTPS server.
        now: for the certificate's remaining days.
        ca_file: certificate of a private authority that is trusted beside the public ones.
        ftp_port: port of the FTPS server.
        http_port: port of the site.
        https_port: port of the site with TLS.
        dns_port: port of the name server.
        timeout: seconds for each question.

    Raises:
        CheckError: the authority's file can't be read.
    """
    web = check_site(
        site, dns_server=dns_server, address=web_address, now=now, ca_file=ca_file, http_port=http_port,
        https_port=https_port, dns_port=dns_port, timeout=timeout,
    )  # fmt: skip
    return CheckReport((*web.items, _ftps_item(user, address, ftp_port, timeout)), web.facts)


@in_time(questions=6)
def check_ssh(name: str, *, address: str, port: int, host_key: str, timeout: float = 5.0) -> CheckReport:
    """Check that SSH answers at a server, and that it is the server that it was before.

    Args:
        name: the server, for the report.
        address: its IPv4 address.
        port: port of its SSH server.
        host_key: public key that it must show, type and key; empty takes any.
        timeout: seconds for each question.
    """
    label = f"SSH {name} ({address or 'tanpa alamat'} porta {port})"
    if not _is_place(address, port):
        return CheckReport((CheckItem(label, passed=False, expected="alamat IPv4 dan porta", found="tidak sah"),))
    banner, fault = _greeting(address, port, timeout)
    if fault or not _BANNER.match(banner):
        found = fault or "menjawab, tetapi bukan SSH"
        return CheckReport((CheckItem(label, passed=False, expected="menjawab", found=found),))
    items = [CheckItem(label, passed=True, expected="menjawab", found="menjawab")]
    if host_key:
        shown = scan_host_key(address, port, seconds=max(1, round(timeout)))
        same = shown.split() == host_key.split()[:2]
        found = "sama" if same else "tidak menunjukkan kunci" if not shown else "kunci lain dari yang tercatat"
        items.append(CheckItem(f"Kunci SSH {name}", passed=same, expected="sama dengan yang tercatat", found=found))
    return CheckReport(tuple(items))


def _ftps_item(user: str, address: str, port: int, timeout: float) -> CheckItem:
    """See that the FTPS server greets and takes up TLS; nobody logs in."""
    label, expected = f"FTPS untuk {user} ({address})", "menjawab dan menawarkan TLS"
    try:
        with socket.create_connection((address, port), timeout=timeout) as connection:
            connection.settimeout(timeout)
            greeting = connection.recv(256)
            connection.sendall(b"AUTH TLS\r\n")
            answer = connection.recv(256)
    except OSError as error:
        return CheckItem(label, passed=False, expected=expected, found=_words(error, timeout))
    passed = greeting.startswith(_FTP_READY) and answer.startswith(_AUTH_ACCEPTED)
    found = "menjawab, TLS tersedia" if passed else "menjawab, tetapi tanpa TLS"
    return CheckItem(label, passed=passed, expected=expected, found=found)


def _certificate_item(  # noqa: PLR0913, PLR0917  # one question with its place and limits
    name: str, address: str, port: int, ca_file: Path | str, now: datetime, timeout: float
) -> tuple[CheckItem, int] | None:
    """Judge a site's certificate; nothing where it has none: the port does not answer, or serves other names alone."""
    context = _trusting(ca_file)
    label, expected = f"Sertifikat {name}", "sah dan belum kedaluwarsa"
    try:
        plain = socket.create_connection((address, port), timeout=timeout)
    except OSError:
        return None
    try:
        with plain, context.wrap_socket(plain, server_hostname=name) as secured:
            ends = secured.getpeercert()
    except ssl.SSLCertVerificationError as error:
        if error.verify_code == _FOR_ANOTHER_NAME:
            return None
        return CheckItem(label, passed=False, expected=expected, found=_certificate_words(error)), -1
    except (OSError, ssl.SSLError) as error:
        return CheckItem(label, passed=False, expected=expected, found=_words(error, timeout)), -1
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str((ends or {})["notAfter"])), UTC)
    days = (until - now).days
    found = f"berlaku {days} hari lagi" + ("; segera diperpanjang" if days < WARNING_DAYS else "")
    return CheckItem(label, passed=True, expected=expected, found=found), days


def _trusting(ca_file: Path | str) -> ssl.SSLContext:
    """Trust the public authorities, and the office's own where it has one."""
    context = ssl.create_default_context()
    try:
        if str(ca_file):
            context.load_verify_locations(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        message = f"certificate of the authority {ca_file} can't be read (allowed: a certificate in PEM)"
        raise CheckError(message) from error
    return context


def _certificate_words(error: ssl.SSLCertVerificationError) -> str:
    """Say why a certificate is not taken."""
    reasons = {"expired": "sudah kedaluwarsa"}
    text = str(error.verify_message)
    return next((words for mark, words in reasons.items() if mark in text), "bukan dari otoritas yang dipercaya")


def _is_place(address: str, port: int) -> bool:
    """Tell whether something can be there at all: an empty address would be this machine itself."""
    try:
        ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return 0 < port < 65536  # noqa: PLR2004  # the highest port


def _greeting(address: str, port: int, timeout: float) -> tuple[bytes, str]:
    """Return the first bytes that a server says by itself, or why there are none."""
    try:
        with socket.create_connection((address, port), timeout=timeout) as connection:
            connection.settimeout(timeout)
            return connection.recv(64), ""
    except OSError as error:
        return b"", _words(error, timeout)


def _words(error: Exception, timeout: float) -> str:
    """Say in Bahasa Indonesia why a server did not answer."""
    if isinstance(error, TimeoutError):
        return f"tidak menjawab dalam {timeout:g} detik"
    if isinstance(error, ConnectionRefusedError):
        return "menolak koneksi"
    if isinstance(error, ConnectionError):
        return "memutus koneksi"
    return f"tidak terjangkau ({getattr(error, 'strerror', None) or type(error).__name__})"
