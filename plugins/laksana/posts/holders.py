"""Who holds a post on a day, from the ``holder`` table; keeps no copy, so that a revoked post ends at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Engine, or_, select
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import holder
from laksana.records import Person

POSITIONS = {
    "kabid-spbe": "Kepala Bidang SPBE",
    "kabid-ti": "Kepala Bidang Teknologi dan Informatika",
    "pranata-komputer-ahli-muda": "Pranata Komputer Ahli Muda",
    "analis-sistem-informasi": "Analis Sistem Informasi",
    "kepala-dinas": "Kepala Dinas Komunikasi dan Informatika",
    "auditor": "Auditor",
}
"""Full name of each post, as letters write it."""
APPLICANT = "kabid-spbe"
"""The post that stands for the applicant agencies."""


@dataclass(frozen=True)
class Holding:
    """One person holding one role for a time."""

    role: str
    username: str
    name: str
    rank: str
    nip: str
    agency: str
    valid_from: date
    valid_until: date | None = None
    """Last day that counts; none while it is open."""
    capacity: str = "definitif"
    """``definitif``, ``plt``, ``plh`` or ``pj``."""
    decree: str = ""


class Holders:
    """The holders' table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_role(self, role: str, on: date) -> list[Person]:
        """Return who may act for a role on a day, the definitive holder first."""
        condition = (
            (holder.c.role == role)
            & (holder.c.valid_from <= on)
            & or_(holder.c.valid_until.is_(None), holder.c.valid_until >= on)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(select(holder).where(condition).order_by(holder.c.id)).all()
        people = [
            Person(
                username=row.username,
                name=row.name,
                role=row.role,
                position=POSITIONS.get(row.role, row.role),
                rank=row.rank,
                nip=row.nip,
                agency=row.agency,
                capacity=row.capacity,
                decree=row.decree,
            )
            for row in rows
        ]
        return sorted(people, key=lambda person: person.capacity != "definitif")

    def find(self, role: str, username: str, on: date) -> Person | None:
        """Return a person as holder of a role on a day, or nothing."""
        return next((person for person in self.of_role(role, on) if person.username == username), None)

    def logins(self, role: str, on: date) -> frozenset[str]:
        """Return the logins of who may act for a role on a day."""
        return frozenset(person.username for person in self.of_role(role, on))

    def enter(self, holdings: Iterable[Holding]) -> None:
        """Enter holdings that are not there yet; what stands in the table is left as it is."""
        rows = [asdict(holding) for holding in holdings]
        if not rows:
            return
        with self._engine.begin() as connection:
            connection.execute(insert(holder).on_conflict_do_nothing(), rows)
