"""An installation with people, and tickets whose secrets are handed over; for the doors' tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from laksana.office import Office
from laksana.posts.holders import Holding
from laksana.secretstore.store import make_key_file
from laksana.servicedesk.api import Ticket
from laksana.settings import Settings
from tests.secretstore.traces import MARKER

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
PEOPLE = {
    "kabid.spbe": "kabid-spbe",
    "spbe.lain": "kabid-spbe",
    "kabid.ti": "kabid-ti",
    "analis": "analis-sistem-informasi",
    "pranata": "pranata-komputer-ahli-muda",
    "kepala.dinas": "kepala-dinas",
    "auditor": "auditor",
}
PDN, HOSTING = "permohonan-vps-pdn", "permohonan-akun-hosting"
PASSWORDS = {"Kata sandi FTPS": f"{MARKER}Ftps", "Kata sandi basis data": f"{MARKER}BasisData"}


def open_office(database_url: str, folder: Path) -> Office:
    """Return an installation with its key file and its people."""
    settings = Settings(database_url=database_url, secrets_key_file=folder / "secrets.key", state_dir=folder)
    make_key_file(settings.secrets_key_file)
    office = Office(settings)
    office.holders.enter(
        Holding(role, username, username, "", "", "Dinas Perikanan", date(2026, 1, 1))
        for username, role in PEOPLE.items()
    )
    return office


def ticket_of(office: Office, slug: str = HOSTING, *, applicant: str = "kabid.spbe") -> Ticket:
    """Open a ticket."""
    data = {"perangkat_daerah": "Dinas Perikanan"}
    return office.desk.open(slug, data, source="http", applicant=applicant, key=f"{slug} {applicant}", at=AT)[0]


def offer(office: Office, ticket: Ticket, *, until: datetime | None = None) -> None:
    """Make two passwords available."""
    names = [f"sandi-{number}" for number in range(len(PASSWORDS))]
    for name, value in zip(names, PASSWORDS.values(), strict=True):
        office.secrets.put(ticket.number, name, value, at=AT)
    end = until or office.now() + timedelta(days=7)
    office.handovers.offer(ticket.number, list(zip(PASSWORDS, names, strict=True)), at=AT, until=end)


def close(office: Office, ticket: Ticket) -> Ticket:
    """Close a ticket and return it as it is now."""
    office.desk.note(ticket.number, "selesai", status="selesai", at=AT, once="selesai")
    return office.desk.get(ticket.number)
