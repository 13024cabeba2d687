"""``vps_pdn_resource.yml``: what the ministry added to its server is taken into use there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.lab import ministry
from tests.playbooks.pdn import ADDRESS, PORT, Handed
from tests.playbooks.provisioned import Service, made, words

TICKET = "LKS-2026-0021"


@pytest.fixture
def handed(lab: ModuleType, tmp_path: Path) -> Iterator[Handed]:
    """The server, configured; afterwards it is as the ministry hands it over first."""
    handed = Handed(lab, tmp_path)
    handed.service = handed.service.having(stack="kosong")
    yield handed
    lab.reset_host(ministry.HOST)


def _growth(handed: Handed, disk_gb: int) -> Service:
    old = {"old_vcpu": 1, "old_memory_mb": 1024, "old_disk_gb": 8}
    more = {"vcpu": 2, "memory_mb": 2048, "disk_gb": disk_gb}
    where = {"name": handed.name, "address": ADDRESS, "port": PORT, "host_key": handed.host_key, "ticket": TICKET}
    return Service("vps_pdn_resource", handed.state_dir, where | old | more)


@pytest.mark.lab
def test_growth_is_planned_taken_into_use_and_kept(lab: ModuleType, handed: Handed) -> None:
    growth = _growth(handed, disk_gb=10)
    refused = growth.apply()
    assert not refused.ok, words(refused)
    made(handed.service.apply())
    plan = made(growth.plan())
    assert (plan.changed, plan.facts["before"]["vcpu"]) == (0, 1)
    assert "the ministry has not added them yet" in words(growth.verify())

    ministry.enlarge(lab.find_host(ministry.HOST), disk_megabytes=10 * 1024, processors=2)
    grown = made(growth.apply())

    assert grown.changed == 1
    assert (grown.facts["before"]["vcpu"], grown.facts["after"]["vcpu"]) == (2, 2)
    assert grown.facts["after"]["disk_gb"] - grown.facts["before"]["disk_gb"] == pytest.approx(2, abs=0.2)
    assert int(handed.on_server("df -BM --output=size /srv | tail -n 1 | tr -d M")[1]) > 9 * 1024
    assert handed.login(handed.secrets["password"], command="nproc").stdout.strip() == "2"
    made(growth.verify())
    assert made(growth.apply()).changed == 0
    assert made(growth.undo()).changed == 0


@pytest.mark.lab
def test_server_that_laksana_did_not_configure_is_left_as_it_is(handed: Handed) -> None:
    made(handed.service.apply())
    handed.on_server("rm /var/lib/laksana/office/ticket")

    refused = _growth(handed, disk_gb=8).apply()

    assert "was not configured by Laksana" in words(refused)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"name": "{{ 7 * 7 }}"}, "vps_pdn_resource_name holds template text"),
        ({"host_key": "-oProxyCommand=x"}, "vps_pdn_resource refuses its arguments"),
        ({"port": 70000}, "vps_pdn_resource refuses its arguments"),
    ],
    ids=["template-text", "host-key", "port"],
)
def test_wrong_variable_is_refused(tmp_path: Path, other: dict[str, object], said: str) -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPmaoeO1YEGM5jduY1+wIQFUziupXacyIdtfwwiSINrr"
    variables = {
        "name": "uji-salah", "address": "10.77.0.99", "port": 22, "host_key": key, "vcpu": 2, "memory_mb": 1024,
        "disk_gb": 8, "old_vcpu": 1, "old_memory_mb": 512, "old_disk_gb": 4, "ticket": TICKET,
    }  # fmt: skip

    refused = Service("vps_pdn_resource", tmp_path, variables).having(**other).apply()

    assert not refused.ok
    assert said in words(refused)
