"""``vps_local_active.yml``: a paused machine goes on, it starts with the hypervisor, and it must be the known one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.playbooks.machine import Machine
from tests.playbooks.provisioned import TICKET, Service, made, words

pytestmark = pytest.mark.lab


def active(machine: Machine, folder: Path, **other: object) -> Service:
    variables = {"name": machine.name, "address": machine.address, "host_key": machine.host_key, "ticket": TICKET}
    return Service("vps_local_active", folder, {**variables, **other})


def test_paused_machine_goes_on_and_starts_with_the_hypervisor(machine: Machine, tmp_path: Path) -> None:
    service = active(machine, tmp_path)
    machine.on_hypervisor(f"virsh suspend {machine.name}; virsh autostart --disable {machine.name}")

    assert service.verify().failures[0].message == f"{machine.name} is paused"
    assert made(service.plan()).changed == 1
    done = made(service.apply())

    assert (done.changed, done.facts["stood"]) == (2, "paused")
    assert machine.on_hypervisor(f"virsh dominfo {machine.name} | grep -c 'Autostart: *enable'") == (0, "1")
    made(service.verify())
    assert made(service.apply()).changed == 0


def test_machine_with_another_key_is_not_taken_for_it(machine: Machine, tmp_path: Path) -> None:
    done = active(machine, tmp_path, host_key=f"ssh-ed25519 {'A' * 68}").apply()

    assert not done.ok
    assert "kunci host SSH tidak cocok" in words(done)


@pytest.mark.parametrize("limit", [0, 100000, "satu"])
def test_limit_that_is_no_number_of_seconds_is_refused(machine: Machine, tmp_path: Path, limit: object) -> None:
    done = active(machine, tmp_path, limit=limit).apply()

    assert not done.ok
    assert "vps_local_active refuses its arguments" in done.failures[0].message
