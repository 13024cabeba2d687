"""``vps_pdn.yml`` on the lab's server of the national data centre, from the ministry's password to the office's."""

from __future__ import annotations

import http.client
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.lab import places
from tests.playbooks.pdn import ADDRESS, PORT, Handed
from tests.playbooks.provisioned import (
    OTHER_TICKET,
    TICKET,
    Service,
    files_with,
    made,
    watched_processes,
    words,
)


@pytest.fixture
def handed(lab: ModuleType, tmp_path: Path) -> Iterator[Handed]:
    """The server as it was handed over; what a test leaves of its configuration is undone, and that is checked."""
    handed = Handed(lab, tmp_path)
    before = handed.look()
    yield handed
    if handed.look() != before:
        made(handed.service.undo())
    assert handed.look().splitlines() == before.splitlines()


def _page() -> str:
    connection = http.client.HTTPConnection(ADDRESS, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read().decode()
    finally:
        connection.close()


@pytest.mark.lab
def test_server_is_planned_configured_kept_and_handed_back(handed: Handed) -> None:
    old, new = handed.secrets["initial_password"], handed.secrets["password"]
    before = handed.look()
    with watched_processes(handed.secrets) as watch:
        plan = made(handed.service.plan())
        assert "The office has an account" in words(plan)
        assert (handed.look(), handed.lets_in(old)) == (before, True)

        done = made(handed.service.apply())
        made(handed.service.verify())
    assert done.facts["host_key"] == handed.host_key
    assert (done.facts["address"], done.facts["port"], done.facts["vcpu"]) == (ADDRESS, PORT, 1)
    assert (handed.lets_in(old), handed.lets_in(new)) == (False, True)
    assert handed.login(new, user="root").returncode == 255
    assert handed.login(key=places.SSH_KEY, user="laksana", command="sudo -n id -u").stdout.strip() == "0"
    assert "siap dipakai" in _page()
    assert "policy drop;" in handed.on_server("nft list ruleset")[1]
    assert f"tcp dport {{ 22, 80, 443, {PORT} }} accept" in handed.on_server("nft list ruleset")[1]

    # with the key known, and without the initial password, which is gone by now
    known = handed.service.having(host_key=handed.host_key, initial_password="")
    assert (made(known.apply()).changed, made(known.plan()).changed) == (0, 0)

    other = known.having(ticket=OTHER_TICKET)
    assert f"is taken (ticket {TICKET}" in words(other.apply())
    assert made(other.undo()).changed == 0
    assert handed.lets_in(new)

    assert (watch.seen, watch.looks > 20) == (set(), True)
    assert files_with(handed.state_dir, handed.secrets) == []
    pattern = "|".join(handed.secrets.values())
    look = f"grep -rlsE '{pattern}' /etc /var/log /var/lib /tmp /root /home /run; "
    look += f"journalctl --no-pager | grep -E '{pattern}'"
    assert handed.on_server(look)[1] == ""

    made(handed.service.undo())
    assert (handed.lets_in(old), handed.lets_in(new)) == (True, False)
    assert handed.look() == before
    assert made(handed.service.undo()).changed == 0


@pytest.mark.lab
def test_run_cut_off_half_way_is_finished_and_what_is_broken_is_told_and_mended(handed: Handed) -> None:
    assert "does not let the office's account in" in words(handed.service.verify())
    cut = handed.service.apply(
        cancelled=lambda: handed.on_server("test -e /var/lib/laksana/office/password-changed")[0] == 0
    )
    assert cut.status == "cancelled", words(cut)
    made(handed.service.apply())
    made(handed.service.verify())
    assert handed.lets_in(handed.secrets["password"])

    handed.on_server("nft flush ruleset; gpasswd --delete pdnadmin sudo; passwd --delete root")
    seen = handed.service.verify()
    handed.on_server("gpasswd --add pdnadmin sudo")
    for said in ("firewall lets everything in", "may not use sudo", "root has a password"):
        assert said in words(seen)
    handed.on_server("systemctl stop nginx")
    assert "Services and page are asked" in words(handed.service.verify())

    assert made(handed.service.apply()).changed > 0
    made(handed.service.verify())


@pytest.mark.lab
def test_key_of_the_applicant_closes_the_password(handed: Handed, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "uji", "-f", str(key)], check=True)
    keyed = handed.service.having(ssh_key=key.with_suffix(".pub").read_text().strip(), stack="kosong")

    made(keyed.apply())

    made(keyed.verify())
    assert handed.login(key=key).returncode == 0
    assert not handed.lets_in(handed.secrets["password"])
    made(keyed.undo())


@pytest.mark.lab
@pytest.mark.parametrize(
    "sign",
    [
        "test -e /var/lib/laksana/office/ticket",
        "test -e /etc/sudoers.d/laksana",
        "test -e /etc/nginx/sites-enabled/laksana.conf",
    ],
    ids=["ticket", "account", "software"],
)
def test_run_cut_off_half_way_is_taken_back(handed: Handed, sign: str) -> None:
    before = handed.look()

    cut = handed.service.apply(cancelled=lambda: handed.on_server(sign)[0] == 0)
    assert cut.status == "cancelled", words(cut)
    made(handed.service.undo())

    assert handed.lets_in(handed.secrets["initial_password"])
    assert handed.look() == before


@pytest.mark.lab
def test_server_called_like_a_host_of_the_office_is_not_that_host(handed: Handed) -> None:
    plan = made(handed.service.having(name="dns1").plan())

    assert {change.host for change in plan.changes} == {"dns1.vps"}
    assert "The office has an account" in words(plan)


@pytest.mark.lab
def test_wrong_initial_password_changes_nothing_and_undo_ends_well(handed: Handed) -> None:
    wrong = handed.service.having(initial_password=f"{handed.secrets['initial_password']}x")  # a wrong one
    before = handed.look()

    refused, undone = wrong.apply(), wrong.undo()

    assert "does not let pdnadmin in with the password that was handed over" in words(refused)
    assert made(undone).changed == 0
    assert handed.look() == before


@pytest.mark.lab
def test_server_with_another_key_than_the_ministry_named_gets_no_password(handed: Handed) -> None:
    other = handed.service.having(fingerprint=f"SHA256:{'A' * 43}")

    refused = other.apply()

    assert "no password was sent" in words(refused)
    assert "Accepted password" not in handed.on_server(f"journalctl --no-pager --since -3s | grep -F {ADDRESS}")[1]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"name": "{{ 7 * 7 }}"}, "vps_pdn_name holds template text"),
        ({"user": "root"}, "vps_pdn refuses its arguments"),
        ({"port": 0}, "vps_pdn refuses its arguments"),
        ({"host_key": "-oProxyCommand=x"}, "vps_pdn refuses its arguments"),
        ({"fingerprint": "MD5:00"}, "vps_pdn refuses its arguments"),
        ({"stack": "apache"}, "vps_pdn refuses its arguments"),
        ({"password": "pendek"}, "new password is missing"),
    ],
    ids=["template-text", "root", "port", "host-key", "fingerprint", "stack", "password"],
)
def test_wrong_variable_is_refused_before_the_server_is_asked(tmp_path: Path, other: dict[str, Any], said: str) -> None:
    variables = {
        "name": "uji-salah", "address": "10.77.0.99", "port": 22, "user": "pdnadmin", "stack": "kosong", "ssh_key": "",
        "host_key": "", "fingerprint": "", "ticket": TICKET,
    }  # fmt: skip
    secrets = {"initial_password": "Awal-Sekali-1", "password": "Baru-Sekali-1"}

    refused = Service("vps_pdn", tmp_path, variables, secrets).having(**other).apply()

    assert not refused.ok
    assert said in words(refused)
    assert len(refused.failures) == 1
