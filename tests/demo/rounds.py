"""The demo of the routine: twenty services, some of them not in order, and all four Monitoring SOPs over them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from laksana.office import Office
from laksana.settings import Settings
from laksana.steps.upkeep.overview import overview
from tests.demo.approvers import Approvers, default_script
from tests.demo.estate import Estate, Past
from tests.stack.stack import Stack

LIMIT = 900.0
OWNER = "Dinas Perikanan"
MONITORING = {
    "hosting": "monitoring-layanan-hosting",
    "pdn": "monitoring-vps-pdn",
    "pusat-komputasi": "monitoring-layanan-fasilitasi-pusat-komputasi",
    "proxy": "monitoring-layanan-sub-domain",
}
"""Place of services → the SOP that looks after them."""
FRESH = (Past(36), Past(5))
STATES = ("fresh", "stale", "broken", "missing")
Say = Callable[[str], None]


def carry_out_monitoring(stack: Stack, say: Say) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make the estate, let the rounds run with scripted people, and return what they found and what they had to."""
    office = Office(Settings.from_environment(stack.environment))
    estate = Estate(office, say=say)
    try:
        expected = make_estate(estate, now=datetime.now(UTC))
        tickets = run_rounds(stack, office, estate, say)
        return summary_of(office, tickets), expected
    finally:
        say("Membongkar layanan contoh …")
        estate.remove()


def make_estate(estate: Estate, *, now: datetime) -> dict[str, Any]:
    """Make twenty services with their faults, and return what a round must find."""
    mark = f"{int(time.time()) % 1_000_000:x}"
    users = [f"m{letter}{mark}" for letter in "abcdefgh"]
    down, older, oldest, cut, bare, full, *_ = users
    estate.add_accounts(users, owner=OWNER, now=now)
    lost, *others = (
        estate.add_server(f"pdn-b{mark}", place="pdn", host="", owner=OWNER, now=now),
        estate.add_server(f"pdn-a{mark}", place="pdn", host="app1", owner=OWNER, now=now),
        estate.add_server(f"lokal-a{mark}", place="pusat-komputasi", host="proxy1", owner=OWNER, now=now),
        estate.add_server(f"lokal-b{mark}", place="pusat-komputasi", host="dns1", owner=OWNER, now=now),
    )
    halved = (Past(36), Past(20), Past(3, 400))
    past = {older: (Past(75), Past(40)), oldest: (Past(130), Past(100)), cut: halved, bare: ()}
    for account in estate.accounts:
        estate.back_up(account, past.get(account.name, FRESH), now=now, on="hosting1")
    for server in (lost, *others):
        estate.back_up(server, FRESH, now=now, on="app1")
    estate.break_site(down)
    estate.fill(full, 90)
    return {
        "services": 20, "down": sorted([down, lost.name]), "repaired": [down], "still_down": [lost.name],
        "stale": sorted([older, oldest]), "broken": [cut], "missing": [bare], "over_limit": [full],
        "renewed": sorted([oldest, cut, bare]),
    }  # fmt: skip


def run_rounds(stack: Stack, office: Office, estate: Estate, say: Say) -> list[str]:
    """Start the Monitoring SOPs over the estate, answer their gates, and return the rounds' tickets."""
    runs = {}
    client = office.airflow()
    for place, slug in MONITORING.items():
        keys = [f"{row.kind}/{row.name}" for row in estate.services if row.place == place]
        runs[slug] = f"demo-{int(time.time())}"
        client.start_run(slug, runs[slug], {"layanan": keys})
        say(f"{slug}: {len(keys)} layanan")
    people = Approvers(stack.api_url, stack.password, default_script, say=say)
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        people.answer_all("~", "~")
        states = {slug: str(client.run(slug, run)["state"]) for slug, run in runs.items()}
        if all(state in {"success", "failed"} for state in states.values()):
            break
        time.sleep(1)
    return [office.desk.of_run(slug, run).number for slug, run in runs.items()]


def summary_of(office: Office, tickets: list[str]) -> dict[str, Any]:
    """Put together what the rounds, and those that they called, found."""
    rounds = [overview(office, number) for number in tickets]
    called = [overview(office, number) for item in rounds for number in item["called"]]
    everything = [*rounds, *called]

    def all_of(key: str, found: list[dict[str, Any]]) -> list[str]:
        return sorted(name for item in found for name in item[key])

    reports = [item["report"] for item in everything]
    return {
        "services": len(all_of("services", rounds)),
        "down": all_of("down", rounds),
        "repaired": all_of("repaired", rounds),
        "still_down": all_of("still_down", rounds),
        "backups": {state: sorted(name for item in rounds for name in item["backups"][state]) for state in STATES},
        "renewed": all_of("renewed", called),
        "over_limit": all_of("over_limit", called),
        "maintenance_runs": sorted(number for item in rounds for number in item["called"]),
        "tickets": tickets,
        "report": _first_report(reports),
        "reports": reports,
    }


def is_as_expected(found: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Tell whether the rounds found exactly what was to be found, and every report was validated."""
    plain = ("services", "down", "repaired", "still_down", "renewed", "over_limit")
    fine = all(found[key] == expected[key] for key in plain)
    fine = fine and all(found["backups"][state] == expected[state] for state in ("stale", "broken", "missing"))
    return fine and len(found["maintenance_runs"]) == 1 and all(report for report in found["reports"])


def _first_report(reports: list[dict[str, Any] | None]) -> dict[str, Any] | None:
    found = next((report for report in reports if report), None)
    return {"path": found["key"], "validated_by": found["validated_by"]} if found else None
