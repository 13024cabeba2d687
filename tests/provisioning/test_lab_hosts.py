"""Real hosts that refuse: what their refusals read like. Needs the lab."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from laksana.provisioning.invocation import Invocation
from laksana.provisioning.playbooks import Places, Provisioner
from laksana.provisioning.runner import AnsibleRunner
from laksana.provisioning.workspace import make_workspace
from laksana.records import PlaybookOutcome

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("lab")]

PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"
SSH = Path("/run/laksana-lab/ssh")
FORGED = "bGFrc2FuYS1idWthbi1rdW5jaS15YW5nLWJlbmFyLTAxMjM="
PING = "- hosts: dns\n  gather_facts: false\n  tasks: [{ansible.builtin.ping: }]\n"
UPDATE = """- hosts: dns
  gather_facts: false
  tasks:
    - name: Record is there
      community.general.nsupdate:
        server: 127.0.0.1
        zone: "{{ zone }}"
        record: uji-penolakan
        type: TXT
        value: x
        key_name: "{{ key_name }}"
        key_algorithm: hmac-sha256
        key_secret: "{{ secret }}"
"""


def run(tmp_path: Path, playbook: str, variables: dict[str, Any]) -> PlaybookOutcome:
    path = tmp_path / "main.yml"
    path.write_text(playbook)
    invocation = Invocation(str(path), PLAYBOOKS / "inventory" / "lab", variables, timeout=60)
    # a connection that another run left open would let anybody in
    runner = AnsibleRunner(ansible_settings={"ANSIBLE_SSH_ARGS": "-o ControlMaster=no -o ControlPath=none"})
    folder = make_workspace(tmp_path, ticket="T", step="s", attempt=1)
    return runner.run(invocation, folder, cancelled=lambda: False)


def common_args(known_hosts: Path) -> str:
    return f"-F /dev/null -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile={known_hosts}"


def test_wrong_ssh_key_is_said_with_user_and_address(tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    outcome = run(tmp_path, PING, {"ansible_ssh_private_key_file": str(key)})
    assert outcome.status == "unreachable"
    assert outcome.failures[0].message.startswith("masuk lewat SSH ditolak untuk laksana@10.77.0.11")


def test_host_with_another_key_than_known_is_said(tmp_path: Path) -> None:
    lines = (SSH / "known_hosts").read_text().splitlines()
    names, keys = [line.split()[0] for line in lines], [line.split()[1:] for line in lines]
    forged = tmp_path / "known_hosts"  # every host is given the next one's key
    forged.write_text("".join(f"{name} {' '.join(keys[i - 1])}\n" for i, name in enumerate(names)))
    outcome = run(tmp_path, PING, {"ansible_ssh_common_args": common_args(forged)})
    assert outcome.status == "unreachable"
    assert outcome.failures[0].message.startswith("kunci host SSH tidak cocok dengan known_hosts")


@pytest.mark.parametrize(
    ("zone", "key_name", "words"),
    [
        ("gresikkab.go.id", "laksana-key.", "BADSIG"),
        ("gresikkab.go.id", "kunci-lain.", "BADKEY"),
    ],
)
def test_name_server_that_refuses_the_key_is_said(tmp_path: Path, zone: str, key_name: str, words: str) -> None:
    outcome = run(tmp_path, UPDATE, {"zone": zone, "key_name": key_name, "secret": FORGED})
    assert outcome.status == "failed"
    assert words in outcome.failures[0].message
    assert FORGED not in "".join(path.read_text() for path in Path(outcome.evidence).iterdir())


READ_KEY = """- hosts: dns
  gather_facts: false
  become: true
  tasks:
    - ansible.builtin.slurp: {src: /etc/bind/laksana.key}
      register: file
      no_log: true
    - ansible.builtin.set_fact:
        secret: >-
          {{ file.content | b64decode | regex_search('secret [^A-Za-z0-9+/]*([A-Za-z0-9+/=]+)', '\\1') | first }}
      no_log: true
"""


@pytest.mark.parametrize(("zone", "words"), [("gresikkab.go.id", "REFUSED"), ("example.com", "menolak perubahan")])
def test_name_server_that_refuses_the_change_is_said(tmp_path: Path, zone: str, words: str) -> None:
    outcome = run(tmp_path, READ_KEY + UPDATE, {"zone": zone, "key_name": "laksana-key."})
    assert outcome.status == "failed"
    assert words in outcome.failures[0].message


def test_sub_domain_is_planned_made_again_and_taken_back(tmp_path: Path) -> None:
    places = Places(PLAYBOOKS, PLAYBOOKS / "inventory" / "lab", tmp_path)
    service = Provisioner(AnsibleRunner(), places, timeout=120)
    variables = {
        "subdomain_label": "uji-ruang-kerja",
        "subdomain_zone": "gresikkab.go.id",
        "subdomain_address": "10.77.0.12",
        "subdomain_target": "10.77.0.13",
        "subdomain_ticket": "UJI-RUANG-KERJA",
    }
    case = {"ticket": "UJI", "step": "langkah_04", "attempt": 1}
    names = ["uji-ruang-kerja.gresikkab.go.id"]
    try:
        plan = service.plan("subdomain", variables, **case)
        done = service.apply("subdomain", variables, **case, names=names)
        again = service.apply("subdomain", variables, **case, names=names)
    finally:
        undone = service.undo("subdomain", variables, **case, names=names)
    assert [outcome.status for outcome in (plan, done, again, undone)] == ["ok"] * 4
    assert plan.changed > 0
    assert plan.digest() == done.digest()
    assert (again.changed, again.changes) == (0, ())
    assert undone.changed > 0
