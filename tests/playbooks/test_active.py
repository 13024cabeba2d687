"""What is down is brought up again by its playbook; what can't be is said in one line."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.playbooks.machine import Machine
from tests.playbooks.provisioned import TICKET, Service, made

pytestmark = pytest.mark.lab


def host_key(lab: ModuleType, host: str) -> str:
    text = (lab.find_host(host).root / "etc/ssh/ssh_host_ed25519_key.pub").read_text()
    return " ".join(text.split()[:2])


def server(lab: ModuleType, folder: Path, **other: object) -> Service:
    variables = {
        "name": "vps-1", "address": "10.77.0.13", "port": 22, "host_key": host_key(lab, "app1"),
        "units": ["nginx.service"], "ticket": TICKET, **other,
    }  # fmt: skip
    return Service("server_active", folder, variables)


def test_stopped_unit_of_a_server_is_started(lab: ModuleType, tmp_path: Path) -> None:
    service = server(lab, tmp_path)
    lab.run_on("app1", "systemctl", "stop", "nginx")

    assert not service.verify().ok
    assert made(service.plan()).changed == 1
    assert made(service.apply()).changed == 1
    assert made(service.apply()).changed == 0
    assert service.verify().ok
    assert lab.run_on("app1", "systemctl", "is-active", "nginx").stdout.strip() == "active"


def test_silent_server_is_its_providers_to_start(lab: ModuleType, tmp_path: Path) -> None:
    done = server(lab, tmp_path, address="10.77.0.99").apply()

    assert not done.ok
    assert "vps-1 (10.77.0.99) gives no SSH answer: only its provider can start it" in done.failures[0].message


@pytest.mark.parametrize("state", [{"units": ["nginx.service; reboot"]}, {"name": "../etc"}, {"port": 0}])
def test_arguments_that_have_no_form_are_refused(lab: ModuleType, tmp_path: Path, state: dict[str, object]) -> None:
    done = server(lab, tmp_path, **state).apply()

    assert not done.ok
    assert "server_active refuses its arguments" in done.failures[0].message


def test_there_is_nothing_to_take_back(lab: ModuleType, tmp_path: Path) -> None:
    assert "nothing to take back" in server(lab, tmp_path).undo().failures[0].message


def test_machine_that_is_off_is_started(machine: Machine, tmp_path: Path) -> None:
    variables = {"name": machine.name, "address": machine.address, "host_key": machine.host_key, "ticket": TICKET}
    service = Service("vps_local_active", tmp_path, variables)
    assert made(service.apply()).changed == 0
    machine.on_hypervisor(f"virsh destroy {machine.name}")

    done = made(service.apply())

    assert (done.changed, done.facts["stood"]) == (1, "shut off")
    assert service.verify().ok
    assert machine.inside("echo ada") == "ada"


def test_machine_nobody_knows_is_a_persons_business(machine: Machine, tmp_path: Path) -> None:
    variables = {"name": "tidak-ada", "address": "10.78.0.9", "host_key": machine.host_key, "ticket": TICKET}
    done = Service("vps_local_active", tmp_path, variables).apply()

    assert not done.ok
    assert "tidak-ada is not known to the hypervisor" in done.failures[0].message
