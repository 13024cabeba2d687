"""Who may do what at the HTTP door: applicants see their own cases, posts see all, nobody else sees any."""

from __future__ import annotations

from datetime import date

from laksana.posts.holders import APPLICANT, POSITIONS, Holders
from laksana.servicedesk.api import Ticket


def is_applicant(holders: Holders, username: str, on: date) -> bool:
    """Tell whether a login may hand in requests."""
    return holders.find(APPLICANT, username, on) is not None


def may_see(holders: Holders, username: str, ticket: Ticket, on: date) -> bool:
    """Tell whether a login may see a case."""
    if ticket.applicant == username:
        return True
    posts = [role for role in POSITIONS if role != APPLICANT]
    return any(holders.find(role, username, on) for role in posts)
