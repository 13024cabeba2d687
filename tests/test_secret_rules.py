"""When a person may hand a secret in, and what a renewed hand-over leaves in the ticket's history."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from laksana.errors import SecretError
from laksana.office import Office
from laksana.secret_rules import fetch_until, hand_in_objection, hand_in_secret, renew_handover
from tests.secretstore.installation import AT, HOSTING, PASSWORDS, PDN, close, offer, open_office, ticket_of
from tests.secretstore.traces import MARKER, everything_kept, everything_said

NAME = "sandi-awal"


@pytest.fixture
def office(clean_database: str, tmp_path: Path) -> Office:
    return open_office(clean_database, tmp_path)


def test_case_that_asks_for_a_secret_takes_it_and_says_who_handed_it_in(office: Office) -> None:
    ticket = ticket_of(office, PDN)
    assert not hand_in_objection(office, ticket, NAME, at=AT)

    hand_in_secret(office, ticket, NAME, MARKER, by="analis", at=AT)

    assert office.secrets.get(ticket.number, NAME) == MARKER
    now = office.desk.get(ticket.number)
    assert now.history[-1][2] == "Kata sandi awal VPS PDN diserahkan oleh analis"
    assert now.status == ticket.status
    assert MARKER not in everything_kept(office.database)


def test_secret_can_be_handed_in_again_and_each_time_stands_in_the_history(office: Office) -> None:
    ticket = ticket_of(office, PDN)
    hand_in_secret(office, ticket, NAME, "salah-ketik", by="analis", at=AT)
    hand_in_secret(office, ticket, NAME, MARKER, by="pranata", at=AT + timedelta(minutes=1))

    assert office.secrets.get(ticket.number, NAME) == MARKER
    assert [text for _, _, text in office.desk.get(ticket.number).history if "diserahkan" in text] == [
        "Kata sandi awal VPS PDN diserahkan oleh analis",
        "Kata sandi awal VPS PDN diserahkan oleh pranata",
    ]


@pytest.mark.parametrize(
    ("slug", "name", "said"),
    [
        (PDN, "sandi", "tidak ada kata sandi bernama 'sandi' (yang ada: sandi-awal)"),
        (PDN, "", "tidak ada kata sandi bernama ''"),
        (HOSTING, NAME, "tidak memerlukan Kata sandi awal VPS PDN"),
    ],
)
def test_secret_that_the_case_does_not_ask_for_is_refused(office: Office, slug: str, name: str, said: str) -> None:
    ticket = ticket_of(office, slug)

    assert said in hand_in_objection(office, ticket, name, at=AT)
    with pytest.raises(SecretError) as refused:
        hand_in_secret(office, ticket, name, MARKER, by="analis", at=AT)
    assert MARKER not in everything_said(refused.value)
    assert office.secrets.names(ticket.number) == []


def test_closed_case_takes_no_secret(office: Office) -> None:
    ticket = close(office, ticket_of(office, PDN))

    assert "sudah selesai" in hand_in_objection(office, ticket, NAME, at=AT)


def test_secret_is_not_replaced_once_the_service_is_handed_over(office: Office) -> None:
    ticket = ticket_of(office, PDN)
    offer(office, ticket)

    assert "sudah dipakai" in hand_in_objection(office, ticket, NAME, at=AT)


def test_unusable_secret_leaves_no_line_in_the_history(office: Office) -> None:
    ticket = ticket_of(office, PDN)

    with pytest.raises(SecretError, match="printable") as refused:
        hand_in_secret(office, ticket, NAME, f"{MARKER}\n", by="analis", at=AT)

    assert MARKER not in everything_said(refused.value)
    assert office.desk.get(ticket.number).history == ticket.history


def test_renewed_handover_stands_in_the_history_of_the_closed_ticket_without_its_code(office: Office) -> None:
    ticket = ticket_of(office)
    offer(office, ticket, until=AT)
    ticket = close(office, ticket)

    code, until = renew_handover(office, ticket, at=AT)

    assert until == fetch_until(office, at=AT)
    assert until.isoformat() == "2026-11-30T23:59:59+07:00"
    now = office.desk.get(ticket.number)
    assert "pengambilan kata sandi dibuka kembali sampai 30-11-2026" in now.history[-1][2]
    assert (now.status, now.closed_at) == ("selesai", ticket.closed_at)
    assert code not in everything_kept(office.database)
    assert [item.value for item in office.handovers.reveal_by_code(ticket.number, code, at=AT)] == [*PASSWORDS.values()]


def test_handover_that_took_place_is_not_renewed_and_leaves_no_line(office: Office) -> None:
    ticket = ticket_of(office)
    offer(office, ticket)
    office.handovers.reveal(ticket.number, by="kabid.spbe", at=AT)

    with pytest.raises(SecretError, match=r"handed over already to kabid\.spbe"):
        renew_handover(office, ticket, at=AT)

    assert office.desk.get(ticket.number).history == ticket.history
