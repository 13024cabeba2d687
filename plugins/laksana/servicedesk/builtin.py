"""The built-in desk: tickets in Laksana's own database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, select, update
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import request, ticket_counter, ticket_event
from laksana.errors import ServiceDeskError
from laksana.records import StoredDocument
from laksana.servicedesk.api import ROUTINE, Ticket

CLOSED = frozenset({"selesai"})


class BuiltinDesk:
    """Service desk kept in the tables ``request`` and ``ticket_event``."""

    def __init__(self, engine: Engine, timezone: str) -> None:
        self._engine = engine
        self._zone = ZoneInfo(timezone)

    def open(  # noqa: PLR0913  # all but two are keywords
        self,
        slug: str,
        data: Mapping[str, Any],
        *,
        source: str,
        applicant: str,
        key: str,
        at: datetime,
        run_id: str = "",
    ) -> tuple[Ticket, bool]:
        """Open a ticket, or find the one that the same idempotency key opened before.

        Args:
            slug: which SOP.
            data: the validated form.
            source: where it came in.
            applicant: login of who asks.
            key: idempotency key; unique within source and applicant.
            at: time of opening.
            run_id: the run's id where it exists already; else the ticket number becomes it.

        Returns:
            The ticket, and whether it is new.
        """
        with self._engine.connect() as connection:
            number = self._next_number(connection, at.astimezone(self._zone).year)
            statement = (
                insert(request)
                .values(
                    ticket=number,
                    slug=slug,
                    source=source,
                    idempotency_key=key,
                    applicant=applicant,
                    data=dict(data),
                    status="diterima",
                    run_id=run_id or number,
                    run_started=bool(run_id),
                    opened_at=at,
                )
                .on_conflict_do_nothing(index_elements=["source", "applicant", "idempotency_key"])
                .returning(request.c.ticket)
            )
            made = connection.execute(statement).scalar_one_or_none()
            if made is None:
                connection.rollback()  # the number goes back, so that tickets stay gap-free
            else:
                text = "Putaran dimulai" if source == ROUTINE else "Permohonan diterima"
                self._event(connection, number, "dibuka", text, at, once="dibuka", record=dict(data))
                connection.commit()
        if made:
            return self.get(made), True
        return self._one(_same_key(source, applicant, key), f"idempotency key {key!r}"), False

    def get(self, number: str) -> Ticket:
        """Return a ticket by its number."""
        return self._one(request.c.ticket == number, f"ticket {number!r}")

    def find(self, source: str, applicant: str, key: str) -> Ticket | None:
        """Return the ticket of an idempotency key, or nothing."""
        with self._engine.connect() as connection:
            number = connection.scalar(select(request.c.ticket).where(_same_key(source, applicant, key)))
        return self.get(number) if number is not None else None

    def of_run(self, slug: str, run_id: str) -> Ticket:
        """Return the ticket that a DAG run serves; the calendar's runs of several SOPs share one id."""
        return self._one((request.c.slug == slug) & (request.c.run_id == run_id), f"run {run_id!r} of {slug}")

    def open_ones(self, slug: str) -> list[Ticket]:
        """Return an SOP's tickets that are not closed, oldest first."""
        statement = select(request.c.ticket).where(request.c.slug == slug, request.c.closed_at.is_(None))
        with self._engine.connect() as connection:
            numbers = connection.scalars(statement.order_by(request.c.opened_at)).all()
        return [self.get(number) for number in numbers]

    def mark_started(self, number: str) -> None:
        """Note that the ticket's DAG run exists."""
        with self._engine.begin() as connection:
            connection.execute(update(request).where(request.c.ticket == number).values(run_started=True))

    def go_by(self, number: str, digest: str, *, at: datetime) -> None:
        """Note the version of the SOP that the case goes by; a change on the way stands in the history."""
        with self._engine.begin() as connection:
            before = connection.scalar(select(request.c.spec_digest).where(request.c.ticket == number))
            connection.execute(update(request).where(request.c.ticket == number).values(spec_digest=digest))
            if before and before != digest:
                text = f"Kasus berjalan menurut versi SOP {digest[:12]}, sebelumnya {before[:12]}"
                record = {"versi": digest, "sebelumnya": before}
                self._event(connection, number, "versi", text, at, once=f"versi#{at.isoformat()}", record=record)

    def open_by_version(self) -> dict[tuple[str, str], int]:
        """Return how many cases are open, by SOP and version of it."""
        columns = (request.c.slug, request.c.spec_digest)
        statement = select(*columns, func.count()).where(request.c.closed_at.is_(None)).group_by(*columns)
        with self._engine.connect() as connection:
            return {(slug, digest): count for slug, digest, count in connection.execute(statement)}

    def waiting(self) -> list[Ticket]:
        """Return tickets whose run could not be started yet, oldest first."""
        with self._engine.connect() as connection:
            numbers = connection.scalars(
                select(request.c.ticket).where(request.c.run_started.is_(False)).order_by(request.c.opened_at)
            ).all()
        return [self.get(number) for number in numbers]

    def note(self, number: str, text: str, *, status: str, at: datetime, once: str) -> None:
        """Write a line into the history and set the status; a closed ticket keeps its status."""
        with self._engine.begin() as connection:
            if not self._event(connection, number, "status", text, at, once=once, record={"status": status}):
                return
            values: dict[str, Any] = {"status": status}
            if status in CLOSED:
                values["closed_at"] = at
            connection.execute(
                update(request).where(request.c.ticket == number, request.c.closed_at.is_(None)).values(**values)
            )

    def complete(self, number: str, data: Mapping[str, Any], *, at: datetime, once: str) -> None:
        """Replace the form by the completed one; the history keeps every version."""
        with self._engine.begin() as connection:
            if self._event(connection, number, "dilengkapi", "Permohonan dilengkapi", at, once=once, record=dict(data)):
                open_one = (request.c.ticket == number) & request.c.closed_at.is_(None)
                connection.execute(update(request).where(open_one).values(data=dict(data), status="diproses"))

    def attach(self, number: str, document: StoredDocument, *, at: datetime, once: str) -> None:
        """Attach a document that lies in the archive."""
        with self._engine.begin() as connection:
            self._event(connection, number, "dokumen", document.key, at, once=once, record=document.to_json())

    def _one(self, condition: Any, what: str) -> Ticket:
        with self._engine.connect() as connection:
            row = connection.execute(select(request).where(condition)).first()
            if row is None:
                raise ServiceDeskError(f"{what} is not known to the service desk (see: laksana request list)")
            events = connection.execute(
                select(ticket_event).where(ticket_event.c.ticket == row.ticket).order_by(ticket_event.c.id)
            ).all()
        return _ticket(row, events)

    def _next_number(self, connection: Connection, year: int) -> str:
        statement = insert(ticket_counter).values(year=year, last=1)
        statement = statement.on_conflict_do_update(index_elements=["year"], set_={"last": ticket_counter.c.last + 1})
        last = connection.execute(statement.returning(ticket_counter.c.last)).scalar_one()
        return f"SD-{year}-{last:06d}"

    def _event(  # noqa: PLR0913  # a row of history has six columns
        self,
        connection: Connection,
        number: str,
        kind: str,
        text: str,
        at: datetime,
        *,
        once: str,
        record: dict[str, Any],
    ) -> bool:
        """Write one line of history; tell whether it is new."""
        statement = insert(ticket_event).values(
            ticket=number, at=at, kind=kind, text=text, record=record, once_key=once
        )
        statement = statement.on_conflict_do_nothing(index_elements=["ticket", "once_key"])
        return connection.execute(statement.returning(ticket_event.c.id)).scalar_one_or_none() is not None

    def counts(self, start: datetime, end: datetime) -> dict[str, tuple[int, int]]:
        """Return for each SOP how many tickets were opened in a time (its end excluded), and how many are closed."""
        statement = (
            select(request.c.slug, func.count(), func.count(request.c.closed_at))
            .where(request.c.opened_at >= start, request.c.opened_at < end)
            .group_by(request.c.slug)
        )
        with self._engine.connect() as connection:
            return {slug: (opened, closed) for slug, opened, closed in connection.execute(statement)}

    def list(self, *, status: str = "", limit: int = 100) -> list[Ticket]:
        """Return the newest tickets, of one status where it is given."""
        statement = select(request.c.ticket).order_by(request.c.opened_at.desc()).limit(limit)
        if status:
            statement = statement.where(request.c.status == status)
        with self._engine.connect() as connection:
            numbers = connection.scalars(statement).all()
        return [self.get(number) for number in numbers]


def _same_key(source: str, applicant: str, key: str) -> ColumnElement[bool]:
    """Pick the request of an idempotency key."""
    return (request.c.source == source) & (request.c.applicant == applicant) & (request.c.idempotency_key == key)


def _ticket(row: Row[Any], events: Any) -> Ticket:
    """Build the ticket from its row and its history."""
    return Ticket(
        number=row.ticket, slug=row.slug, source=row.source, applicant=row.applicant, data=dict(row.data),
        status=row.status, run_id=row.run_id, run_started=row.run_started, opened_at=row.opened_at,
        closed_at=row.closed_at,
        documents=tuple(StoredDocument.from_json(event.record) for event in events if event.kind == "dokumen"),
        history=tuple((event.at, event.kind, event.text) for event in events), spec_digest=row.spec_digest,
    )  # fmt: skip
