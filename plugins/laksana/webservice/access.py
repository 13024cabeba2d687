"""Who may do what at the HTTP door: applicants see their own cases, posts see all, nobody else sees any."""

from __future__ import annotations

from datetime import date

from laksana.posts.holders import APPLICANT, POSITIONS, Holders
from laksana.servicedesk.api import Ticket

CARETAKERS = ("analis-sistem-informasi", "pranata-komputer-ahli-muda")
"""Posts that set servers up and so receive their first passwords."""


def is_applicant(holders: Holders, username: str, on: date) -> bool:
    """Tell whether a login may hand in requests."""
    return holders.find(APPLICANT, username, on) is not None


def may_see(holders: Holders, username: str, ticket: Ticket, on: date) -> bool:
    """Tell whether a login may see a case."""
    if ticket.applicant == username:
        return True
    posts = [role for role in POSITIONS if role != APPLICANT]
    return any(holders.find(role, username, on) for role in posts)


def may_fetch_secrets(holders: Holders, username: str, ticket: Ticket, on: date) -> bool:
    """Tell whether a login may fetch a case's secrets: who asked, or the post where the request came without a login.

    No other post may, though it sees the case; the rule is that of the gates that the applicant answers.
    """
    if is_applicant(holders, ticket.applicant, on):
        return username == ticket.applicant
    person = holders.find(APPLICANT, username, on)
    agency = str(ticket.data.get("perangkat_daerah", ""))
    return person is not None and person.agency.casefold() in {"", agency.casefold()}


def may_hand_in_secrets(holders: Holders, username: str, ticket: Ticket, on: date) -> bool:
    """Tell whether a login may hand a secret in for a case; nobody does so for their own request."""
    return username != ticket.applicant and any(holders.find(role, username, on) for role in CARETAKERS)
