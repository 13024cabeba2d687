"""What the scenarios share: the installation with its SOPs, and one case of each service to look at from all sides."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType

import pytest

from tests.demo.estate import Estate, Past
from tests.lab import ministry
from tests.scenarios import flows
from tests.scenarios.case import Case, ServiceOffice
from tests.scenarios.estates import OWNER, Kept
from tests.scenarios.flows import ANALYST, EXPERT
from tests.scenarios.leftovers import accounts, machines
from tests.scenarios.people import open_second_applicant
from tests.scenarios.process_lists import ProcessLists
from tests.stack.stack import Stack
from tests.stack.waiting import wait_for

INSTANCE = "LAKSANA_SCENARIO_INSTANCE"
"""Names an instance that runs already (``python -m tests.stack up --instance …``) to work on instead of a fresh one."""


@pytest.fixture(scope="session")
def scenario_stack(request: pytest.FixtureRequest) -> Stack:
    """The session's Airflow, or the running one that the environment names."""
    named = os.environ.get(INSTANCE)
    found: Stack = Stack(named) if named else request.getfixturevalue("stack")
    return found


@pytest.fixture(scope="session")
def office(scenario_stack: Stack, lab: ModuleType) -> Iterator[ServiceOffice]:
    """The installation, once Airflow has taken every SOP in and all hosts answer."""
    assert lab.is_up()
    made = ServiceOffice(scenario_stack)
    for slug in sorted(file.stem for file in made.settings.specs_dir.glob("*.yaml")):
        wait_for(f"DAG {slug}", lambda slug=slug: made.people["laksana"].get(f"/api/v2/dags/{slug}").ok, 90)  # type: ignore[misc]  # the loop's own
    open_second_applicant(scenario_stack)
    made.strangers = (accounts() | machines()) - {row.name for row in made.office.registry.list()}
    yield made
    made.office.database.dispose()


@pytest.fixture(scope="session")
def granted(office: ServiceOffice) -> Case:
    """A sub-domain's case that went through at once."""
    case = office.submit()
    case.forward()
    case.sign_and_receive()
    return case


@pytest.fixture(scope="session")
def secrets_seen() -> dict[str, str]:
    """Every secret that a case had, by what it is, taken from the store while it was there."""
    return {}


@pytest.fixture(scope="session")
def process_lists() -> Iterator[ProcessLists]:
    """The command lines of all processes of this machine, the lab's hosts among them, looked at all the time."""
    with ProcessLists() as lists:
        yield lists


@pytest.fixture(scope="session")
def hosted(office: ServiceOffice, secrets_seen: dict[str, str], process_lists: ProcessLists) -> Case:
    """A hosting account that went through though its worker was killed."""
    assert process_lists.running
    case = flows.ACCOUNT.hand_in(office)
    flows.carry_out_account(case)
    secrets_seen.update({f"hosting {name}": case.secret(name) for name in ("sandi", "sandi-basis-data")})
    case.sign_and_receive()
    return case


@pytest.fixture(scope="session")
def local_vps(office: ServiceOffice, secrets_seen: dict[str, str], process_lists: ProcessLists) -> Case:
    """A virtual machine of the compute centre that went through though its worker was killed."""
    assert process_lists.running
    case = flows.LOCAL.hand_in(office)
    flows.carry_out_local(case)
    secrets_seen["vps-local sandi"] = case.secret("sandi")
    case.sign_and_receive()
    return case


@pytest.fixture(scope="session")
def pdn_vps(office: ServiceOffice, lab: ModuleType, secrets_seen: dict[str, str], process_lists: ProcessLists) -> Case:
    """A server at the PDN that went through though its worker was killed."""
    assert process_lists.running
    lab.reset_host(ministry.HOST)
    handed_over = secrets_seen["vps-pdn sandi-awal"] = ministry.initial_password()
    case = flows.PDN.hand_in(office)
    flows.carry_out_pdn(case, handed_over=handed_over)
    secrets_seen["vps-pdn sandi"] = case.secret("sandi")
    case.sign_and_receive()
    return case


@pytest.fixture(scope="session")
def kept(office: ServiceOffice, secrets_seen: dict[str, str]) -> Iterator[Kept]:
    """Three accounts with their names, of which one is down, one has an old backup and one none, and a lost server."""
    mark, now = uuid.uuid4().hex[:6], datetime.now(UTC)
    estate = Estate(office.office)
    estate.add_accounts([f"r{letter}{mark}" for letter in "abc"], owner=OWNER, now=now)
    lost = estate.add_server(f"hilang-{mark}", place="pdn", host="", owner=OWNER, now=now)
    down, old, bare = estate.accounts
    estate.back_up(down, (Past(20), Past(5)), now=now, on="hosting1")
    estate.back_up(old, (Past(130), Past(100)), now=now, on="hosting1")
    estate.break_site(down.name)
    estate.fill(bare.name, 90)
    for row in (down, old):
        access = office.office.backups.access(row.kind, row.name, row.ticket)
        secrets_seen.update({f"cadangan {row.name}": access.password, "S3": access.secret_key})
    yield Kept(office, estate, mark, lost)
    estate.remove()


@pytest.fixture(scope="session")
def hosting_round(kept: Kept, process_lists: ProcessLists) -> Case:
    """SOP 2 over the accounts with the SOP 3 that it called, through the ministry to more quota; both validated."""
    assert process_lists.running
    case = kept.start("monitoring-layanan-hosting", kept.estate.accounts)
    maintenance = case.called(5)
    maintenance.await_gate(ANALYST, seconds=240)
    kept.second = kept.start("monitoring-layanan-hosting", kept.estate.accounts)
    kept.second.answer(EXPERT, "Setujui")
    maintenance.answer(ANALYST, "Diajukan", nomor_e_tiket="PDN/2026/4713", tambahan_persen=50)
    maintenance.answer(ANALYST, "Dicatat", hasil_penilaian="disetujui")
    maintenance.answer(EXPERT, "Setujui")
    maintenance.answer(ANALYST, "Ditambahkan")
    maintenance.answer(EXPERT, "Setujui")
    case.answer(EXPERT, "Setujui")
    case.await_end()
    return case
