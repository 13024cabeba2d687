"""The migrations make exactly the tables that the code declares, from nothing and back."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

import laksana.database
from laksana.database.connection import migrate, open_database
from laksana.database.tables import metadata


def test_migrated_tables_are_the_declared_ones(database_url: str) -> None:
    with open_database(database_url).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "laksana_version", "compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_migrating_twice_changes_nothing(clean_database: str) -> None:
    with open_database(clean_database).begin() as connection:
        connection.execute(text("INSERT INTO ticket_counter VALUES (2026, 7)"))

    migrate(clean_database)

    with open_database(clean_database).connect() as connection:
        assert connection.execute(text("SELECT last FROM ticket_counter")).scalar_one() == 7


def test_migrations_can_be_taken_back(database_url: str) -> None:
    url = database_url.rsplit("/", 1)[0] + "/scratch"
    with create_engine(database_url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS scratch"))
        connection.execute(text("CREATE DATABASE scratch"))
    migrate(url)

    config = Config()
    config.set_main_option("script_location", str(next(iter(laksana.database.__path__))) + "/migrations")
    config.attributes["url"] = url
    command.downgrade(config, "base")

    engine = create_engine(url)
    assert inspect(engine).get_table_names() == ["laksana_version"]
    engine.dispose()
