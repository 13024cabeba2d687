"""What the scenarios share: the installation with its SOP, and one granted case to look at from several sides."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.scenarios.case import SLUG, Case, ServiceOffice
from tests.scenarios.people import open_second_applicant
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
    """The installation, once Airflow has taken the SOP in and all hosts answer."""
    assert lab.is_up()
    made = ServiceOffice(scenario_stack)
    wait_for(f"DAG {SLUG}", lambda: made.people["laksana"].get(f"/api/v2/dags/{SLUG}").ok, 60)
    open_second_applicant(scenario_stack)
    yield made
    made.office.database.dispose()


@pytest.fixture(scope="session")
def granted(office: ServiceOffice) -> Case:
    """A case that went through at once."""
    case = office.submit()
    case.forward()
    case.sign_and_receive()
    return case
