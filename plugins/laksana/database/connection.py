"""Opens Laksana's database and brings its tables up to date; refuses to know what the rows mean."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine

_MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def open_database(url: str) -> Engine:
    """Return the engine for a database address, one a process.

    ``NullPool`` would cost a connection a call; a small pool with a liveness test survives a database restart.
    """
    # An error of the driver would otherwise carry the values of its statement, form data and ciphertexts among them.
    return create_engine(url, pool_size=2, max_overflow=8, pool_pre_ping=True, hide_parameters=True)


def migrate(url: str) -> None:
    """Bring the tables of a database up to date; running it again changes nothing."""
    from alembic import command  # takes longer to import than most processes need to open the database
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "head")
