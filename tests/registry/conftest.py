"""What tests of the registry share: an empty registry, sample rows, and a race of threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine

from laksana.database.connection import open_database
from laksana.registry.model import RESERVED, Service
from laksana.registry.services import ServiceRegistry

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
NAME = "perikanan.gresikkab.go.id"
WANTED = Service("subdomain", NAME, "Dinas Perikanan", "Siti", {"port": 80}, "proxy", "T1", RESERVED, AT)
SIZES = {"vcpu": 2, "memory_mb": 2048, "disk_gb": 20}
LIMITS = {"vcpu": 16, "memory_mb": 8192, "disk_gb": 200}
SERVER = Service("vps", "vps-1", "Dinas Perikanan", "Siti", SIZES, "pusat-komputasi", "T1", RESERVED, AT)

Race = Callable[[Callable[[ServiceRegistry, int], object], int], list[object]]


@pytest.fixture
def registry(clean_database: str) -> ServiceRegistry:
    return ServiceRegistry(open_database(clean_database))


@pytest.fixture
def race(clean_database: str) -> Iterator[Race]:
    """Return a function that does one thing in many threads at once, on connections of several pools."""
    engines = [create_engine(clean_database, pool_size=8) for _ in range(3)]

    def run(one: Callable[[ServiceRegistry, int], object], times: int) -> list[object]:
        start = threading.Barrier(times)

        def begin(index: int) -> object:
            start.wait(timeout=30)
            return one(ServiceRegistry(engines[index % 3]), index)

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(begin, range(times)))

    yield run
    for engine in engines:
        engine.dispose()
