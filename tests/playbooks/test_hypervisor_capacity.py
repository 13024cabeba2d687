"""``hypervisor_capacity.yml``: the lab's hypervisor counts what it has, and what stands on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest

from tests.playbooks.machine import HYPERVISOR
from tests.playbooks.provisioned import TICKET, Service, made

_FOLDER = "/var/lib/libvirt/laksana"
_MACHINE = (
    "<domain type='qemu'><name>{name}</name><memory unit='MiB'>96</memory><currentMemory unit='MiB'>64</currentMemory>"
    "<vcpu current='2'>3</vcpu><os><type>hvm</type></os><devices>"
    "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{disk}'/>"
    "<target dev='vda'/></disk>"
    "<disk type='file' device='disk'><source file='/nonexistent'/><target dev='vdb'/></disk></devices></domain>"
)


@pytest.fixture
def by_hand(lab: ModuleType) -> Iterator[str]:
    """A machine that a person defined and that is switched off; one of its disks is missing."""
    name = f"uji-{uuid4().hex[:8]}"
    disk = f"/var/lib/libvirt/images/{name}.qcow2"
    described = _MACHINE.format(name=name, disk=disk)
    script = f'qemu-img create -q -f qcow2 {disk} 3G; echo "{described}" > /tmp/{name}; virsh define /tmp/{name}'
    done = lab.run_on(HYPERVISOR, "sh", "-ec", script)
    assert done.returncode == 0, done.stderr
    yield name
    lab.run_on(HYPERVISOR, "sh", "-c", f"virsh undefine {name}; rm {disk} /tmp/{name}")


@pytest.mark.lab
def test_hypervisor_and_its_machines_are_counted(lab: ModuleType, tmp_path: Path, by_hand: str) -> None:
    memory_kb = int(lab.run_on(HYPERVISOR, "awk", "/^MemTotal:/ {print $2}", "/proc/meminfo").stdout)
    room = lab.run_on(HYPERVISOR, "df", "-BG", "--output=size", "/var/lib/libvirt").stdout.split()[-1]

    done = made(Service("hypervisor_capacity", tmp_path, {"ticket": TICKET}).apply())

    facts = done.facts
    assert done.changed == 0
    assert facts["cpus"] == os.cpu_count()
    assert facts["memory_mb"] == pytest.approx(memory_kb / 1024, abs=2)
    assert facts["disk_gb"] == pytest.approx(int(room.rstrip("G")), abs=1)
    assert 0 < facts["disk_free_gb"] <= facts["disk_gb"]
    machines = {domain["name"]: domain for domain in facts["domains"]}
    # what it has now, not what it may grow to; a disk that is missing takes no room
    assert machines[by_hand] == {"name": by_hand, "vcpu": 2, "memory_mb": 64, "disk_gb": 3}
    assert set(machines) >= set(lab.run_on(HYPERVISOR, "virsh", "list", "--all", "--name").stdout.split())
