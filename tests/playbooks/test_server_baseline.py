"""The rules that ``server_baseline`` writes, without a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.playbooks.playbook import PLAYBOOKS, run_playbook

_SHOW = """
- name: The rules are shown
  hosts: localhost
  gather_facts: false
  vars_files: [{folder}/defaults/main.yml, {folder}/vars/main.yml]
  tasks:
    - name: Firewall
      ansible.builtin.debug:
        msg: "{{{{ server_baseline_firewall }}}}"
"""


@pytest.mark.parametrize(("port", "open_ports"), [(22, "22, 80, 443"), (2222, "2222, 22, 80, 443")])
def test_firewall_opens_the_port_of_the_login_and_the_one_behind_it(tmp_path: Path, port: int, open_ports: str) -> None:
    book = tmp_path / "rules.yml"
    book.write_text(_SHOW.format(folder=PLAYBOOKS / "roles" / "server_baseline"))

    shown = run_playbook(str(book), {"server_baseline_ssh_port": port}, tmp_path)

    assert shown.status == 0, shown.text
    assert f"tcp dport {{ {open_ports} }} accept" in shown.text
