"""The built-in desk on PostgreSQL: numbers, history, status and the reply."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from laksana.database.connection import open_database
from laksana.errors import ServiceDeskError
from laksana.records import StoredDocument
from laksana.servicedesk.builtin import CLOSED, BuiltinDesk

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
LETTER = StoredDocument("2026/permohonan-sub-domain/T/07-balasan.pdf", "ab" * 32, 1234)


@pytest.fixture
def desk(clean_database: str) -> BuiltinDesk:
    return BuiltinDesk(open_database(clean_database), "Asia/Jakarta")


def new(desk: BuiltinDesk, key: str = "k", run_id: str = "") -> str:
    ticket, _ = desk.open("sop", {"label": "a"}, source="cli", applicant="sari", key=key, at=AT, run_id=run_id)
    return ticket.number


def test_new_ticket_is_received(desk: BuiltinDesk) -> None:
    ticket = desk.get(new(desk))

    assert (ticket.status, ticket.run_id, ticket.run_started, ticket.opened_at) == (
        "diterima",
        ticket.number,
        False,
        AT,
    )
    assert ticket.history == ((AT, "dibuka", "Permohonan diterima"),)


def test_run_that_exists_already_is_kept(desk: BuiltinDesk) -> None:
    number = new(desk, run_id="manual__1")

    assert desk.of_run("sop", "manual__1").number == number
    assert desk.get(number).run_started
    assert desk.waiting() == []


def test_unknown_ticket_says_where_to_look(desk: BuiltinDesk) -> None:
    with pytest.raises(ServiceDeskError, match=r"ticket 'SD-1' is not known .* laksana request list"):
        desk.get("SD-1")
    with pytest.raises(ServiceDeskError, match="run 'x' of sop is not known"):
        desk.of_run("sop", "x")


def test_same_note_is_written_once(desk: BuiltinDesk) -> None:
    number = new(desk)
    for _ in range(2):
        desk.note(number, "Langkah 2: teruskan", status="diproses", at=AT + HOUR, once="langkah_02#1")

    assert [text for _, _, text in desk.get(number).history] == ["Permohonan diterima", "Langkah 2: teruskan"]
    assert desk.get(number).status == "diproses"


@pytest.mark.parametrize("status", sorted(CLOSED))
def test_closed_ticket_keeps_status_and_time(desk: BuiltinDesk, status: str) -> None:
    number = new(desk)
    desk.note(number, "ditutup", status=status, at=AT + HOUR, once="1")
    desk.note(number, "menyusul", status="diproses", at=AT + 2 * HOUR, once="2")
    desk.complete(number, {"label": "b"}, at=AT + 3 * HOUR, once="3")

    ticket = desk.get(number)

    assert (ticket.status, ticket.closed_at, ticket.data) == (status, AT + HOUR, {"label": "a"})


def test_completed_form_replaces_the_earlier_one_once(desk: BuiltinDesk) -> None:
    number = new(desk)
    desk.complete(number, {"label": "b"}, at=AT, once="isi")
    desk.complete(number, {"label": "c"}, at=AT, once="isi")

    assert desk.get(number).data == {"label": "b"}
    assert [kind for _, kind, _ in desk.get(number).history] == ["dibuka", "dilengkapi"]


def test_reply_is_attached_once(desk: BuiltinDesk) -> None:
    number = new(desk)
    for _ in range(2):
        desk.attach(number, LETTER, at=AT, once=f"balasan:{LETTER.sha256}")

    assert desk.get(number).documents == (LETTER,)


def test_list_shows_the_newest_first_and_one_status(desk: BuiltinDesk) -> None:
    first = new(desk, "1")
    ticket, _ = desk.open("sop", {}, source="cli", applicant="sari", key="2", at=AT + HOUR)
    desk.note(first, "selesai", status="selesai", at=AT, once="1")

    assert [item.number for item in desk.list()] == [ticket.number, first]
    assert [item.number for item in desk.list(status="selesai")] == [first]
    assert len(desk.list(limit=1)) == 1


def test_open_cases_are_counted_by_version(desk: BuiltinDesk) -> None:
    first, second, third = (new(desk, key) for key in "abc")
    for number, digest in ((first, "a" * 64), (second, "b" * 64), (third, "a" * 64)):
        desk.go_by(number, digest, at=AT)
    desk.note(third, "selesai", status="selesai", at=AT, once="akhir")
    new(desk, "d")

    assert desk.open_by_version() == {("sop", "a" * 64): 1, ("sop", "b" * 64): 1, ("sop", ""): 1}
