"""Which rows of the registry somebody wants to see; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from laksana.registry.model import Service


@dataclass(frozen=True)
class Selection:
    """Conditions that a row must meet, all of them; an empty one is met by every row."""

    kind: str = ""
    owner: str = ""
    """Part of the owner's name, whatever its capitals."""
    place: str = ""
    state: str = ""
    expiring_before: date | None = None
    """Day before which the row must be due for renewal; rows without such a day never are."""

    def has(self, row: Service) -> bool:
        """Tell whether a row meets the conditions."""
        return (
            self.kind in {"", row.kind}
            and self.owner.casefold() in row.owner.casefold()
            and self.place in {"", row.place}
            and self.state in {"", row.state}
            and (self.expiring_before is None or _is_before(row.expires_on, self.expiring_before))
        )


def _is_before(day: date | None, limit: date) -> bool:
    return day is not None and day < limit
