"""The people of the demo as ``accounts.yml`` lists them; knows no passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from laksana import records
from laksana.posts.holders import POSITIONS, Holding

ACCOUNTS_FILE = Path(__file__).with_name("accounts.yml")
IN_OFFICE_SINCE = date(2026, 1, 1)
"""First day of every holding of the demo."""


@dataclass(frozen=True)
class Person:
    """One account and the posts that its owner holds."""

    username: str
    nama: str
    hak: tuple[str, ...]
    """Airflow roles."""
    jabatan: tuple[str, ...] = ()
    """Slugs of the posts held."""
    pangkat: str = ""
    nip: str = ""
    instansi: str = ""

    def holdings(self) -> tuple[Holding, ...]:
        """Return the rows that say which posts this person holds."""
        return tuple(
            Holding(
                role=role,
                username=self.username,
                name=self.nama,
                rank=self.pangkat,
                nip=self.nip,
                agency=self.instansi,
                valid_from=IN_OFFICE_SINCE,
            )
            for role in self.jabatan
        )

    def signer(self) -> records.Person:
        """Return this person as the demo's certificate authority names them."""
        role = self.jabatan[0]
        return records.Person(
            username=self.username,
            name=self.nama,
            role=role,
            position=POSITIONS[role],
            rank=self.pangkat,
            nip=self.nip,
            agency=self.instansi,
        )


def read_people(file: Path = ACCOUNTS_FILE) -> tuple[Person, ...]:
    """Read the list of people."""
    rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    return tuple(Person(**{key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}) for row in rows)
