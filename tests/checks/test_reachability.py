"""A sub-domain is reachable when its own server gives the address and a page is served there under its name."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from laksana.checks.reachability import check_subdomain
from laksana.errors import CheckError
from laksana.records import CheckReport
from tests.checks.tiny_dns import Answer, answer, serving, silence

NAME = "app.gresikkab.go.id"
HERE = answer(f"{NAME}. 60 IN A 127.0.0.1")


@contextmanager
def page(status: int = 200, body: str = "", kind: str = "text/html; charset=utf-8") -> Iterator[tuple[int, list[str]]]:
    """Serve one page on a loopback port; give the port and the Host headers that were asked for."""
    hosts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hosts.append(self.headers["Host"])
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if 300 <= status < 400:
                self.send_header("Location", "https://app.gresikkab.go.id/")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port, hosts
        finally:
            server.shutdown()
            thread.join()


def check(give: Answer, http_port: int, *, expected: str = "127.0.0.1") -> CheckReport:
    with serving(give) as dns_port:
        return check_subdomain(
            NAME,
            dns_server="127.0.0.1",
            expected_address=expected,
            http_port=http_port,
            dns_port=dns_port,
            timeout=0.5,
        )


def test_name_that_resolves_and_answers_passes_with_facts() -> None:
    body = "<html><head><title> Aplikasi\n &amp; Data </title><style>p {}</style></head><p>Selamat datang</p>"
    with page(body=body) as (port, hosts):
        report = check(HERE, port)

    assert report.passed
    assert hosts == [f"{NAME}:{port}"]
    assert report.facts == {
        "dns": {"name": NAME, "answer": ["127.0.0.1"], "server": "127.0.0.1"},
        "http": {
            "url": f"http://{NAME}:{port}/",
            "address": "127.0.0.1",
            "status": 200,
            "title": "Aplikasi & Data",
            "excerpt": "Aplikasi & Data Selamat datang",
        },
    }


@pytest.mark.parametrize(("status", "passes"), [(204, True), (302, True), (404, False), (502, False)])
def test_status_below_400_passes(status: int, passes: bool) -> None:
    with page(status) as (port, _):
        report = check(HERE, port)
    assert report.passed is passes
    assert report.facts["http"]["status"] == status


def test_redirect_is_noted_and_not_followed() -> None:
    with page(301) as (port, hosts):
        report = check(HERE, port)
    assert report.facts["http"]["location"] == "https://app.gresikkab.go.id/"
    assert len(hosts) == 1


def test_wrong_address_fails_in_words() -> None:
    with page() as (port, _):
        report = check(HERE, port, expected="10.77.0.12")
    assert report.reasons() == (f"Alamat {NAME} di server DNS: 127.0.0.1 (seharusnya 10.77.0.12)",)


@pytest.mark.parametrize(
    ("give", "words"),
    [
        (answer(status="NXDOMAIN"), "nama belum ada di DNS"),
        (answer(status="SERVFAIL"), "server DNS menjawab SERVFAIL"),
        (answer(), "tidak ada alamat (tanpa rekaman A)"),
        (silence, "server DNS 127.0.0.1 tidak menjawab dalam 0.5 detik"),
    ],
)
def test_no_address_fails_both_items_in_words(give: Answer, words: str) -> None:
    report = check(give, 9)
    assert [item.found for item in report.items] == [words, "tidak diuji karena nama belum beralamat di DNS"]


def test_server_that_does_not_speak_for_the_zone_fails() -> None:
    with page() as (port, _):
        report = check(answer(f"{NAME}. 60 IN A 127.0.0.1", authoritative=False), port)
    assert [item.passed for item in report.items] == [False, True]


def test_closed_port_fails_in_words() -> None:
    report = check(HERE, 9)
    assert report.items[1].found == "127.0.0.1 port 9 menolak koneksi"


def test_long_binary_page_is_read_in_part_only() -> None:
    with page(body="<title>x</title>" + "\x00z" * 200_000, kind="application/octet-stream") as (port, _):
        report = check(HERE, port)
    assert report.passed
    assert len(report.facts["http"]["excerpt"]) <= 200


@pytest.mark.parametrize("name", ["app", "App.gresikkab.go.id", "a b.id", "app.gresikkab.go.id\n", "-a.go.id"])
def test_text_that_is_no_host_name_is_refused(name: str) -> None:
    with pytest.raises(CheckError, match="no full host name"):
        check_subdomain(name, dns_server="127.0.0.1", expected_address="127.0.0.1")


@pytest.mark.lab
@pytest.mark.usefixtures("lab")
def test_lab_answers_for_a_known_name() -> None:
    report = check_subdomain("www.gresikkab.go.id", dns_server="10.77.0.11", expected_address="10.77.0.12")
    assert report.items[0].passed
    assert report.facts["dns"]["answer"] == ["10.77.0.12"]
    assert report.facts["http"]["status"] == 404  # the proxy's own answer to a name that it does not serve
