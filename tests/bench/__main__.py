"""``python -m tests.bench``: prints JSON and renews ``docs/bench.md``; needs the lab, starts an Airflow of its own."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import requests

from tests.bench.playbooks import measure_playbooks
from tests.demo.__main__ import SLUG, airflow, fresh_label, hosts, say, wait_for_dag
from tests.demo.approvers import Approvers, default_script
from tests.demo.samples import form_of
from tests.stack.configuration import REPOSITORY
from tests.stack.stack import Stack

REQUESTS = 40


def main() -> int:
    """Measure and print."""
    with hosts(keep=False):
        found: dict[str, Any] = {"measured": datetime.now(UTC).date().isoformat(), "cores": os.cpu_count()}
        found["playbooks"] = measure_playbooks()
        with airflow(f"bench-{os.getpid()}", None) as stack:
            wait_for_dag(stack)
            found["intake"] = measure_intake(stack)
            found["case"] = measure_case(stack)
        shutil.rmtree(stack.state_dir)
    print(json.dumps(found, indent=2))
    (REPOSITORY / "docs" / "bench.md").write_text(as_page(found), encoding="utf-8")
    return 0


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


def as_page(found: dict[str, Any]) -> str:
    """Write the measurements as a page."""
    intake, case = found["intake"], found["case"]
    rows = "\n".join(
        f"| `{row['playbook']}.yml` | {row['first_s']} | {row['again_s']} | {row['plain_s']} | {row['ratio']} "
        f"| {row['undo_s']} |"
        for row in found["playbooks"]
    )
    return f"""# Measurements

Made by `make bench` on {found["measured"]}, {found["cores"]} cores; each ratio from one run, by turns.

## Playbooks

Seconds. *Again* is a second run, which changes nothing, by our runner and by plain `ansible-playbook` on the same
inventory; the virtual machine is emulated, as on a hypervisor without KVM.

| playbook | first run | again | plain | ratio | undo |
|---|---|---|---|---|---|
{rows}

## Requests

| what | ours | peer | ratio |
|---|---|---|---|
| accepted requests, four clients | {intake["ours_per_s"]}/s | Airflow's `POST dagRuns` {intake["airflow_per_s"]}/s | \
{intake["ratio"]} |

SOP 11 from request to receipt, answers at once: {case["granted_s"]} s.
"""


if __name__ == "__main__":
    sys.exit(main())
