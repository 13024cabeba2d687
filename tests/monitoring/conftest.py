"""What tests of this room share."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from laksana.database.connection import open_database


@pytest.fixture
def engine(clean_database: str) -> Engine:
    return open_database(clean_database)
