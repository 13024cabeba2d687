"""``vps_local.yml`` on the lab's hypervisor: a machine that starts for real, entered from outside."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.lab import places
from tests.playbooks.machine import DISK_GB, MEMORY_MB, VCPU, Machine, login
from tests.playbooks.provisioned import OTHER_TICKET, TICKET, Service, files_with, made, words

_HARM = """
userdel --force {user}
nft flush ruleset
systemctl disable --now unattended-upgrades 2> /dev/null
echo 'PermitRootLogin yes' > /etc/ssh/sshd_config.d/00-aaa.conf
passwd --delete root > /dev/null
"""
_SAID = [
    "root may still log in", "may not use sudo", "firewall lets everything in", "not enabled and running",
    "root has a password",
]  # fmt: skip
# Few new processes a round: the machine's processor is emulated. It ends by itself should nobody say when.
_SAMPLE = """
rounds=0
while [ $rounds -lt 600 ] && [ ! -e /run/uji-cukup ]; do
  cat /proc/[0-9]*/cmdline 2> /dev/null; sleep 0.3; rounds=$((rounds + 1))
done
"""
_BY_HAND = {
    "machine": (
        """echo '<domain type="qemu"><name>{name}</name><memory>65536</memory><os><type>hvm</type></os></domain>' \
        > /tmp/x; virsh define /tmp/x""",
        "virsh undefine {name}",
    ),
    "disk": ("touch {folder}/{name}.qcow2", "rm {folder}/{name}.qcow2"),
}


@pytest.fixture
def new(lab: ModuleType, machine: Machine, tmp_path: Path) -> Iterator[Machine]:
    """A machine that nobody has and that no test starts; whatever a test leaves of it is taken away."""
    del machine  # it comes first: the machines' storage is there from then on
    new = Machine(lab, tmp_path, address="10.78.0.202")
    yield new
    if new.traces():
        new.service.undo()


@pytest.mark.lab
def test_plan_says_what_would_be_made_and_makes_nothing(new: Machine) -> None:
    plan = made(new.service.plan())

    assert f"name: {new.name} ticket: {TICKET} address: {new.address} vcpu: 2 memory_mb: 512" in words(plan)
    assert new.traces() == ""


@pytest.mark.lab
def test_run_cut_off_half_way_was_finished_by_the_next(machine: Machine) -> None:
    assert machine.cut_off is not None
    assert machine.cut_off.status == "cancelled", words(machine.cut_off)
    assert machine.made is not None
    assert machine.made.changed > 0


@pytest.mark.lab
def test_run_cut_off_half_way_is_taken_back(new: Machine) -> None:
    assert new.service.apply(cancelled=new.has_disk).status == "cancelled"
    assert new.has_disk()

    assert made(new.service.undo()).changed > 0
    assert new.traces() == ""


@pytest.mark.lab
def test_applicant_logs_in_with_the_password_and_root_does_not(machine: Machine) -> None:
    password = machine.secrets["password"]

    inside = login(machine, machine.user, "id -nG; hostname", password=password)
    wrong = login(machine, machine.user, "true", password=f"{password}x")  # a wrong one
    root = login(machine, "root", "true", password=password)
    root_by_key = login(machine, "root", "true", key=places.SSH_KEY)

    assert inside.returncode == 0, inside.stderr
    assert "sudo" in inside.stdout.split()
    assert machine.name in inside.stdout.split()
    for refused in (wrong, root, root_by_key):
        assert refused.returncode == 255
        assert "Permission denied" in refused.stderr


@pytest.mark.lab
def test_applicant_becomes_root_with_the_password(machine: Machine) -> None:
    password = machine.secrets["password"]

    done = login(machine, machine.user, "sudo -k -S -p '' id -u", password=password, given=f"{password}\n")

    assert done.stdout.strip() == "0", done.stderr


@pytest.mark.lab
def test_machine_has_what_was_asked_for(machine: Machine) -> None:
    vcpu, memory, disk = machine.sizes()

    assert vcpu == VCPU
    assert MEMORY_MB * 0.85 <= memory <= MEMORY_MB
    assert disk >= DISK_GB * 1024 * 0.9


@pytest.mark.lab
def test_guest_without_its_balloon_has_no_more_memory(machine: Machine) -> None:
    before = machine.sizes()[1]
    driver = "cd /sys/bus/virtio/drivers/virtio_balloon; ls -d virtio*"
    device = machine.inside(driver)

    machine.inside(f"cd /sys/bus/virtio/drivers/virtio_balloon; echo {device} > unbind")
    without = machine.sizes()[1]
    machine.inside(f"cd /sys/bus/virtio/drivers/virtio_balloon; echo {device} > bind")

    assert (device != "", without, machine.memory_limits()) == (True, before, {MEMORY_MB})


@pytest.mark.lab
def test_baseline_holds_inside(machine: Machine) -> None:
    rules = machine.inside("nft list ruleset")
    states = machine.inside("systemctl is-active nftables systemd-timesyncd unattended-upgrades")
    sshd = machine.inside("sshd -T").splitlines()

    assert "policy drop;" in rules
    assert "tcp dport { 22, 80, 443 } accept" in rules
    assert states.split() == ["active"] * 3
    assert {"permitrootlogin no", "permitemptypasswords no"} <= set(sshd)
    assert machine.inside("passwd --status root | cut -d' ' -f2") == "L"
    assert machine.inside(f"getent shadow {machine.user} | cut -d: -f2 | cut -c 1-3") == "$6$"


@pytest.mark.lab
def test_broken_machine_is_told_and_mended_and_a_key_closes_the_password(machine: Machine, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "uji", "-f", str(key)], check=True)
    keyed = machine.service.having(ssh_key=key.with_suffix(".pub").read_text().strip())
    machine.inside(_HARM.format(user=machine.user))

    seen = machine.service.verify()
    assert [said for said in _SAID if said not in words(seen)] == []

    machine.inside("rm /etc/ssh/sshd_config.d/00-aaa.conf /run/uji-cukup 2> /dev/null; true")
    listed: list[str] = []
    sampler = threading.Thread(target=lambda: listed.append(machine.inside(_SAMPLE)))
    sampler.start()
    try:
        mended = keyed.apply()
    finally:
        machine.inside("touch /run/uji-cukup")
        sampler.join()
    assert made(mended).changed > 0
    assert "python3" in listed[0]
    assert machine.secrets["password"] not in listed[0]
    made(keyed.verify())
    by_key = login(machine, machine.user, "true", key=key)
    by_password = login(machine, machine.user, "true", password=machine.secrets["password"])
    assert (by_key.returncode, by_password.returncode) == (0, 255), by_key.stderr + by_password.stderr

    made(machine.service.apply())
    assert login(machine, machine.user, "true", password=machine.secrets["password"]).returncode == 0
    assert made(machine.service.apply()).changed == 0


@pytest.mark.lab
@pytest.mark.parametrize(("make", "remove"), _BY_HAND.values(), ids=_BY_HAND)
def test_hand_made_thing_is_refused_and_undo_leaves_it(new: Machine, make: str, remove: str) -> None:
    places_of = {"name": new.name, "folder": "/var/lib/libvirt/laksana"}
    status, said = new.on_hypervisor(make.format(**places_of))
    assert status == 0, said
    before = new.traces()
    try:
        refused = new.service.apply()
        undone = new.service.undo()
        after = new.traces()
    finally:
        new.on_hypervisor(remove.format(**places_of))

    assert f"{new.name} is taken (not made by Laksana" in words(refused)
    assert made(undone).changed == 0
    assert after == before != ""


@pytest.mark.lab
def test_address_of_another_machine_is_refused(new: Machine, machine: Machine) -> None:
    refused = new.service.having(address=machine.address).apply()

    assert f"{machine.address} is another machine's" in words(refused)
    assert new.traces() == ""


@pytest.mark.lab
def test_another_ticket_neither_changes_nor_removes(machine: Machine) -> None:
    other = machine.service.having(ticket=OTHER_TICKET)

    taken, undone = other.apply(), other.undo()

    assert f"{machine.name} is taken (ticket {TICKET}" in words(taken)
    assert made(undone).changed == 0
    assert machine.sizes()[0] > 0


@pytest.mark.lab
def test_passwords_are_left_nowhere(machine: Machine) -> None:
    password = machine.secrets["password"]
    assert machine.watch is not None
    assert (machine.watch.seen, machine.watch.looks > 100) == (set(), True)
    assert files_with(machine.state_dir, machine.secrets) == []
    assert machine.inside(f"grep -rls {password} /etc /var/log /var/lib /run /tmp /root /home; true") == ""
    assert (
        machine.on_hypervisor(f"grep -rls {password} /etc /var/log /var/lib/laksana /var/lib/libvirt /tmp /home")[1]
        == ""
    )
    seed = machine.on_hypervisor(f"stat --format '%a %U' /var/lib/libvirt/laksana/{machine.name}-seed.iso")[1]
    assert seed == "600 root"
    assert machine.inside("find /var/lib/cloud -name 'user-data*' -perm /044") == ""


@pytest.mark.lab  # the office's public key, an argument of the role, is the lab's
@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"name": "{{ 7 * 7 }}"}, "vps_local_name holds template text"),
        ({"name": "VPS"}, "libvirt_guest refuses its arguments"),
        ({"address": "10.78.0"}, "libvirt_guest refuses its arguments"),
        ({"address": "10.78.0.1"}, "libvirt_guest refuses its arguments"),
        ({"memory_mb": 10}, "libvirt_guest refuses its arguments"),
        ({"user": "root"}, "vps_local_user is not allowed"),
        ({"user": "www-data"}, "vps_local_user is not allowed"),
        ({"password": "pendek"}, "first password is missing"),
        ({"vcpu": "dua"}, "cannot be converted to"),
    ],
    ids=[
        "template-text",
        "capital",
        "no-address",
        "gateway",
        "memory",
        "root",
        "system-account",
        "password",
        "no-number",
    ],
)
def test_wrong_variable_is_refused_before_the_hypervisor_is_asked(
    tmp_path: Path, other: dict[str, Any], said: str
) -> None:
    variables = {
        "name": "uji-salah", "address": "10.78.0.210", "vcpu": 1, "memory_mb": 256, "disk_gb": 4, "user": "nelayan",
        "ssh_key": "", "ticket": TICKET,
    }  # fmt: skip
    service = Service("vps_local", tmp_path, variables, {"password": "Cukup-Panjang-1"}).having(**other)

    refused = service.apply()

    assert not refused.ok
    assert said in words(refused)
    assert len(refused.failures) == 1
