"""``python -m tests.bench``: prints JSON and renews ``docs/bench.md``.

All parts but ``parsing`` and ``lint`` need the lab; ``requests`` and ``rounds`` start an Airflow of their own.
"""

from __future__ import annotations

import argparse
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

from tests.bench.linting import linting_section, measure_linting
from tests.bench.parsing import measure_parsing, parsing_section
from tests.bench.playbooks import measure_playbooks
from tests.bench.rounds import SLUG as ROUND
from tests.bench.rounds import measure_rounds
from tests.demo.__main__ import SLUG, airflow, fresh_label, hosts, say, wait_for_dag
from tests.demo.approvers import Approvers, default_script
from tests.demo.samples import form_of
from tests.stack.configuration import REPOSITORY
from tests.stack.stack import Stack

REQUESTS = 40
PARTS = ("lint", "parsing", "playbooks", "requests", "rounds")


def main() -> int:
    """Measure all, or the parts that are named, and print and write down what is known now."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="only these parts; the page keeps the others")
    parts = parser.parse_args().parts or list(PARTS)
    kept = REPOSITORY / "docs" / "bench.json"
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    if "parsing" in parts:
        found["parsing"] = measure_parsing()
    if "lint" in parts:
        found["lint"] = measure_linting()
    if set(parts) - {"lint", "parsing"}:
        found |= measure_on_hosts(parts)
    for part in parts:
        found[f"{part}_measured"] = datetime.now(UTC).date().isoformat()
    found["cores"] = os.cpu_count()
    print(json.dumps(found, indent=2))
    kept.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    (REPOSITORY / "docs" / "bench.md").write_text(as_page(found), encoding="utf-8")
    return 0


def measure_on_hosts(parts: list[str]) -> dict[str, Any]:
    """Measure what needs the lab."""
    found: dict[str, Any] = {}
    with hosts(keep=False):
        if "playbooks" in parts:
            found["playbooks"] = measure_playbooks()
        if set(parts) & {"requests", "rounds"}:
            with airflow(f"bench-{os.getpid()}", None) as stack:
                found |= measure_airflow(stack, parts)
            shutil.rmtree(stack.state_dir)
    return found


def measure_airflow(stack: Stack, parts: list[str]) -> dict[str, Any]:
    """Measure what needs an Airflow."""
    found: dict[str, Any] = {}
    if "requests" in parts:
        wait_for_dag(stack)
        found |= {"intake": measure_intake(stack), "case": measure_case(stack)}
    if "rounds" in parts:
        wait_for_dag(stack, ROUND)
        found["rounds"] = measure_rounds(stack)
    return found


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
    rounds = "\n".join(
        f"| {row['services']} | {row['seconds']} | {row['seconds'] / row['services']:.2f} | {row['scheduler_mb']} "
        f"| {row['workers_mb']} |"
        for row in found["rounds"]
    )
    return f"""# Measurements

Made by `make bench` (or a part of it: `python -m tests.bench rounds`) on {found["cores"]} cores; each ratio is from one
run, by turns. Measured: lint {found["lint_measured"]}, parsing {found["parsing_measured"]}, playbooks
{found["playbooks_measured"]}, requests
{found["requests_measured"]}, rounds {found["rounds_measured"]}.

{linting_section(found["lint"])}
{parsing_section(found["parsing"])}
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

## A monitoring round

SOP 12 over names that lead to the lab's proxy, one mapped task a service, from start to the archived report, answers at
once. Memory is the most that was seen; what processes share counts in parts. At most 8 tasks run at once.

| services | wall time (s) | seconds a service | scheduler (MB) | workers together (MB) |
|---|---|---|---|---|
{rounds}
"""


if __name__ == "__main__":
    sys.exit(main())
