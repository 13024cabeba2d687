"""Many at once: a name is given once, room never twice; who goes without gets a letter that says why."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.scenarios.case import FORWARD, Case, ServiceOffice
from tests.scenarios.flows import ACCOUNT, GROWTH, LOCAL, Flow
from tests.scenarios.leftovers import accounts, machines
from tests.stack.waiting import wait_for

pytestmark = [pytest.mark.scenario, pytest.mark.lab]

MANY = 10


def hand_in_all(office: ServiceOffice, flow: Flow, names: Sequence[str], **changes: object) -> list[Case]:
    """Hand in requests at the same time; all of them are accepted at the door."""
    with ThreadPoolExecutor(len(names)) as pool:
        return list(pool.map(lambda name: flow.hand_in(office, name, **changes), names))


def forward_all(cases: Sequence[Case]) -> None:
    """Forward every case once all of them wait, so that their checks meet."""
    gates = [case.await_gate("kabid-ti", seconds=240) for case in cases]
    with ThreadPoolExecutor(len(cases)) as pool:
        answers = pool.map(
            lambda pair: pair[0].try_answer("kabid-ti", pair[1], "Teruskan", **FORWARD), zip(cases, gates, strict=True)
        )
    assert [answer.status_code for answer in answers] == [200] * len(cases)


def drafted(cases: Sequence[Case]) -> tuple[list[Case], dict[str, str]]:
    """Wait until every reply is drafted; return the granted cases, and what the other letters say, by ticket."""
    for case in cases:
        case.await_gate("kabid-ti", seconds=420)
    granted = [case for case in cases if case.outcomes()[3] == "lulus"]
    return granted, {case.ticket: draft_of(case) for case in cases if case not in granted}


def draft_of(case: Case) -> str:
    """Return the text of a case's draft."""
    steps = case.at.office.spec(case.slug).langkah
    name = next(step.output[0] for step in steps if step.work.kind == "konsep_surat")
    return str(case.at.office.casefile(case.ticket).get(name).record["isi"])


def test_ten_requests_for_one_account_make_one_account(office: ServiceOffice) -> None:
    name = ACCOUNT.fresh_name()
    cases = hand_in_all(office, ACCOUNT, [name] * MANY)
    forward_all(cases)
    granted, refusals = drafted(cases)

    assert (len(granted), len(refusals)) == (1, MANY - 1)
    reasons = ("sudah dipesan oleh permohonan lain", "sudah dipakai")
    assert [text for text in refusals.values() if not any(reason in text for reason in reasons)] == []
    refused = next(case for case in cases if case.ticket in refusals)
    for case in (granted[0], refused):
        case.sign_and_receive()
    assert any(reason in refused.letter().text for reason in reasons)
    row = granted[0].service()
    assert row is not None
    assert (row.ticket, row.state) == (granted[0].ticket, "aktif")
    assert name in accounts()


def test_machines_never_get_more_memory_than_the_hypervisor_has(office: ServiceOffice) -> None:
    """Each asks for three fifths of what is free: one fits, whatever the machine under the lab has."""
    probe = LOCAL.hand_in(office, memori_mb=65536)
    probe.forward()
    probe.await_gate("kabid-ti")
    free = int(draft_of(probe).partition("diminta 65536 MB, tersedia ")[2].split()[0])
    each = free * 3 // 5

    cases = hand_in_all(office, LOCAL, [LOCAL.fresh_name() for _ in range(MANY)], memori_mb=each)
    forward_all(cases)
    granted, refusals = drafted(cases)

    assert (len(granted), len(refusals)) == (1, MANY - 1), refusals
    given = sum(int(row.specification["memory_mb"]) for case in granted if (row := case.service()))
    assert given == each <= free
    wanted = f"emori tidak mencukupi: diminta {each} MB, tersedia"
    assert [text for text in refusals.values() if wanted not in text] == []
    refused = [case for case in cases if case.ticket in refusals]
    assert [case.label for case in refused if case.label in machines() or case.service()] == []
    assert {case.label for case in granted} <= machines()
    refused[0].sign_and_receive()
    assert wanted in refused[0].letter().text


@pytest.mark.usefixtures("hosted", "local_vps")
def test_hosts_have_nothing_that_the_registry_does_not_know(office: ServiceOffice) -> None:
    """No orphan: what came to the hosts since is exactly what lives in the registry, killed workers or not."""
    wait_for("no run in the middle of a change", lambda: not busy(office), 420, pause=1)
    rows = office.office.registry.list()
    known = {row.name for row in rows if row.kind == "hosting" or row.place == "pusat-komputasi"}

    assert (accounts() | machines()) - office.strangers - known == set()
    assert known - accounts() - machines() == set()
    assert [row.name for row in rows if row.state == "dipesan" and not open_ticket(office, row.ticket)] == []
    assert [growth for growth in office.office.registry.growths() if not open_ticket(office, growth.ticket)] == []


def open_ticket(office: ServiceOffice, ticket: str) -> bool:
    """Tell whether a ticket is still being worked on."""
    return office.office.desk.get(ticket).closed_at is None


def busy(office: ServiceOffice) -> bool:
    """Tell whether any case that changes accounts or machines is between its gates."""
    client = office.people["laksana"]
    slugs = (ACCOUNT.slug, LOCAL.slug, GROWTH.slug)
    found = [client.get(f"/api/v2/dags/{slug}/dagRuns", state="running", limit=100).json() for slug in slugs]
    waiting = {run_id for run_id, _ in office.open_gates()}
    return any(run["dag_run_id"] not in waiting for page in found for run in page["dag_runs"])
