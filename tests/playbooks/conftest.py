"""One virtual machine for all tests that need one: it takes half a minute to start."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.playbooks.machine import Machine
from tests.playbooks.provisioned import made, watched_processes


@pytest.fixture(scope="session")
def machine(lab: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine that is there; its first run was cut off half-way and finished by the second."""
    machine = Machine(lab, tmp_path_factory.mktemp("machine"))
    with watched_processes(machine.secrets) as machine.watch:
        machine.cut_off = machine.service.apply(cancelled=machine.has_disk)
        machine.made = machine.service.apply()
    made(machine.made)
    machine.host_key = machine.made.facts["host_key"]
    yield machine
    made(machine.service.undo())
    assert machine.traces() == ""
    assert made(machine.service.undo()).changed == 0
