"""What tests of this room share."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.steps.upkeep.estate import Estate
from tests.test_airflow_client import Api


@pytest.fixture
def api() -> Iterator[Api]:
    """Return a server that answers as Airflow does."""
    server = Api()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def estate(clean_database: str, tmp_path: Path, api: Api, monkeypatch: pytest.MonkeyPatch) -> Estate:
    """Return an empty estate; ssh leads to what a test has its machines say."""
    made = Estate(clean_database, tmp_path, api)
    monkeypatch.setenv("PATH", f"{made.ssh.parent}:{os.environ['PATH']}")
    return made
