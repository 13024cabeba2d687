"""The role ``guest_login``: however an applicant calls a server, it becomes no host and no group of the inventory."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.playbooks.playbook import run_playbook

_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPmaoeO1YEGM5jduY1+wIQFUziupXacyIdtfwwiSINrr"
_NAMES = ["localhost", "dns1", "hypervisor", "guest", "vps-perikanan"]
# Nothing of it logs in anywhere: what a later play would do, and where, is only said.
_PLAY = """
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.include_role:
        name: guest_login
      vars:
        guest_login_name: "{{ item }}"
        guest_login_address: 127.0.0.1
        guest_login_port: "{{ port }}"
        guest_login_host_key: "{{ key }}"
        guest_login_wait: 10
      loop: "{{ names }}"
    - ansible.builtin.copy:
        content: >-
          {{ {'groups': groups,
              'dns1': [hostvars['dns1'].ansible_host, hostvars['dns1'].ansible_ssh_common_args],
              'localhost': [hostvars['localhost'].ansible_connection, hostvars['localhost'].ansible_host | default('')],
              'guests': groups['guest'] | map('extract', hostvars, 'ansible_port') | map('int') | list} | to_json }}
        dest: "{{ seen }}/hosts"
        mode: "0600"
"""


@pytest.fixture
def ssh_port() -> Iterator[int]:
    """A port of this machine that greets like OpenSSH and does no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            while True:
                try:
                    with server.accept()[0] as caller:
                        caller.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
                except OSError:
                    return  # the test is over

        Thread(target=greet, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_server_called_like_a_host_or_group_of_the_inventory_is_neither(tmp_path: Path, ssh_port: int) -> None:
    play = tmp_path / "play.yml"
    play.write_text(_PLAY)
    variables = {"names": _NAMES, "port": ssh_port, "key": _KEY, "seen": str(tmp_path)}

    run = run_playbook(str(play), variables, tmp_path)

    assert run.status == 0, run.text
    seen = json.loads((tmp_path / "hosts").read_text())
    assert seen["groups"]["guest"] == [f"{name}.vps" for name in _NAMES]
    assert seen["guests"] == [ssh_port] * len(_NAMES)
    assert (seen["groups"]["controller"], seen["groups"]["dns"]) == (["localhost"], ["dns1"])
    assert seen["dns1"][0] == "10.77.0.11"
    assert "KnownHostsCommand" not in seen["dns1"][1]
    assert seen["localhost"] == ["local", ""]
    assert set(seen["groups"]["all"]) >= {"localhost", "dns1", "proxy1", "hosting1", "hyper1"}
