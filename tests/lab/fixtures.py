"""The ``lab`` fixture: real hosts for whoever asks, once a session.

A lab that was up stays up; the remains of one whose hosts were killed are taken away first, for what earlier tests did
to them would still be on their disks. Where the lab can't run the tests that ask for it are skipped with the reason,
unless ``LAKSANA_LAB_REQUIRED=1`` says that this machine is one where it must.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.lab import api


@pytest.fixture(scope="session")
def lab() -> Iterator[ModuleType]:
    """Bring the lab up and give its Python interface, ``tests.lab.api``."""
    if lacks := api.missing():
        reason = f"the lab can't run here: {'; '.join(lacks)}"
        if os.environ.get("LAKSANA_LAB_REQUIRED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    was_up = api.is_up()
    if not was_up:
        api.down()
    api.up(print)
    yield api
    if not was_up:
        api.down()
