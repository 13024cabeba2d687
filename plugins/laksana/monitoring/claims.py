"""Which round of an SOP works on which service: no two at once, so that nothing is repaired twice or counted twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import round_claim


class RoundClaims:
    """The claims in Laksana's database; a service is claimed once an SOP."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(
        self, slug: str, services: Iterable[tuple[str, str]], *, ticket: str, at: datetime
    ) -> dict[tuple[str, str], str]:
        """Claim services for a round; done again it finds its own claims.

        Returns:
            Kind and name of each service that another round has → that round's ticket.
        """
        wanted = sorted(set(services))
        if not wanted:
            return {}
        rows = [
            {"slug": slug, "service_kind": kind, "service_name": name, "ticket": ticket, "since": at}
            for kind, name in wanted
        ]
        mine = select(round_claim).where(round_claim.c.slug == slug, round_claim.c.ticket != ticket)
        with self._engine.begin() as connection:
            connection.execute(insert(round_claim).on_conflict_do_nothing(), rows)
            others = {(row.service_kind, row.service_name): row.ticket for row in connection.execute(mine)}
        return {pair: others[pair] for pair in wanted if pair in others}

    def release(self, ticket: str) -> None:
        """Let go of all that a round has claimed; done again it changes nothing."""
        with self._engine.begin() as connection:
            connection.execute(delete(round_claim).where(round_claim.c.ticket == ticket))
