"""Draws letter numbers: without gaps per kind and calendar year, and the same one again for the same case.

A number once drawn is never given to another letter; one that is not needed is voided with its reason and stays.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from sqlalchemy import Connection, Engine, func, insert, select, text, update

from laksana.database.tables import letter_number
from laksana.documents.office import NumberTemplate
from laksana.errors import DocumentError


class LetterNumbers:
    """The book of letter numbers."""

    def __init__(self, engine: Engine) -> None:
        """Keep the database that holds the book."""
        self._engine = engine

    def draw(self, kind: str, ticket: str, *, on: date, template: NumberTemplate, at: datetime) -> str:
        """Return the number of a case's letter, drawing the next one of the year where it has none.

        Args:
            kind: kind of letter, e.g. ``nota-dinas-balasan``.
            ticket: the case; a repeat gives the number that was drawn first.
            on: date of the letter; its year chooses the sequence.
            template: how the running number is written.
            at: when it is drawn.

        Raises:
            DocumentError: the case's number was voided, or another kind of letter writes its numbers in the same way.
        """
        with self._engine.begin() as connection:
            _take_turn(connection, kind)
            known = _of_case(connection, kind, ticket)
            if known is not None:
                return _still_good(known, kind, ticket)
            sequence = _last(connection, kind, on.year) + 1
            number = template.fill(sequence, on.year)
            _refuse_foreign(connection, number, kind)
            connection.execute(
                insert(letter_number).values(
                    kind=kind,
                    year=on.year,
                    sequence=sequence,
                    number=number,
                    ticket=ticket,
                    state="drawn",
                    reason="",
                    drawn_at=at,
                )
            )
            return number

    def mark_used(self, number: str) -> None:
        """Note that the letter with this number is signed; a repeat changes nothing.

        Raises:
            DocumentError: the number is unknown or void.
        """
        self._move(number, to="used", refuse="void", reason="")

    def void(self, number: str, reason: str) -> None:
        """Note that no letter will bear this number, and why; a repeat changes nothing.

        Raises:
            DocumentError: the number is unknown or used, or no reason is given.
        """
        if not reason.strip():
            raise DocumentError(f"letter number {number}: voiding needs a reason (the book is inspected)")
        self._move(number, to="void", refuse="used", reason=reason.strip())

    def _move(self, number: str, *, to: str, refuse: str, reason: str) -> None:
        """Change a number's state once, with the row locked."""
        with self._engine.begin() as connection:
            row = connection.execute(
                select(letter_number.c.state).where(letter_number.c.number == number).with_for_update()
            ).one_or_none()
            if row is None:
                raise DocumentError(f"letter number {number!r}: never drawn (draw it first)")
            if row.state == refuse:
                raise DocumentError(f"letter number {number}: is {refuse} and can't become {to} (only a drawn one can)")
            if row.state != to:
                connection.execute(
                    update(letter_number).where(letter_number.c.number == number).values(state=to, reason=reason)
                )


def _take_turn(connection: Connection, kind: str) -> None:
    """Wait until no one else draws this kind; the lock ends with the transaction.

    A lock on rows would not do: the first number of a year has no row to lock.
    """
    key = int.from_bytes(hashlib.sha256(f"laksana letter number {kind}".encode()).digest()[:8], signed=True)
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _of_case(connection: Connection, kind: str, ticket: str) -> tuple[str, str] | None:
    """Return number and state that a case already has."""
    row = connection.execute(
        select(letter_number.c.number, letter_number.c.state).where(
            letter_number.c.kind == kind, letter_number.c.ticket == ticket
        )
    ).one_or_none()
    return None if row is None else (row.number, row.state)


def _still_good(row: tuple[str, str], kind: str, ticket: str) -> str:
    """Return a case's number unless it was voided."""
    number, state = row
    if state == "void":
        raise DocumentError(
            f"letter number {number} of {ticket} ({kind}): is void, and a case gets one number of a kind "
            "(keep the number while the letter is redrafted; void it only when no letter will go out)"
        )
    return number


def _last(connection: Connection, kind: str, year: int) -> int:
    """Return the last running number of a year, 0 for none."""
    found = connection.execute(
        select(func.max(letter_number.c.sequence)).where(letter_number.c.kind == kind, letter_number.c.year == year)
    ).scalar_one()
    return int(found or 0)


def _refuse_foreign(connection: Connection, number: str, kind: str) -> None:
    """Refuse a number that another kind of letter has: two kinds need two classification codes."""
    other = connection.execute(
        select(letter_number.c.kind).where(letter_number.c.number == number)
    ).scalar_one_or_none()
    if other is not None:
        raise DocumentError(
            f"letter number {number} for {kind}: taken by a letter of kind {other} "
            "(give each kind its own kode_klasifikasi, or one kind name for a shared sequence)"
        )
