"""Pytest fixtures that lend a private PostgreSQL, or a whole Airflow, for one session and leave nothing behind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from laksana.database.connection import migrate, open_database
from laksana.database.tables import metadata
from tests.stack.configuration import REPOSITORY
from tests.stack.ports import free_port
from tests.stack.postgres import Postgres
from tests.stack.stack import INSTANCES, Stack


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """Lend the address of Laksana's database on a private PostgreSQL, migrated; rows of other tests may be in it."""
    remove_abandoned()
    directory = INSTANCES / f"test-{os.getpid()}-database"
    server = Postgres(directory / "postgres", free_port(), directory / "secrets" / "postgres.password")
    server.start("laksana")
    url = server.url("laksana")
    migrate(url)
    yield url
    open_database(url).dispose()
    server.stop()
    shutil.rmtree(directory)


@pytest.fixture
def clean_database(database_url: str) -> str:
    """Lend the same address with every table empty."""
    empty_tables(database_url)
    return database_url


def empty_tables(url: str) -> None:
    """Empty all of Laksana's tables."""
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    with open_database(url).begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Lend a whole Airflow with the product's DAGs and those of ``tests/stack/dags``."""
    remove_abandoned()
    instance = Stack(f"test-{os.getpid()}", dags=(REPOSITORY / "dags", REPOSITORY / "tests" / "stack" / "dags"))
    instance.start()
    yield instance
    instance.stop()
    shutil.rmtree(instance.state_dir)


def remove_abandoned() -> None:
    """Stop and remove the instances of test sessions that were killed before they could."""
    for directory in INSTANCES.glob("test-*"):
        owner = directory.name.split("-")[1]
        if owner.isdigit() and not Path("/proc", owner).exists():
            Stack(directory.name).stop()
            Postgres(directory / "postgres", 0, directory / "secrets" / "postgres.password").stop()
            shutil.rmtree(directory, ignore_errors=True)
