"""When a person may hand a secret in, and when a hand-over ends; one set of rules for page and command."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from laksana.errors import SecretError
from laksana.office import Office
from laksana.secretstore.handover import NONE
from laksana.secretstore.store import HANDED_IN
from laksana.servicedesk.api import Ticket


def hand_in_objection(office: Office, ticket: Ticket, name: str, *, at: datetime) -> str:
    """Say in Bahasa Indonesia why a secret can't be handed in, nothing where it can."""
    if name not in HANDED_IN:
        return f"tidak ada kata sandi bernama {name!r} (yang ada: {', '.join(HANDED_IN)})"
    asked = {step.work.text("rahasia").replace("_", "-") for step in office.spec_of(ticket).langkah}
    if name not in asked:
        return f"permohonan {ticket.number} tidak memerlukan {HANDED_IN[name]}"
    if ticket.closed_at is not None:
        return f"permohonan {ticket.number} sudah selesai"
    if office.handovers.state(ticket.number, at=at).state != NONE:
        return f"{HANDED_IN[name]} sudah dipakai dan tidak dapat diganti lagi"
    return ""


def hand_in_secret(  # noqa: PLR0913  # whose, which, what, by whom, when
    office: Office, ticket: Ticket, name: str, value: str, *, by: str, at: datetime
) -> None:
    """Keep a secret that a person hands in, and say so in the ticket's history.

    Raises:
        SecretError: it can't be handed in (any more), or its value is unusable; it is not part of the message.
    """
    objection = hand_in_objection(office, ticket, name, at=at)
    if objection:
        raise SecretError(objection)
    office.secrets.put(ticket.number, name, value, at=at)
    _tell(office, ticket, f"{HANDED_IN[name]} diserahkan oleh {by}", once=f"rahasia-{name}", at=at)


def renew_handover(office: Office, ticket: Ticket, *, at: datetime) -> tuple[str, datetime]:
    """Open a ticket's hand-over anew, and return its one-time code and when it ends.

    Raises:
        SecretError: there is nothing to hand over, or it was handed over already.
    """
    until = fetch_until(office, at=at)
    code = office.handovers.renew(ticket.number, at=at, until=until)
    text = f"pengambilan kata sandi dibuka kembali sampai {until:%d-%m-%Y pukul %H.%M}, dengan kode sekali pakai"
    _tell(office, ticket, text, once="sandi-dibuka-kembali", at=at)
    return code, until


def fetch_until(office: Office, *, at: datetime) -> datetime:
    """Return until when a hand-over that is offered now can be fetched: the end of the last day, as letters say it."""
    last = at.astimezone(ZoneInfo(office.settings.timezone)) + timedelta(days=office.settings.secret_days)
    return last.replace(hour=23, minute=59, second=59, microsecond=0)


def _tell(office: Office, ticket: Ticket, text: str, *, once: str, at: datetime) -> None:
    office.desk.note(ticket.number, text, status=ticket.status, at=at, once=f"{once}-{at.isoformat()}")
