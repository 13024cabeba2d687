"""Where a secret could be left: in an error's texts and causes, and in the rows of the database."""

from __future__ import annotations

import traceback

from sqlalchemy import Engine, select

from laksana.database.tables import metadata

MARKER = "R4hasiaUji7mKq"
"""A secret that stands nowhere else, so that finding it means that it leaked."""


def everything_said(error: BaseException) -> str:
    """Return all that a log or a person could get to see of an error, its causes and their arguments included."""
    parts = ["".join(traceback.format_exception(error))]
    found: BaseException | None = error
    while found is not None:
        parts.append(f"{found!r} {found.args!r}")
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return "\n".join(parts)


def everything_kept(engine: Engine) -> str:
    """Return every row of every table as text."""
    with engine.connect() as connection:
        return "\n".join(repr(row) for table in metadata.sorted_tables for row in connection.execute(select(table)))
