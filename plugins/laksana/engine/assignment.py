"""Who may answer a gate, as a pure rule over the gate's list of assigned ids; refuses every id it does not know.

Three kinds of id stand in a gate's list:

* ``role:<slug>``: whoever holds that role today;
* ``user:<username>``: one person, e.g. the applicant who confirms receipt;
* ``not:<username>``: never this person, whatever else the list says (four eyes).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

ROLE = "role:"
USER = "user:"
NOT = "not:"


def may_answer(assigned: Iterable[str], username: str, holders_of: Callable[[str], Collection[str]]) -> bool:
    """Tell whether a person may answer a gate.

    Being an administrator gives no right to answer: only the list counts, and an exclusion beats every grant.

    Args:
        assigned: the gate's assigned ids.
        username: login of who wants to answer.
        holders_of: gives the logins of today's holders of a role.
    """
    ids = frozenset(assigned)
    if not username or f"{NOT}{username}" in ids:
        return False
    if f"{USER}{username}" in ids:
        return True
    roles = sorted(entry.removeprefix(ROLE) for entry in ids if entry.startswith(ROLE))
    return any(username in holders_of(role) for role in roles)
