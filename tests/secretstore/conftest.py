"""A secret store on a real PostgreSQL, with a key file of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from laksana.database.connection import open_database
from laksana.secretstore.handover import Handovers
from laksana.secretstore.store import SecretStore, make_key_file


@pytest.fixture
def engine(clean_database: str) -> Engine:
    return open_database(clean_database)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "rahasia" / "secrets.key"
    make_key_file(file)
    return file


@pytest.fixture
def store(engine: Engine, key_file: Path) -> SecretStore:
    return SecretStore(engine, key_file)


@pytest.fixture
def handovers(engine: Engine, store: SecretStore) -> Handovers:
    return Handovers(engine, store)
