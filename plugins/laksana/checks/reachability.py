"""Whether a sub-domain can be reached: its address at the zone's own server, then a page by way of that address.

Faults of the network are failed items in words. Redirects are not followed and no proxy of the environment is used:
what is asked is this server, under this name.
"""

from __future__ import annotations

import html
import re
import time
from typing import Any

import requests

from laksana.checks.dns_answers import DnsAnswer, ask
from laksana.errors import CheckError
from laksana.records import CheckItem, CheckReport

_FQDN = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+", re.ASCII)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_READ_BYTES = 64 * 1024
_EXCERPT = 200
_WORKS_BELOW = 400


def check_subdomain(  # noqa: PLR0913  # all but the name are keywords
    fqdn: str,
    *,
    dns_server: str,
    expected_address: str,
    http_port: int = 80,
    dns_port: int = 53,
    timeout: float = 5.0,
) -> CheckReport:
    """Check that a name has its address and answers HTTP there; the report's facts hold what was seen.

    Raises:
        CheckError: the check itself can't be carried out: the name or the server's address is none.
    """
    if not _FQDN.fullmatch(fqdn):
        raise CheckError(f"name {fqdn!r} is no full host name in small letters (e.g. app.gresikkab.go.id)")
    answer = ask(fqdn, "A", server=dns_server, port=dns_port, timeout=timeout)
    addresses = answer.values("A")
    facts: dict[str, Any] = {"dns": {"name": fqdn, "answer": list(addresses), "server": dns_server}}
    items = [_dns_item(fqdn, answer, expected_address)]
    url = f"http://{fqdn}/" if http_port == 80 else f"http://{fqdn}:{http_port}/"  # noqa: PLR2004  # HTTP's own port
    if addresses:
        item, seen = _http_item(url, addresses[0], http_port, timeout)
    else:
        item, seen = _item(url, passed=False, found="tidak diuji karena nama belum beralamat di DNS"), {}
    facts["http"] = {"url": url, "status": 0, "title": "", "excerpt": ""} | seen
    return CheckReport((*items, item), facts)


def _dns_item(fqdn: str, answer: DnsAnswer, expected: str) -> CheckItem:
    """Judge the server's answer."""
    addresses = answer.values("A")
    found = ", ".join(addresses)
    if answer.fault:
        found = answer.fault
    elif answer.status == "NXDOMAIN":
        found = "nama belum ada di DNS"
    elif answer.status != "NOERROR":
        found = f"server DNS menjawab {answer.status}"
    elif not addresses:
        found = f"tidak ada alamat ({', '.join(answer.records) or 'tanpa rekaman A'})"
    elif not answer.authoritative:
        found = f"{found}, tetapi server DNS tidak berwenang atas zona ini"
    passed = answer.status == "NOERROR" and answer.authoritative and addresses == (expected,)
    return CheckItem(f"Alamat {fqdn} di server DNS", passed=passed, expected=expected, found=found)


def _http_item(url: str, address: str, port: int, timeout: float) -> tuple[CheckItem, dict[str, Any]]:
    """Get the page from the address under the name, and judge it."""
    name = url.removeprefix("http://").rstrip("/")
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.get(
                f"http://{address}:{port}/",
                headers={"Host": name, "User-Agent": "laksana-check"},
                timeout=timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                text = _read(response, timeout)
    except (requests.RequestException, OSError) as error:
        return _item(url, passed=False, found=_words(error, address, port, timeout)), {"address": address}
    seen = {"address": address, "status": response.status_code, **_page(text)}
    if "Location" in response.headers:
        seen["location"] = response.headers["Location"][:_EXCERPT]
    found = f"status {response.status_code}" + (f", judul “{seen['title']}”" if seen["title"] else "")
    return _item(url, passed=response.status_code < _WORKS_BELOW, found=found), seen


def _item(url: str, *, passed: bool, found: str) -> CheckItem:
    """Return the item of the page."""
    return CheckItem(f"Halaman {url} dapat dibuka", passed=passed, expected="status di bawah 400", found=found)


def _read(response: requests.Response, timeout: float) -> str:
    """Read the beginning of a page, for no longer than the time given: a server may drip."""
    until = time.monotonic() + timeout
    body = b""
    for chunk in response.iter_content(4096):
        body += chunk
        if len(body) >= _READ_BYTES or time.monotonic() > until:
            break
    charset = response.encoding if "charset=" in response.headers.get("Content-Type", "").lower() else "utf-8"
    try:
        return body[:_READ_BYTES].decode(charset or "utf-8", "replace")
    except LookupError:
        return body[:_READ_BYTES].decode("utf-8", "replace")


def _page(text: str) -> dict[str, str]:
    """Return a page's title and the beginning of its text, without markup and control characters."""
    title = _TITLE.search(text)
    return {"title": _plain(title[1]) if title else "", "excerpt": _plain(_MARKUP.sub(" ", text))}


def _plain(text: str) -> str:
    """Return a text on one line, of bounded length."""
    printable = "".join(letter if letter.isprintable() else " " for letter in html.unescape(text))
    return " ".join(printable.split())[:_EXCERPT]


def _words(error: Exception, address: str, port: int, timeout: float) -> str:
    """Say in Bahasa Indonesia why the page could not be had."""
    if isinstance(error, requests.Timeout):
        return f"{address} port {port} tidak menjawab dalam {timeout:g} detik"
    reason = str(error)
    if "Connection refused" in reason:
        return f"{address} port {port} menolak koneksi"
    if "No route to host" in reason or "unreachable" in reason:
        return f"{address} tidak terjangkau (tidak ada jalur jaringan)"
    if "RemoteDisconnected" in reason or "reset by peer" in reason:
        return f"{address} port {port} memutus koneksi tanpa jawaban"
    return f"{address} port {port} tidak memberi jawaban HTTP yang sah ({type(error).__name__})"
