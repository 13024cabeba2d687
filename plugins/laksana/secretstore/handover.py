"""Hands a case's secrets over once: to who is logged in as the applicant, or to who has ticket and one-time code."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import handover, secret
from laksana.errors import SecretError
from laksana.secretstore.store import SecretStore

NONE, OPEN, SHOWN, EXPIRED = "belum", "tersedia", "sudah", "kedaluwarsa"
"""States of a hand-over."""
CODE_NONE, CODE_OUT, CODE_LOCKED = "tidak ada", "beredar", "terkunci"
"""States of its one-time code; a locked code does not keep out who is logged in."""
BY_CODE = "kode sekali pakai"
"""Stands for the login where a code opened it."""
MOST_WRONG_CODES = 5
"""After so many a code is void; it has 80 bits, so this stops no guessing but shows that somebody tries."""
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_GROUPS, _CODE_GROUP = 4, 4


class HandoverClosedError(SecretError):
    """Nothing can be fetched (any more) by who asks; any other error of a hand-over is trouble on our side."""


@dataclass(frozen=True)
class Handover:
    """How a ticket's hand-over stands; holds no secret."""

    ticket: str
    state: str
    code: str = CODE_NONE
    until: datetime | None = None
    shown_at: datetime | None = None
    shown_to: str = ""
    """Login, or ``BY_CODE``."""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """One secret, in the moment in which it is handed over."""

    label: str
    value: str

    def __repr__(self) -> str:
        """Show no value, in no traceback."""
        return f"Shown({self.label!r}, …)"


class Handovers:
    """The hand-overs of all cases."""

    def __init__(self, engine: Engine, store: SecretStore) -> None:
        self._engine = engine
        self._store = store

    def offer(
        self,
        ticket: str,
        items: Sequence[tuple[str, str]],
        *,
        at: datetime,
        until: datetime,
        keep: Collection[str] = (),
    ) -> None:
        """Make a ticket's secrets available until a time; offered again it changes nothing.

        Args:
            ticket: whose secrets.
            items: label and name of each.
            at: time of the offer.
            until: first moment at which they can't be fetched any more.
            keep: names that stay in the store when they were fetched, because the office needs them further.
        """
        rows = [{"label": label, "name": name, "keep": name in keep} for label, name in items]
        statement = insert(handover).values(ticket=ticket, items=rows, made_at=at, expires_at=until)
        with self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_nothing())

    def state(self, ticket: str, *, at: datetime) -> Handover:
        """Tell how a ticket's hand-over stands."""
        with self._engine.connect() as connection:
            return _as_state(ticket, _row(connection, ticket), at)

    def renew(self, ticket: str, *, at: datetime, until: datetime) -> str:
        """Open a hand-over that expired or was locked anew, and return a one-time code for it; the old code is void.

        Raises:
            SecretError: there is nothing to hand over, or it was handed over already.
        """
        code = _new_code()
        with self._engine.begin() as connection:
            row = _row(connection, ticket, lock=True)
            if row is None:
                raise SecretError(f"{ticket}: there is nothing to hand over (see: laksana secret status {ticket})")
            if row.shown_at is not None:
                raise SecretError(f"{ticket}: handed over already to {row.shown_to}; set a new password on the server")
            values = {"code_hash": _hash(ticket, code), "wrong_codes": 0, "expires_at": until, "made_at": at}
            connection.execute(update(handover).where(handover.c.ticket == ticket).values(**values))
        return code

    def reveal(self, ticket: str, *, by: str, at: datetime) -> list[Shown]:
        """Return the secrets and delete them; of several callers at once exactly one gets them.

        They are gone before they are returned: who loses them on the way can't fetch them again, nor can anybody else.

        Raises:
            HandoverClosedError: there is nothing to hand over (any more).
            SecretError: a secret can't be read; nothing has changed then.
        """
        with self._engine.begin() as connection:
            return self._take(connection, ticket, _row(connection, ticket, lock=True), by=by, at=at)

    def reveal_by_code(self, ticket: str, code: str, *, at: datetime) -> list[Shown]:
        """Do the same for who has the one-time code; ``MOST_WRONG_CODES`` wrong ones void it.

        Raises:
            HandoverClosedError: ticket and code don't fit, or there is nothing to hand over any more.
            SecretError: ticket and code fit, and a secret can't be read; nothing has changed then.
        """
        given = _hash(ticket, code)
        with self._engine.begin() as connection:
            row = _row(connection, ticket, lock=True)
            if _code_state(row) == CODE_OUT:
                if hmac.compare_digest(row.code_hash, given):
                    return self._take(connection, ticket, row, by=BY_CODE, at=at)
                count = {"wrong_codes": row.wrong_codes + 1}
                connection.execute(update(handover).where(handover.c.ticket == ticket).values(**count))
        raise _nothing(ticket)

    def _take(self, connection: Connection, ticket: str, row: Any, *, by: str, at: datetime) -> list[Shown]:
        """Read the secrets, mark the hand-over as done and delete them, all in the caller's transaction."""
        if row is None or row.shown_at is not None or at >= row.expires_at:
            raise _nothing(ticket)
        found = [Shown(item["label"], self._store.read(connection, ticket, item["name"])) for item in row.items_]
        done = {"shown_at": at, "shown_to": by, "code_hash": ""}
        connection.execute(update(handover).where(handover.c.ticket == ticket).values(**done))
        names = [item["name"] for item in row.items_ if not item["keep"]]
        connection.execute(delete(secret).where(secret.c.ticket == ticket, secret.c.name.in_(names)))
        return found


def _nothing(ticket: str) -> HandoverClosedError:
    return HandoverClosedError(f"{ticket}: nothing to hand over (wrong code, fetched, locked or expired)")


def _row(connection: Connection, ticket: str, *, lock: bool = False) -> Any:
    # A row is a tuple to SQLAlchemy, and "items" one of its methods: the column goes by another name here.
    columns = [column.label("items_") if column.name == "items" else column for column in handover.c]
    statement = select(*columns).where(handover.c.ticket == ticket)
    return connection.execute(statement.with_for_update() if lock else statement).first()


def _as_state(ticket: str, row: Any, at: datetime) -> Handover:
    if row is None:
        return Handover(ticket, NONE)
    state = SHOWN if row.shown_at is not None else EXPIRED if at >= row.expires_at else OPEN
    labels = tuple(item["label"] for item in row.items_)
    return Handover(ticket, state, _code_state(row), row.expires_at, row.shown_at, row.shown_to, labels)


def _code_state(row: Any) -> str:
    if row is None or not row.code_hash:
        return CODE_NONE
    return CODE_LOCKED if row.wrong_codes >= MOST_WRONG_CODES else CODE_OUT


def _new_code() -> str:
    """Return a code of 80 bits in groups, without letters that are taken for digits."""
    groups = ("".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_GROUP)) for _ in range(_CODE_GROUPS))
    return "-".join(groups)


def _hash(ticket: str, code: str) -> str:
    """Return what is kept of a code; it is typed by people, so case, blanks and hyphens don't count."""
    plain = "".join(code.upper().split()).replace("-", "")
    return hashlib.sha256(f"{ticket}:{plain}".encode()).hexdigest()
