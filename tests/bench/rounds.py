"""A monitoring round over 20 and over 200 services: wall time, and the memory of scheduler and workers at its peak.

The services are names that lead to the lab's proxy; what is measured is the round, not the hosts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from laksana.office import Office
from laksana.registry.services import ACTIVE, Service
from laksana.settings import Settings
from laksana.steps.upkeep.overview import overview
from tests.demo.__main__ import say
from tests.demo.approvers import Approvers, default_script
from tests.lab import api as lab
from tests.stack.stack import Stack

SLUG = "monitoring-layanan-sub-domain"
SIZES = (20, 200)
LIMIT = 900.0
_PAUSE = 0.5


def measure_rounds(stack: Stack) -> list[dict[str, Any]]:
    """Let a round go over each number of services."""
    office = Office(Settings.from_environment(stack.environment))
    names = [f"bench{number:03d}.{office.settings.dns_zone}" for number in range(max(SIZES))]
    change_records(names, "add", office.settings.proxy_address)
    serve_names(names)
    try:
        office.registry.enter([_row(name) for name in names])
        return [_measure(stack, office, names[:size]) for size in SIZES]
    finally:
        change_records(names, "delete", "")
        serve_names([])


def change_records(names: list[str], verb: str, address: str) -> None:
    """Add or delete the names' records in one update."""
    lines = [f"update {verb} {name} {f'60 A {address}' if address else 'A'}" for name in names]
    done = lab.run_script("dns1", _UPDATE.format("\n".join(lines)), seconds=60)
    if done.returncode:
        raise SystemExit(f"bench: {verb} of {len(names)} records: {done.stderr[-300:]}")


def serve_names(names: list[str]) -> None:
    """Give the proxy a site that answers to all the names, or take it away."""
    site = f"server {{\n  listen 80;\n  server_name {' '.join(names)};\n  return 200 bench;\n}}" if names else ""
    path = "/etc/nginx/sites-enabled/bench.conf"
    script = f"cat > {path} <<'END'\n{site}\nEND\n[ -s {path} ] && nginx -t && systemctl reload nginx"
    done = lab.run_script("proxy1", script, seconds=60)
    if done.returncode:
        raise SystemExit(f"bench: the proxy does not take the names: {done.stderr[-300:]}")


_UPDATE = "nsupdate -k /etc/bind/laksana.key <<END\nserver 10.77.0.11\n{}\nsend\nEND\n"


def _row(name: str) -> Service:
    return Service(
        kind="subdomain", name=name, owner="Bench", contact="Bench", specification={"target": "10.77.0.13", "port": 80},
        place="proxy", ticket=f"bench-{name[:12]}", state=ACTIVE, since=datetime.now(UTC),
    )  # fmt: skip


def _measure(stack: Stack, office: Office, names: list[str]) -> dict[str, Any]:
    run_id = f"bench-{len(names)}-{int(time.time())}"
    people = Approvers(stack.api_url, stack.password, default_script, say=lambda _: None)
    begun = time.monotonic()
    with watched(stack) as memory:
        keys = [f"subdomain/{name}" for name in names]
        office.airflow().start_run(SLUG, run_id, {"layanan": keys})
        state = people.work_until_over(SLUG, run_id, seconds=LIMIT)
    seconds = time.monotonic() - begun
    found = overview(office, office.desk.of_run(SLUG, run_id).number)
    if state != "success" or len(found["services"]) != len(names) or found["down"]:
        raise SystemExit(f"bench: a round over {len(names)} services ended as {state}: {found['down'][:5]}")
    row = {"services": len(names), "seconds": round(seconds, 1), **memory}
    say(f"round: {row}")
    return row


@contextmanager
def watched(stack: Stack) -> Iterator[dict[str, int]]:
    """Note the most memory that the scheduler, and all its workers together, had meanwhile."""
    peak = {"scheduler_mb": 0, "workers_mb": 0, "workers": 0}
    scheduler = stack.process("scheduler").pid
    over = threading.Event()

    def look() -> None:
        while not over.wait(_PAUSE):
            below = _descendants(scheduler)
            together = sum(map(_megabytes, below))
            sizes = {"scheduler_mb": _megabytes(scheduler), "workers_mb": together, "workers": len(below)}
            for key, size in sizes.items():
                peak[key] = max(peak[key], size)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _descendants(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        try:
            children = Path(f"/proc/{waiting.pop()}/task").iterdir()
            below = [int(child) for task in children for child in (task / "children").read_text().split()]
        except (OSError, ProcessLookupError):
            continue
        found += below
        waiting += below
    return found


def _megabytes(pid: int) -> int:
    """Return a process's own share of memory, in MB: what it shares with others counts in parts."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (OSError, ProcessLookupError):
        return 0
    pss = next((line.split()[1] for line in text.splitlines() if line.startswith("Pss:")), "0")
    return int(pss) * 1024 // 1_000_000
