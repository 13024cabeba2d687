"""The applicant's way to the passwords: the page that shows them once; and the analyst's to hand one in."""

from __future__ import annotations

from tests.demo.applicant import Account, fetch_passwords
from tests.scenarios.case import Case
from tests.scenarios.people import LOGINS

_FETCHED: dict[str, dict[str, str]] = {}


def passwords_of(case: Case) -> dict[str, str]:
    """Return a case's passwords; the first call fetches them, which can be done once."""
    if case.ticket not in _FETCHED:
        _FETCHED[case.ticket] = fetch_passwords(account_of(case, "pemohon"), case.ticket)
    return _FETCHED[case.ticket]


def hand_in_password(case: Case, value: str) -> None:
    """Hand the ministry's password in, as the analyst."""
    answer = account_of(case, "analis-sistem-informasi").post(
        f"/laksana/rahasia/{case.ticket}/sandi-awal", {"sandi": value, "ulang": value}
    )
    assert answer.ok, answer.text


def account_of(case: Case, role: str) -> Account:
    """Return the login that acts for a role."""
    stack = case.at.stack
    return Account(stack.api_url, LOGINS[role], stack.password(LOGINS[role]))
