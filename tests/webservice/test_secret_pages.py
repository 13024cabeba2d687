"""Passwords leave through these pages once, to who they are for, and stand in nothing but that one answer's body."""

from __future__ import annotations

import html
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from httpx import Response

from laksana.office import Office
from laksana.secretstore.handover import CODE_LOCKED, MOST_WRONG_CODES, OPEN, SHOWN
from laksana.servicedesk.api import Ticket
from tests.secretstore.installation import (
    PASSWORDS,
    PDN,
    PEOPLE,
    close,
    offer,
    open_office,
    ticket_of,
)
from tests.secretstore.traces import MARKER, everything_kept
from tests.webservice.secret_client import Visitor

BY_CODE = "/sandi/buka"
OTHERS = sorted([*PEOPLE.keys() - {"kabid.spbe"}, "admin", "laksana"])
FOREIGN = ["https://situs.example", "null", "https://layanan.example.situs.example", "https://layanan.example:8443", ""]


@pytest.fixture
def office(clean_database: str, tmp_path: Path) -> Office:
    return open_office(clean_database, tmp_path)


@pytest.fixture
def ticket(office: Office) -> Ticket:
    made = ticket_of(office)
    offer(office, made)
    return made


@pytest.fixture
def applicant(office: Office) -> Visitor:
    return Visitor(office, "kabid.spbe")


@pytest.fixture
def pdn(office: Office) -> str:
    """Return the page on which the initial password of a case's server is handed in."""
    return f"/rahasia/{ticket_of(office, PDN).number}/sandi-awal"


def own(ticket: Ticket) -> str:
    return f"/sandi/{ticket.number}"


def state_of(office: Office, ticket: Ticket) -> str:
    return office.handovers.state(ticket.number, at=office.now()).state


def shows_all(answer: Response) -> bool:
    return answer.status_code == 200 and all(f">{value}</code>" in answer.text for value in PASSWORDS.values())


def renewed(office: Office, ticket: Ticket) -> str:
    return office.handovers.renew(ticket.number, at=office.now(), until=office.now() + timedelta(days=7))


def assert_nobody_keeps(answer: Response) -> None:
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "ETag" not in answer.headers
    assert "<script" not in answer.text
    assert "http://" not in answer.text


# Fetching under one's own login


def test_look_says_what_waits_and_consumes_nothing(office: Office, ticket: Ticket, applicant: Visitor) -> None:
    answers = [applicant.get(own(ticket)) for _ in range(3)]

    for answer in answers:
        assert answer.status_code == 200
        assert all(label in answer.text for label in PASSWORDS)
        assert "hanya satu kali" in answer.text
        assert MARKER not in answer.text
        assert_nobody_keeps(answer)
    assert state_of(office, ticket) == OPEN


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("by_code", [False, True])
def test_other_methods_consume_nothing(
    office: Office, ticket: Ticket, applicant: Visitor, method: str, *, by_code: bool
) -> None:
    code = renewed(office, ticket)
    path = f"{BY_CODE}?tiket={ticket.number}&kode={code}" if by_code else own(ticket)

    assert applicant.ask(method, path).status_code == 405
    assert state_of(office, ticket) == OPEN


def test_press_shows_the_passwords_once(office: Office, ticket: Ticket, applicant: Visitor) -> None:
    first, second, look = applicant.post(own(ticket)), applicant.post(own(ticket)), applicant.get(own(ticket))

    assert shows_all(first)
    assert_nobody_keeps(first)
    assert state_of(office, ticket) == SHOWN
    shown_at = office.handovers.state(ticket.number, at=office.now()).shown_at
    assert shown_at is not None
    local = shown_at.astimezone(office.now().tzinfo)
    for again, status in ((second, 409), (look, 200)):
        assert again.status_code == status
        assert MARKER not in again.text
        assert "sudah diambil" in again.text
        assert "oleh <strong>Anda (kabid.spbe)</strong>" in again.text
        assert f"pukul {local:%H.%M} WIB" in again.text
        assert_nobody_keeps(again)


def test_of_many_presses_at_once_one_gets_the_passwords(office: Office, ticket: Ticket) -> None:
    together = threading.Barrier(8)

    def press(_: int) -> Response:
        visitor = Visitor(office, "kabid.spbe")
        together.wait()
        return visitor.post(own(ticket))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))

    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert [shows_all(answer) for answer in answers].count(True) == 1
    assert sum(MARKER in answer.text for answer in answers) == 1


def test_values_are_shown_literally(office: Office, applicant: Visitor) -> None:
    made = ticket_of(office)
    value = "<b>&\"'{{ 1 }}</b>  x"
    office.secrets.put(made.number, "sandi", value, at=office.now())
    office.handovers.offer(
        made.number, [("<i>Kata</i>", "sandi")], at=office.now(), until=office.now() + timedelta(days=1)
    )

    answer = applicant.post(own(made))

    assert f">{html.escape(value).replace('&quot;', '&#34;').replace('&#x27;', '&#39;')}</code>" in answer.text
    assert "<i>" not in answer.text


@pytest.mark.parametrize("username", OTHERS)
def test_for_everybody_else_it_is_as_if_there_were_no_such_ticket(
    office: Office, ticket: Ticket, username: str
) -> None:
    other = Visitor(office, username)
    nothing = other.get("/sandi/SD-2026-999999")

    for answer in (other.get(own(ticket)), other.post(own(ticket)), other.post("/sandi/SD-2026-999999")):
        assert (answer.status_code, answer.text) == (404, nothing.text)
        assert dict(answer.headers) == dict(nothing.headers)
    assert state_of(office, ticket) == OPEN


def test_nobody_without_a_login_gets_anything(office: Office, ticket: Ticket) -> None:
    stranger = Visitor(office)

    assert stranger.post(own(ticket)).status_code == 401
    assert stranger.get(own(ticket)).status_code == 401
    assert state_of(office, ticket) == OPEN


def test_real_login_is_asked_for_everywhere_but_at_the_code() -> None:
    stranger = Visitor()

    for path in ("/sandi/SD-1", "/rahasia/SD-1/sandi-awal"):
        assert (stranger.get(path).status_code, stranger.post(path).status_code) == (401, 401)
    assert stranger.get(BY_CODE).status_code == 200


@pytest.mark.parametrize("origin", FOREIGN)
def test_press_from_another_site_is_refused(
    office: Office, ticket: Ticket, applicant: Visitor, pdn: str, origin: str
) -> None:
    code = renewed(office, ticket)
    headers = {"Origin": origin}
    answers = [
        applicant.post(own(ticket), headers=headers),
        applicant.post(BY_CODE, headers=headers, data={"tiket": ticket.number, "kode": code}),
        Visitor(office, "analis").post(pdn, headers=headers, data={"sandi": MARKER, "ulang": MARKER}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert not any(MARKER in answer.text for answer in answers)
    assert state_of(office, ticket) == OPEN
    assert office.secrets.names(pdn.split("/")[2]) == []


def test_before_the_offer_and_after_its_end(office: Office, applicant: Visitor) -> None:
    made = ticket_of(office)
    early = [applicant.get(own(made)), applicant.post(own(made))]
    offer(office, made, until=office.now() - timedelta(minutes=1))
    late = [applicant.get(own(made)), applicant.post(own(made))]

    assert [answer.status_code for answer in [*early, *late]] == [200, 409, 200, 409]
    assert all("Belum ada kata sandi" in answer.text for answer in early)
    assert all("Masa pengambilan berakhir" in answer.text for answer in late)
    assert not any(MARKER in answer.text or "<form" in answer.text for answer in [*early, *late])


def test_trouble_with_the_key_says_that_nothing_is_lost(
    office: Office, ticket: Ticket, applicant: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    code = renewed(office, ticket)
    file = office.settings.secrets_key_file
    right = file.read_bytes()
    file.write_bytes(Fernet.generate_key())

    by_login = applicant.post(own(ticket))
    by_code = Visitor(office).post(BY_CODE, data={"tiket": ticket.number, "kode": code})

    assert (by_login.status_code, by_code.status_code) == (503, 503)
    assert "belum hangus" in by_login.text
    assert "Kode Anda masih berlaku" in by_code.text
    assert str(file) not in by_login.text + by_code.text
    assert "encrypted with another key" in caplog.text
    assert code not in caplog.text + by_code.text
    file.write_bytes(right)
    assert shows_all(applicant.post(own(ticket)))


# Fetching by code


def test_code_shows_the_passwords_once_and_needs_no_login(office: Office, ticket: Ticket) -> None:
    code, stranger = renewed(office, ticket), Visitor(office)
    form = {"tiket": f" {ticket.number.lower()} ", "kode": code.lower().replace("-", " ")}

    first, second = stranger.post(BY_CODE, data=form), stranger.post(BY_CODE, data=form)

    assert shows_all(first)
    assert_nobody_keeps(first)
    assert second.status_code == 404
    assert MARKER not in second.text
    assert_nobody_keeps(second)
    assert "pemegang kode sekali pakai" in Visitor(office, "kabid.spbe").get(own(ticket)).text


def test_form_for_codes_says_nothing_about_tickets(office: Office, ticket: Ticket) -> None:
    stranger = Visitor(office)
    there, missing = stranger.get(f"{BY_CODE}?tiket={ticket.number}"), stranger.get(f"{BY_CODE}?tiket=SD-1")

    assert there.text.replace(ticket.number, "SD-1") == missing.text
    assert_nobody_keeps(there)


def test_code_in_the_address_opens_nothing(office: Office, ticket: Ticket) -> None:
    code = renewed(office, ticket)
    path = f"{BY_CODE}?tiket={ticket.number}&kode={code}"
    answers = [Visitor(office).get(path), Visitor(office).post(path)]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert not any(code in answer.text or MARKER in answer.text for answer in answers)
    assert state_of(office, ticket) == OPEN


def test_refusals_are_alike_and_enough_of_them_lock_the_code(office: Office, ticket: Ticket) -> None:
    code, stranger = renewed(office, ticket), Visitor(office)
    wrong = {"tiket": ticket.number, "kode": "AAAA-AAAA-AAAA-AAAA"}
    said = {stranger.post(BY_CODE, data=wrong).text for _ in range(MOST_WRONG_CODES)}

    locked = stranger.post(BY_CODE, data={**wrong, "kode": code})
    unknown = stranger.post(BY_CODE, data={**wrong, "tiket": "SD-2026-999999"})

    assert said == {locked.text}
    assert unknown.text == locked.text.replace(ticket.number, "")
    assert office.handovers.state(ticket.number, at=office.now()).code == CODE_LOCKED
    assert shows_all(Visitor(office, "kabid.spbe").post(own(ticket)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"tiket=%FF%FE&kode=%FF",
        b"tiket=SD-1%00&kode=%00",
        b"tiket=" + b"S" * 30_000 + b"&kode=" + b"A" * 30_000,
        b"kode=" + b"A" * 100_000,
        b'{"tiket": "SD-1"}',
        b"tiket=..%2F..%2Fetc&kode=%F0%9F%94%91",
    ],
)
def test_body_that_fits_nothing_is_refused_like_a_wrong_code(office: Office, ticket: Ticket, body: bytes) -> None:
    answer = Visitor(office).post(BY_CODE, content=body)

    assert answer.status_code == 404
    assert "tidak cocok" in answer.text
    assert state_of(office, ticket) == OPEN


def test_code_that_was_typed_as_the_ticket_is_neither_logged_nor_shown(
    office: Office, ticket: Ticket, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = renewed(office, ticket)

    answer = Visitor(office).post(BY_CODE, data={"tiket": code, "kode": ticket.number})

    assert answer.status_code == 404
    assert code not in caplog.text + answer.text


# Handing in


@pytest.mark.parametrize("username", ["analis", "pranata"])
def test_officer_hands_in_and_sees_only_that_it_is_there(office: Office, pdn: str, username: str) -> None:
    officer = Visitor(office, username)
    before = officer.get(pdn)

    taken = officer.post(pdn, data={"sandi": MARKER, "ulang": MARKER})
    after = officer.get(taken.headers["Location"].removeprefix("/laksana"))

    assert "belum diserahkan" in before.text
    assert (taken.status_code, taken.headers["Location"]) == (303, f"/laksana{pdn}?selesai=1")
    assert office.secrets.get(pdn.split("/")[2], "sandi-awal") == MARKER
    assert "sudah diserahkan" in after.text
    assert "Kata sandi tersimpan" in after.text
    assert MARKER not in taken.text + after.text + str(taken.headers)
    assert_nobody_keeps(after)


@pytest.mark.parametrize("username", sorted([*PEOPLE.keys() - {"analis", "pranata"}, "admin", "laksana"]))
def test_nobody_else_hands_in(office: Office, pdn: str, username: str) -> None:
    other = Visitor(office, username)
    nothing = other.get("/rahasia/SD-2026-999999/sandi-awal")

    for answer in (other.get(pdn), other.post(pdn, data={"sandi": MARKER, "ulang": MARKER})):
        assert (answer.status_code, answer.text) == (404, nothing.text)
    assert office.secrets.names(pdn.split("/")[2]) == []


def test_officer_does_not_hand_in_for_a_request_of_their_own(office: Office) -> None:
    mine = ticket_of(office, PDN, applicant="analis").number

    answer = Visitor(office, "analis").post(f"/rahasia/{mine}/sandi-awal", data={"sandi": MARKER, "ulang": MARKER})

    assert answer.status_code == 404
    assert office.secrets.names(mine) == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "belum diisi"),
        ({"sandi": MARKER}, "tidak sama"),
        ({"sandi": MARKER, "ulang": MARKER.lower()}, "tidak sama"),
        ({"sandi": f" {MARKER}", "ulang": f" {MARKER}"}, "spasi"),
        ({"sandi": MARKER * 100, "ulang": MARKER * 100}, "paling banyak 1000"),
        ({"sandi": f"{MARKER}\x00", "ulang": f"{MARKER}\x00"}, "dalam satu baris"),
        ({"sandi": MARKER * 9000, "ulang": MARKER * 9000}, "belum diisi"),
    ],
)
def test_unusable_password_is_refused_and_not_sent_back(
    office: Office, pdn: str, form: dict[str, str], said: str
) -> None:
    answer = Visitor(office, "analis").post(pdn, data=form)

    assert answer.status_code == 422
    assert said in answer.text
    assert MARKER not in answer.text
    assert office.secrets.names(pdn.split("/")[2]) == []


def test_closed_case_takes_nothing_and_shows_no_form(office: Office, pdn: str) -> None:
    close(office, office.desk.get(pdn.split("/")[2]))
    officer = Visitor(office, "analis")

    look, taken = officer.get(pdn), officer.post(pdn, data={"sandi": MARKER, "ulang": MARKER})

    assert "sudah selesai" in look.text
    assert "<form" not in look.text
    assert (taken.status_code, office.secrets.names(pdn.split("/")[2])) == (422, [])


def test_password_is_not_taken_without_the_key(office: Office, pdn: str, caplog: pytest.LogCaptureFixture) -> None:
    office.settings.secrets_key_file.unlink()

    answer = Visitor(office, "analis").post(pdn, data={"sandi": MARKER, "ulang": MARKER})

    assert answer.status_code == 422
    assert "karena gangguan" in answer.text
    assert MARKER not in answer.text + caplog.text


def test_no_secret_and_no_code_is_left_in_log_database_or_address(
    office: Office, ticket: Ticket, applicant: Visitor, pdn: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = renewed(office, ticket)
    Visitor(office).post(BY_CODE, data={"tiket": ticket.number, "kode": f"{code}X"})
    Visitor(office, "analis").post(pdn, data={"sandi": MARKER, "ulang": MARKER})
    assert shows_all(applicant.post(own(ticket)))

    left = everything_kept(office.database) + caplog.text
    assert ticket.number in caplog.text
    assert MARKER not in left
    assert code not in left
