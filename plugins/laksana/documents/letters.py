"""What a reply letter says, built from plain data and the standard wording; pure, and ignorant of looks and numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from laksana.documents.dates import indonesian_date
from laksana.documents.placeholders import fill_placeholders
from laksana.documents.wording import PLACEHOLDERS, REASONS_MARK, ReplyWording, Wording
from laksana.errors import DocumentError
from laksana.records import LetterFacts, Person

CAPACITY_PREFIX = {"definitif": "", "plt": "Plt. ", "plh": "Plh. ", "pj": "Pj. "}

_LIST_ITEM = re.compile(r"(\d{1,2}|[a-z])[.)] |- ")


@dataclass(frozen=True)
class Reply:
    """What is known about a request when its reply is written."""

    ticket: str
    service: str
    """Name of the service, e.g. ``Sub Domain``."""
    recipient: str
    """Post and agency of the applicant."""
    reference: str
    """The applicant's nota dinas, e.g. ``Nota Dinas Kepala Bappeda Nomor … tanggal … hal …``."""
    name: str
    """Name of what was asked for, e.g. a full host name or a server's name."""
    signer: Person
    values: Mapping[str, str] = field(default_factory=dict)
    """What the service's own places say; an empty one leaves its row or paragraph out."""
    number: str = ""
    """Letter number; empty while it is a draft."""
    on: date | None = None
    """Date of the letter; none while it is a draft."""
    sender: str = ""
    """``Dari`` of the letter; empty means the signer's post."""
    reasons: tuple[str, ...] = ()
    """Why it is refused, one reason an item."""
    details: tuple[tuple[str, str], ...] = ()
    """Rows of the facts table besides the wording's: label and value."""
    paragraphs: tuple[str, ...] = ()
    """Body as a drafter edited it, in place of the standard one; taken as it is."""


def granted_reply(reply: Reply, wording: Wording) -> LetterFacts:
    """Return the letter that says yes."""
    return _facts(reply, wording.granted, granted=True)


def refused_reply(reply: Reply, wording: Wording) -> LetterFacts:
    """Return the letter that says no.

    Raises:
        DocumentError: there is neither a reason nor an edited body.
    """
    if not reply.paragraphs and not _clean(reply.reasons):
        raise DocumentError(f"letter of {reply.ticket}: a refusal needs at least one reason (give `reasons`)")
    return _facts(reply, wording.refused, granted=False)


def post_of(person: Person) -> str:
    """Name a person's post with its capacity, e.g. ``Plt. Kepala Dinas …``.

    Raises:
        DocumentError: the capacity is none that letters know.
    """
    if person.capacity not in CAPACITY_PREFIX:
        allowed = ", ".join(CAPACITY_PREFIX)
        raise DocumentError(f"signer {person.username}: unknown capacity {person.capacity!r} (allowed: {allowed})")
    return CAPACITY_PREFIX[person.capacity] + person.position


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Split an edited text into paragraphs: at blank lines, and before each list item."""
    found: list[str] = []
    starts_new = True
    for raw in text.splitlines():
        line = " ".join(raw.split())
        if not line:
            starts_new = True
        elif starts_new or _LIST_ITEM.match(line):
            found.append(line)
            starts_new = False
        else:
            found[-1] = f"{found[-1]} {line}"
    return tuple(found)


def text_of(facts: LetterFacts) -> str:
    """Return a letter's body as a text that a drafter edits; ``paragraphs_of`` turns it back."""
    return "\n\n".join(facts.paragraphs)


def _facts(reply: Reply, wording: ReplyWording, *, granted: bool) -> LetterFacts:
    """Fill one kind of wording."""
    sender = reply.sender or post_of(reply.signer)
    values = {
        "layanan": reply.service,
        "nama": reply.name,
        "rujukan": reply.reference,
        "penerima": reply.recipient,
        "pengirim": sender,
        "tiket": reply.ticket,
        "tanggal": indonesian_date(reply.on) if reply.on else "",
        "nomor": reply.number,
        **reply.values,
    }
    rows = [*((label, _filled(text, values, wording.where)) for label, text in wording.facts), *reply.details]
    return LetterFacts(
        ticket=reply.ticket,
        number=reply.number,
        date=reply.on.isoformat() if reply.on else "",
        granted=granted,
        service=reply.service,
        recipient=reply.recipient,
        sender=sender,
        subject=fill_placeholders(wording.subject, values, where=wording.where).strip(),
        reference=reply.reference,
        paragraphs=_clean(reply.paragraphs) or _standard_body(reply, wording, values),
        facts=tuple((label, value) for label, value in rows if value.strip()),
        signer={
            "name": reply.signer.name,
            "position": reply.signer.position,
            "rank": reply.signer.rank,
            "nip": reply.signer.nip,
            "capacity": reply.signer.capacity,
            "decree": reply.signer.decree,
        },
    )


def _standard_body(reply: Reply, wording: ReplyWording, values: dict[str, str]) -> tuple[str, ...]:
    """Fill the standard paragraphs and put the numbered reasons in their place."""
    body: list[str] = []
    for text in wording.paragraphs:
        if text == REASONS_MARK:
            body.extend(f"{index}. {reason}" for index, reason in enumerate(_clean(reply.reasons), start=1))
        else:
            body.append(_filled(text, values, wording.where))
    return _clean(tuple(body))


def _filled(text: str, values: Mapping[str, str], where: str) -> str:
    """Fill a paragraph or a row; one of whose places is empty says nothing, so it becomes nothing."""
    empty = {name for name, value in values.items() if not value.strip() and name not in PLACEHOLDERS}
    if any(f"{{{name}}}" in text for name in empty):
        return ""
    return fill_placeholders(text, values, where=where)


def _clean(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Trim texts and drop the empty ones."""
    return tuple(text.strip() for text in texts if text.strip())
