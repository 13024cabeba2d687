"""Today's holders of a role, asked from Laksana's ``holder`` table; keeps no copy: a revoked post ends at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Engine, or_, select
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import holder


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
    capacity: str = "definitif"
    """``definitif``, ``plt``, ``plh`` or ``pj``."""
    decree: str = ""


def holders_on(database: Engine, role: str, day: date) -> frozenset[str]:
    """Return the logins of who holds a role on a day; the first and the last day of a holding count."""
    query = select(holder.c.username).where(
        holder.c.role == role,
        holder.c.valid_from <= day,
        or_(holder.c.valid_until.is_(None), holder.c.valid_until >= day),
    )
    with database.connect() as connection:
        return frozenset(connection.scalars(query))


def enter_holders(database: Engine, holdings: Iterable[Holding]) -> None:
    """Enter holdings that are not there yet; what stands in the table is left as it is."""
    rows = [asdict(holding) for holding in holdings]
    if not rows:
        return
    with database.begin() as connection:
        connection.execute(insert(holder).on_conflict_do_nothing(), rows)
