"""``python -m tests.bench``: prints JSON and renews ``docs/bench.md``; needs the lab, starts an Airflow of its own."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from laksana.provisioning.playbooks import Places, Provisioner
from laksana.provisioning.runner import AnsibleRunner
from tests.demo.__main__ import SLUG, airflow, fresh_label, hosts, say, wait_for_dag
from tests.demo.approvers import Approvers, default_script
from tests.demo.samples import form_of
from tests.stack.configuration import REPOSITORY
from tests.stack.stack import Stack

REPEATS = 5
REQUESTS = 40


def main() -> int:
    """Measure and print."""
    with hosts(keep=False):
        found: dict[str, Any] = {"measured": datetime.now(UTC).date().isoformat(), "cores": os.cpu_count()}
        found["playbook"] = measure_playbook()
        with airflow(f"bench-{os.getpid()}", None) as stack:
            wait_for_dag(stack)
            found["intake"] = measure_intake(stack)
            found["case"] = measure_case(stack)
        shutil.rmtree(stack.state_dir)
    print(json.dumps(found, indent=2))
    (REPOSITORY / "docs" / "bench.md").write_text(as_page(found), encoding="utf-8")
    return 0


def measure_playbook() -> dict[str, Any]:
    """Time a second run (nothing to change) of subdomain.yml by our runner and by plain ansible-playbook, in turns."""
    variables = {
        "subdomain_label": "bench", "subdomain_zone": "gresikkab.go.id", "subdomain_address": "10.77.0.12",
        "subdomain_target": "10.77.0.13", "subdomain_target_port": 80, "subdomain_ticket": "SD-0000-000000",
    }  # fmt: skip
    playbooks = REPOSITORY / "playbooks"
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        ours = Provisioner(AnsibleRunner(), Places(playbooks, playbooks / "inventory" / "lab", state))
        case: dict[str, Any] = {"ticket": "SD-0000-000000", "step": "bench", "attempt": 1}
        file = state / "variables.json"
        file.write_text(json.dumps({**variables, "subdomain_state": "present"}))
        plain = [
            str(Path(sys.executable).with_name("ansible-playbook")),
            "-i",
            "inventory/lab",
            "subdomain.yml",
            "-e",
            f"@{file}",
        ]

        def run_plain() -> None:
            subprocess.run(plain, cwd=playbooks, check=True, capture_output=True)

        first = timed(lambda: ours.apply("subdomain", variables, **case))
        again: dict[str, list[float]] = {"ours": [], "plain": []}
        for _ in range(REPEATS):
            again["ours"].append(timed(lambda: ours.apply("subdomain", variables, **case)))
            again["plain"].append(timed(run_plain))
        undo = timed(lambda: ours.undo("subdomain", variables, **case))
    medians = {name: statistics.median(times) for name, times in again.items()}
    say(f"playbook: {medians}")
    return {
        "first_s": round(first, 2), "again_s": round(medians["ours"], 2), "again_plain_s": round(medians["plain"], 2),
        "ratio": round(medians["ours"] / medians["plain"], 2), "undo_s": round(undo, 2),
    }  # fmt: skip


def measure_intake(stack: Stack) -> dict[str, Any]:
    """Time accepted requests at our HTTP door against Airflow's own POST dagRuns, four clients each."""
    form = form_of("bench", on=datetime.now(UTC).date())
    token = {name: log_in(stack, name) for name in ("kabid.spbe", "admin")}
    stamp = int(time.time())

    def ours(number: int) -> None:
        body = {**form, "label": f"bench-{stamp}-{number}"}
        headers = {"Authorization": f"Bearer {token['kabid.spbe']}", "Idempotency-Key": f"bench-{stamp}-{number}"}
        answer = requests.post(f"{stack.api_url}/laksana/api/permohonan/{SLUG}", json=body, headers=headers, timeout=60)
        answer.raise_for_status()

    def plain(number: int) -> None:
        body = {
            "dag_run_id": f"bench-{stamp}-{number}",
            "logical_date": None,
            "conf": {**form, "label": f"plain-{number}"},
        }
        headers = {"Authorization": f"Bearer {token['admin']}"}
        url = f"{stack.api_url}/api/v2/dags/{SLUG}/dagRuns"
        requests.post(url, json=body, headers=headers, timeout=60).raise_for_status()

    pause(stack, paused=True)  # so that started runs don't compete with what is measured
    rates = {"plain": rate(plain), "ours": rate(ours)}
    for run in stack.client("admin").get(f"/dags/{SLUG}/dagRuns", limit=100).json()["dag_runs"]:
        stack.client("admin").call("DELETE", f"/dags/{SLUG}/dagRuns/{run['dag_run_id']}")
    pause(stack, paused=False)
    say(f"intake: {rates}")
    return {
        "ours_per_s": round(rates["ours"], 1), "airflow_per_s": round(rates["plain"], 1),
        "ratio": round(rates["ours"] / rates["plain"], 2),
    }  # fmt: skip


def measure_case(stack: Stack) -> dict[str, Any]:
    """Time whole cases of SOP 11 with answers as soon as a gate is seen."""
    seconds = []
    client = stack.client("kabid.spbe")
    people = Approvers(stack.api_url, stack.password, default_script, say=lambda _: None)
    for _ in range(2):
        form = form_of(fresh_label(), on=datetime.now(UTC).date())
        headers = {"Authorization": f"Bearer {log_in(stack, client.username)}"}
        begun = time.monotonic()
        made = requests.post(
            f"{stack.api_url}/laksana/api/permohonan/{SLUG}", json=form, headers=headers, timeout=60
        ).json()
        state = people.work_until_over(made["dag_id"], made["run_id"], seconds=300)
        if state != "success":
            raise SystemExit(f"bench: case {made['ticket']} ended as {state}")
        seconds.append(time.monotonic() - begun)
    return {"granted_s": round(min(seconds), 1)}


def rate(act: Callable[[int], None]) -> float:
    """Return acts per second with four at once."""
    act(-1)  # warm
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(REQUESTS)))
    return REQUESTS / (time.monotonic() - begun)


def pause(stack: Stack, *, paused: bool) -> None:
    """Pause or unpause the SOP."""
    stack.client("admin").patch(f"/dags/{SLUG}", {"is_paused": paused}).raise_for_status()


def log_in(stack: Stack, username: str) -> str:
    """Return a token."""
    body = {"username": username, "password": stack.password(username)}
    return str(requests.post(f"{stack.api_url}/auth/token", json=body, timeout=30).json()["access_token"])


def timed(act: Callable[[], object]) -> float:
    """Return how many seconds something takes."""
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


def as_page(found: dict[str, Any]) -> str:
    """Write the measurements as a page."""
    playbook, intake, case = found["playbook"], found["intake"], found["case"]
    peer = f"plain `ansible-playbook` {playbook['again_plain_s']} s"
    airflow_rate = f"Airflow's `POST dagRuns` {intake['airflow_per_s']}/s"
    return f"""# Measurements

Made by `make bench` on {found["measured"]}, {found["cores"]} cores; each ratio from one run, by turns.

| what | ours | peer | ratio |
|---|---|---|---|
| `subdomain.yml`, nothing to change | {playbook["again_s"]} s | {peer} | {playbook["ratio"]} |
| accepted requests, four clients | {intake["ours_per_s"]}/s | {airflow_rate} | {intake["ratio"]} |

| what | seconds |
|---|---|
| `subdomain.yml`, first run | {playbook["first_s"]} |
| `subdomain.yml`, undo | {playbook["undo_s"]} |
| SOP 11 from request to receipt, answers at once | {case["granted_s"]} |
"""


if __name__ == "__main__":
    sys.exit(main())
