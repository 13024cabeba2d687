"""``vps_local_resource.yml``: more for a machine that runs, measured inside it before and after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.playbooks.machine import DISK_GB, MEMORY_MB, VCPU, Machine
from tests.playbooks.provisioned import Service, made, words

TICKET, OTHER_TICKET = "LKS-2026-0011", "LKS-2026-0012"
MORE = {"vcpu": VCPU + 1, "memory_mb": MEMORY_MB + 256, "disk_gb": DISK_GB + 1}
_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPmaoeO1YEGM5jduY1+wIQFUziupXacyIdtfwwiSINrr"


def _growth(folder: Path, name: str, address: str, host_key: str) -> Service:
    old = {"old_vcpu": VCPU, "old_memory_mb": MEMORY_MB, "old_disk_gb": DISK_GB}
    variables = {"name": name, "address": address, "host_key": host_key, "ticket": TICKET}
    return Service("vps_local_resource", folder, variables | MORE | old)


@pytest.fixture
def growth(machine: Machine, tmp_path: Path) -> Iterator[Service]:
    """More of everything for the machine; what a test leaves of it is taken back."""
    growth = _growth(tmp_path, machine.name, machine.address, machine.host_key)
    yield growth
    if machine.on_hypervisor(f"test -e /var/lib/laksana/growths/{machine.name}")[0] == 0:
        made(growth.undo())


@pytest.mark.lab
def test_growth_is_planned_made_kept_and_taken_back(machine: Machine, growth: Service) -> None:
    vcpu, memory, disk = machine.sizes()
    plan = made(growth.plan())
    assert f"vcpu: {VCPU + 1} memory_mb: {MEMORY_MB + 256} disk_gb: {DISK_GB + 1} old_vcpu: {VCPU}" in words(plan)
    assert machine.sizes() == (vcpu, memory, disk)

    starts = machine.starts()
    grown = made(growth.apply())
    has = machine.sizes()
    assert has[0] == vcpu + 1
    assert has[1] == pytest.approx(memory + 256, abs=8)
    assert has[2] > (DISK_GB + 1) * 1024 * 0.9
    assert (grown.facts["before"]["vcpu"], grown.facts["after"]["vcpu"]) == (vcpu, vcpu + 1)
    assert grown.facts["after"]["memory_mb"] - grown.facts["before"]["memory_mb"] == pytest.approx(256, abs=8)
    assert (grown.facts["restarted"], machine.starts()) == (True, starts + 1)
    assert machine.memory_limits() == {MEMORY_MB + 256}
    made(growth.verify())
    again = made(growth.apply())
    assert (again.changed, again.facts["restarted"], machine.starts()) == (0, False, starts + 1)

    machine.inside("echo 0 > /sys/devices/system/cpu/cpu2/online")
    assert "sees 2 vCPU" in words(growth.verify())

    other = growth.having(ticket=OTHER_TICKET)
    assert made(other.undo()).changed == 0
    assert made(growth.undo()).changed > 0
    assert machine.sizes()[:2] == (vcpu, memory)
    assert (machine.memory_limits(), machine.starts()) == ({MEMORY_MB}, starts + 2)
    assert made(growth.undo()).changed == 0
    assert "next start: 2" in words(growth.verify())


@pytest.mark.lab
def test_processors_and_disk_come_without_a_restart(machine: Machine, growth: Service) -> None:
    starts = machine.starts()

    grown = made(growth.having(memory_mb=MEMORY_MB).apply())

    assert (machine.sizes()[0], machine.starts(), grown.facts["restarted"]) == (VCPU + 1, starts, False)


@pytest.mark.lab
def test_growth_cut_off_half_way_is_taken_back(machine: Machine, growth: Service) -> None:
    """Once the machine has its new sizes; afterwards it is off, as between its stop and its start."""
    before = machine.sizes()

    def has_memory() -> bool:
        return f"{(MEMORY_MB + 256) * 1024} KiB" in machine.on_hypervisor(f"virsh dominfo {machine.name}")[1]

    assert growth.apply(cancelled=has_memory).status == "cancelled"
    machine.on_hypervisor(f"virsh destroy {machine.name}")
    assert made(growth.undo()).changed > 0

    assert machine.sizes()[:2] == before[:2]
    assert machine.memory_limits() == {MEMORY_MB}


@pytest.mark.lab
def test_less_than_there_is_is_refused(machine: Machine, growth: Service) -> None:
    before = machine.sizes()

    refused = growth.having(memory_mb=MEMORY_MB - 128).apply()

    assert "nothing was changed" in words(refused)
    assert machine.sizes() == before


@pytest.mark.lab
def test_hand_made_machine_is_left_as_it_is(machine: Machine, tmp_path: Path) -> None:
    name = f"{machine.name}-t"
    text = f'<domain type="qemu"><name>{name}</name><memory>65536</memory><os><type>hvm</type></os></domain>'
    machine.on_hypervisor(f"echo '{text}' > /tmp/x && virsh define /tmp/x")
    growth = _growth(tmp_path, name, machine.address, machine.host_key)
    try:
        refused, undone = growth.apply(), growth.undo()
    finally:
        machine.on_hypervisor(f"virsh undefine {name}")

    assert f"{name} is not made by Laksana" in words(refused)
    assert made(undone).changed == 0


@pytest.mark.lab
def test_machine_that_is_not_there_is_told(machine: Machine, tmp_path: Path) -> None:
    refused = _growth(tmp_path, "uji-tiada", machine.address, machine.host_key).apply()

    assert "uji-tiada is no machine of this hypervisor" in words(refused)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"name": "{{ 7 * 7 }}"}, "vps_local_resource_name holds template text"),
        ({"host_key": "-oProxyCommand=x"}, "vps_local_resource refuses its arguments"),
        ({"address": "satu"}, "vps_local_resource refuses its arguments"),
        ({"name": "VPS"}, "libvirt_growth refuses its arguments"),
        ({"vcpu": 0}, "libvirt_growth refuses its arguments"),
    ],
    ids=["template-text", "host-key", "address", "capital", "no-processor"],
)
def test_wrong_variable_is_refused(tmp_path: Path, other: dict[str, Any], said: str) -> None:
    refused = _growth(tmp_path, "uji-salah", "10.78.0.210", _KEY).having(**other).apply()

    assert not refused.ok
    assert said in words(refused)
    assert len(refused.failures) == 1
