"""A case's documents leave as what they were archived, and a page among them can do nothing in its reader's browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from laksana.archive.keys import document_key
from laksana.office import Office
from laksana.servicedesk.api import Ticket
from tests.secretstore.installation import AT, open_office
from tests.webservice.secret_client import Visitor

SLUG = "monitoring-layanan-hosting"
PAGE = b"<!DOCTYPE html><style>p{color:red}</style><script>alert(1)</script><p>segar</p>"
HTML = "text/html; charset=utf-8"


@pytest.fixture
def office(clean_database: str, tmp_path: Path) -> Office:
    return open_office(clean_database, tmp_path)


@pytest.fixture
def ticket(office: Office) -> Ticket:
    return office.desk.open(SLUG, {}, source="rutin", applicant="airflow", key=f"{SLUG}/x", at=AT, run_id="x")[0]


@pytest.fixture
def reader(office: Office) -> Visitor:
    return Visitor(office, "pranata")


def kept(office: Office, ticket: Ticket, name: str, data: bytes, media_type: str) -> str:
    """Archive a document and return its page."""
    key = document_key(2026, SLUG, ticket.number, 4, name)
    return f"/berkas/{office.archive.put(key, data, media_type=media_type).key}"


@pytest.mark.parametrize(
    ("name", "data", "media_type", "way"),
    [
        ("laporan.pdf", b"%PDF-1.7", "application/pdf", "inline"),
        ("cadangan.json", b'{"a": "<script>"}', "application/json", "inline"),
        ("cadangan.html", PAGE, HTML, "inline"),
        ("laporan.pdf", PAGE, HTML, "inline"),  # the receipt says what it is, the name does not
        ("halaman.html", PAGE, "application/octet-stream", "attachment"),
        ("gambar.svg", b"<svg/>", "image/svg+xml", "attachment"),
    ],
)
def test_document_leaves_as_what_it_was_archived(
    office: Office, ticket: Ticket, reader: Visitor, name: str, data: bytes, media_type: str, way: str
) -> None:
    answer = reader.get(kept(office, ticket, name, data, media_type))

    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, data, media_type)
    assert answer.headers["Content-Disposition"] == f'{way}; filename="04-{name}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("media_type", [HTML, "text/html", "Text/HTML;charset=utf-8"])
def test_page_runs_nothing_loads_nothing_and_stands_in_no_frame(
    office: Office, ticket: Ticket, reader: Visitor, media_type: str
) -> None:
    headers = reader.get(kept(office, ticket, "cadangan.html", PAGE, media_type)).headers

    rules = headers["Content-Security-Policy"].split("; ")
    assert rules == ["default-src 'none'", "style-src 'unsafe-inline'", "sandbox", "frame-ancestors 'none'"]
    assert headers["X-Frame-Options"] == "DENY"


def test_pdf_is_not_locked_in_for_its_viewer(office: Office, ticket: Ticket, reader: Visitor) -> None:
    answer = reader.get(kept(office, ticket, "laporan.pdf", b"%PDF-1.7", "application/pdf"))

    assert "Content-Security-Policy" not in answer.headers


def test_document_beside_another_with_a_longer_name_is_the_right_one(
    office: Office, ticket: Ticket, reader: Visitor
) -> None:
    short = kept(office, ticket, "uji.html", PAGE, HTML)
    kept(office, ticket, "uji.html2", b"{}", "application/json")

    assert reader.get(short).headers["Content-Type"] == HTML


@pytest.mark.parametrize("username", ["kabid.spbe", "admin", "laksana"])
def test_rounds_documents_are_for_the_posts_alone(office: Office, ticket: Ticket, username: str) -> None:
    page = kept(office, ticket, "cadangan.html", PAGE, HTML)

    assert Visitor(office, username).get(page).status_code == 404


def test_unknown_document_is_not_found(reader: Visitor, ticket: Ticket) -> None:
    assert reader.get(f"/berkas/2026/{SLUG}/{ticket.number}/04-tidak-ada.html").status_code == 404
