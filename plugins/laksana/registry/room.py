"""Whether there is room: sums of what living rows and reserved growths have, and addresses nobody has yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from laksana.database.tables import service_growth
from laksana.registry.model import RESERVED, Shortage, amount
from laksana.registry.rows import ServiceRow


def shortage(
    connection: Connection,
    rows: Sequence[ServiceRow],
    wanted: Mapping[str, Any],
    limits: Mapping[str, int],
    *,
    growth_of: str = "",
) -> Shortage | None:
    """Return the first resource of which rows, growths reserved for them and the wish together exceed the limit.

    Args:
        connection: the transaction, which holds the registry's lock.
        rows: the rows that share the limits.
        wanted: how much more is wanted of each resource.
        limits: how much there may be of each resource.
        growth_of: ticket whose own reserved growth does not count: it is asked for anew.
    """
    statement = select(service_growth.c.growth).where(
        service_growth.c.service_id.in_([row.id for row in rows]),
        service_growth.c.state == RESERVED,
        service_growth.c.ticket != growth_of,
    )
    given = [row.specification for row in rows] + list(connection.execute(statement).scalars())
    for resource, limit in limits.items():
        more, free = amount(wanted, resource), limit - sum(amount(values, resource) for values in given)
        if more and more > free:
            return Shortage(resource, more, free)
    return None


def free_address(rows: Sequence[ServiceRow], pool: Sequence[str], held: ServiceRow | None) -> str | None:
    """Return the address that a reservation has already, as long as the pool has it, or the first one nobody has.

    Args:
        rows: all rows but the reservation's own.
        pool: the addresses to choose from, in order.
        held: the reservation, where there is one.
    """
    taken = {row.specification.get("address") for row in rows}
    free = [address for address in pool if address not in taken]
    mine = held.specification.get("address") if held is not None else None
    return mine if mine in free else next(iter(free), None)
