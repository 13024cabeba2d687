"""Times of every playbook: first run, second run and undo by our runner, and the second run by plain ansible-playbook.

The peer gets the same inventory, variables and hosts; second runs are taken by turns, so that the ratio holds where the
machine's speed drifts.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from laksana.provisioning.playbooks import APPLY, UNDO, Case, Change, Places, Provisioner
from laksana.provisioning.runner import AnsibleRunner
from tests.demo.__main__ import say
from tests.lab import api as lab
from tests.lab import ministry
from tests.stack.configuration import REPOSITORY

PLAYBOOKS = REPOSITORY / "playbooks"
INVENTORY = PLAYBOOKS / "inventory" / "lab"
REPEATS = 3
TICKET = "SD-0000-000000"


@dataclass(frozen=True)
class Subject:
    """A playbook with the variables that are timed."""

    playbook: str
    variables: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict)

    def change(self) -> Change:
        """Return what is asked for."""
        return Change(self.variables, self.secrets)


def measure_playbooks() -> list[dict[str, Any]]:
    """Time every playbook; a machine that is made is grown before it is taken back."""
    lab.reset_host(ministry.HOST)
    with tempfile.TemporaryDirectory() as folder:
        times = Stopwatch(Path(folder))
        rows = [times.of(SUBDOMAIN), times.of(HOSTING)]
        local = times.made(LOCAL)
        key = times.facts["vps_local"]["host_key"]
        grown = times.of(Subject("vps_local_resource", {**GROWTH, "vps_local_resource_host_key": key}))
        rows += [times.again(LOCAL, local), grown]
        pdn = Subject("vps_pdn", PDN, {**_PDN_SECRETS, "vps_pdn_initial_password": ministry.initial_password()})
        rows.append(times.of(pdn))
    lab.reset_host(ministry.HOST)
    return rows


class Stopwatch:
    """Runs playbooks and notes how long they take."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ours = Provisioner(AnsibleRunner(), Places(PLAYBOOKS, INVENTORY, folder))
        self.facts: dict[str, dict[str, Any]] = {}

    def of(self, subject: Subject) -> dict[str, Any]:
        """Time first run, second runs and undo."""
        return self.again(subject, self.made(subject))

    def made(self, subject: Subject) -> float:
        """Return how long the first run takes."""
        return self._run(APPLY, subject)

    def again(self, subject: Subject, first: float) -> dict[str, Any]:
        """Time second runs by turns, then undo."""
        ours, plain = [], []
        for _ in range(REPEATS):
            ours.append(self._run(APPLY, subject))
            plain.append(self._run_plain(subject))
        undo = self._run(UNDO, subject)
        mine, peer = statistics.median(ours), statistics.median(plain)
        say(f"{subject.playbook}: first {first:.1f}, again {mine:.1f} against {peer:.1f}, undo {undo:.1f}")
        return {
            "playbook": subject.playbook, "first_s": round(first, 1), "again_s": round(mine, 2),
            "plain_s": round(peer, 2), "ratio": round(mine / peer, 2), "undo_s": round(undo, 1),
        }  # fmt: skip

    def _run(self, verb: str, subject: Subject) -> float:
        begun = time.monotonic()
        done = self._ours.run(verb, subject.playbook, subject.change(), Case(TICKET, f"bench-{verb}", 1))
        if not done.ok:
            raise SystemExit(f"bench: {subject.playbook} {verb}: {done.failures}")
        self.facts[subject.playbook] = done.facts
        return time.monotonic() - begun

    def _run_plain(self, subject: Subject) -> float:
        """Run the playbook as somebody without Laksana would; the variables come from a file that only we can read."""
        file = self._folder / "variables.json"
        file.touch(mode=0o600)
        state = {f"{subject.playbook}_state": "present"}
        file.write_text(json.dumps({**subject.variables, **subject.secrets, **state}))
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        command = [program, "--diff", "-i", str(INVENTORY), f"{subject.playbook}.yml", "-e", f"@{file}"]
        return timed(lambda: subprocess.run(command, cwd=PLAYBOOKS, check=True, capture_output=True))


def timed(act: Callable[[], object]) -> float:
    """Return how many seconds something takes."""
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


SUBDOMAIN = Subject("subdomain", {
    "subdomain_label": "bench", "subdomain_zone": "gresikkab.go.id", "subdomain_address": "10.77.0.12",
    "subdomain_target": "10.77.0.13", "subdomain_target_port": 80, "subdomain_ticket": TICKET,
})  # fmt: skip
HOSTING = Subject("hosting_account", {
    "hosting_account_user": "bench", "hosting_account_name": "bench.gresikkab.go.id", "hosting_account_quota_mb": 50,
    "hosting_account_database": "mariadb", "hosting_account_ticket": TICKET,
}, {
    "hosting_account_password": "Bench0Bench0Bench", "hosting_account_database_password": "Bench1Bench1Bench",
})  # fmt: skip
LOCAL = Subject("vps_local", {
    "vps_local_name": "vps-bench", "vps_local_address": "10.78.0.250", "vps_local_vcpu": 1, "vps_local_memory_mb": 512,
    "vps_local_disk_gb": 4, "vps_local_user": "bench", "vps_local_ssh_key": "", "vps_local_ticket": TICKET,
}, {"vps_local_password": "Bench2Bench2Bench"})  # fmt: skip
GROWTH = {
    "vps_local_resource_name": "vps-bench", "vps_local_resource_address": "10.78.0.250", "vps_local_resource_vcpu": 2,
    "vps_local_resource_memory_mb": 768, "vps_local_resource_disk_gb": 5, "vps_local_resource_old_vcpu": 1,
    "vps_local_resource_old_memory_mb": 512, "vps_local_resource_old_disk_gb": 4, "vps_local_resource_ticket": TICKET,
}  # fmt: skip
PDN = {
    "vps_pdn_name": "pdn-bench", "vps_pdn_address": "10.77.0.16", "vps_pdn_port": 2222, "vps_pdn_user": ministry.USER,
    "vps_pdn_fingerprint": "", "vps_pdn_host_key": "", "vps_pdn_stack": "nginx", "vps_pdn_ssh_key": "",
    "vps_pdn_ticket": TICKET,
}  # fmt: skip
_PDN_SECRETS = {"vps_pdn_password": "Bench3Bench3Bench"}
