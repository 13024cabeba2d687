"""Who holds a post on a day: holder, Plt., Plh. or Pj., from the ``holder`` table."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, or_, select

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


class Holders:
    """Read side of the holders' table."""

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
