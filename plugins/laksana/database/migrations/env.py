"""Alembic's entry: runs the migrations against the address handed over by ``laksana.database.connection``."""

from alembic import context
from sqlalchemy import create_engine, pool

from laksana.database.tables import metadata


def run() -> None:
    """Run what is missing, in one transaction, under a version table of our own."""
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, version_table="laksana_version")
        with context.begin_transaction():
            connection.exec_driver_sql(
                "SELECT pg_advisory_xact_lock(4370087)"
            )  # two starters migrate one after the other
            context.run_migrations()
    engine.dispose()


run()
