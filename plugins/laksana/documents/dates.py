"""Dates as Indonesian letters write them; pure, and without the machine's locale."""

from __future__ import annotations

from datetime import date

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def indonesian_date(day: date) -> str:
    """Write a date like ``23 November 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
