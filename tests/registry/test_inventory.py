"""The registry as Ansible's inventory: valid names, strict host keys, no secrets, no templates."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from laksana.registry.inventory import inventory, owner_groups
from laksana.registry.model import ACTIVE, REMOVED, RESERVED, Service
from tests.registry.conftest import SERVER, SIZES, WANTED

KEY = "ssh-ed25519 " + "A" * 68
REACHED = {**SIZES, "address": "10.78.0.20", "port": 22, "user": "ikan", "host_key": KEY}
IN_USE = replace(SERVER, name="vps-ikan", state=ACTIVE, specification=REACHED)
GROUP = re.compile(r"[a-z_][a-z0-9_]*")


def with_facts(**facts: object) -> Service:
    return replace(IN_USE, specification={**REACHED, **facts})


def test_server_in_use_is_a_host_of_kind_place_and_owner() -> None:
    found = inventory([IN_USE, replace(IN_USE, name="vps-laut", place="pdn", owner="DINAS PERIKANAN")])

    assert found["vps"] == {"children": ["vps_pdn", "vps_pusat_komputasi"]}
    assert found["vps_pusat_komputasi"] == {"hosts": ["vps-ikan.vps"]}
    assert found["vps_pdn"] == {"hosts": ["vps-laut.vps"]}
    assert found["owner_dinas_perikanan"] == {"hosts": ["vps-ikan.vps", "vps-laut.vps"]}


def test_host_is_reached_by_its_known_key_alone() -> None:
    variables = inventory([IN_USE])["_meta"]["hostvars"]["vps-ikan.vps"]
    arguments = variables["ansible_ssh_common_args"]

    assert (variables["ansible_host"], variables["ansible_port"]) == ("10.78.0.20", 22)
    assert "-o StrictHostKeyChecking=yes -o UserKnownHostsFile=/dev/null" in arguments
    assert arguments.endswith(f" -o 'KnownHostsCommand=/bin/echo %H {KEY}'")
    assert variables["laksana_memory_mb"] == 2048


def test_rows_of_one_address_share_no_connection() -> None:
    rows = [replace(with_facts(host_key=key), name=name) for name, key in (("satu", KEY), ("dua", KEY[:-1] + "B"))]
    hosts = inventory(rows)["_meta"]["hostvars"].values()

    assert len({host["ansible_control_path"] for host in hosts}) == 2
    assert all(host["ansible_control_path"].startswith("%(directory)s/%%r-%%p-") for host in hosts)


@pytest.mark.parametrize("key", ["", "x", f"{KEY} root@x", "ssh-rsa '; touch /tmp/x; '", f"{KEY}\nx", 7])
def test_server_without_a_known_key_is_refused_by_ssh(key: object) -> None:
    found = inventory([with_facts(host_key=key)])
    arguments = found["_meta"]["hostvars"]["vps-ikan.vps"]["ansible_ssh_common_args"]

    assert "StrictHostKeyChecking=yes" in arguments
    assert "KnownHostsCommand" not in arguments
    assert found["vps_without_host_key"] == {"hosts": ["vps-ikan.vps"]}


@pytest.mark.parametrize(
    "row",
    [
        replace(IN_USE, state=RESERVED),
        replace(IN_USE, state=REMOVED),
        replace(IN_USE, specification=SIZES),
        with_facts(address=""),
        with_facts(address="vps.example -oProxyCommand=id"),
        replace(WANTED, state=ACTIVE, specification={"address": "10.78.0.20"}),
    ],
    ids=["reserved", "removed", "no-address", "empty-address", "no-ip", "no-server"],
)
def test_what_is_no_server_in_use_is_left_out(row: Service) -> None:
    assert inventory([row]) == {"_meta": {"hostvars": {}}, "vps": {"children": []}}


@pytest.mark.parametrize("port", ["22", 0, 70000, None, "x"])
def test_port_that_is_none_becomes_22(port: object) -> None:
    assert inventory([with_facts(port=port)])["_meta"]["hostvars"]["vps-ikan.vps"]["ansible_port"] == 22


def test_free_text_is_marked_as_data_and_nothing_else_is_told() -> None:
    row = replace(with_facts(note="bebas", measured="x"), owner="{{ lookup('pipe', 'id') }}")
    variables = inventory([row])["_meta"]["hostvars"]["vps-ikan.vps"]

    assert variables["laksana_owner"] == {"__ansible_unsafe": "{{ lookup('pipe', 'id') }}"}
    assert "bebas" not in json.dumps(variables)


@pytest.mark.parametrize(
    "name", ["all", "localhost", "dns1", "VPS Ikan", "-x", "a[1:9]", "a:b", "{{ x }}", "ü", "a,b", "vps_pdn", ""]
)
def test_name_can_neither_break_the_inventory_nor_take_another_hosts_place(name: str) -> None:
    (host,) = inventory([replace(IN_USE, name=name)])["_meta"]["hostvars"]

    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*\.vps", host)


def test_names_that_look_alike_stay_two_hosts() -> None:
    hosts = inventory([replace(IN_USE, name=name) for name in ("a-b", "a_b", "a b", "A-B")])["_meta"]["hostvars"]

    assert len(hosts) == 4
    assert "a-b.vps" in hosts


@pytest.mark.parametrize(
    ("owner", "group"),
    [
        ("Dinas Perikanan", "owner_dinas_perikanan"),
        ("  RSUD Ibnu Sina (Gresik) & 2 Puskesmas", "owner_rsud_ibnu_sina_gresik_2_puskesmas"),
        ("Café Été", "owner_cafe_ete"),
        ("7 Kecamatan", "owner_7_kecamatan"),
    ],
)
def test_owner_gives_its_group_a_name(owner: str, group: str) -> None:
    assert owner_groups([owner]) == {owner.casefold(): group}


def test_owners_never_share_a_group() -> None:
    owners = ["Dinas A/B", "Dinas A B", "dinas a b", "統計局", "総務局", "", "x" * 200]
    groups = owner_groups(owners)

    assert len(set(groups.values())) == len(groups) == 6
    assert all(GROUP.fullmatch(group) for group in groups.values())
