"""Processes killed without a warning: the scheduler while a gate is open, a worker in the middle of a playbook."""

from __future__ import annotations

import os
import signal

import pytest

from tests.scenarios.case import FORWARD, ServiceOffice
from tests.scenarios.endings import assert_granted
from tests.scenarios.hosts import records_on_hosts
from tests.scenarios.killing import playbook_process, worker_above
from tests.stack.waiting import wait_for

pytestmark = [pytest.mark.scenario, pytest.mark.lab]


def test_gate_outlives_the_scheduler_and_the_case_goes_on(office: ServiceOffice) -> None:
    case = office.submit()
    gate = case.await_gate("kabid-ti")

    office.stack.kill("scheduler")
    assert case.await_gate("kabid-ti") == gate
    assert case.try_answer("kabid-ti", gate, "Teruskan", **FORWARD).status_code == 200
    office.stack.start_process("scheduler")
    office.stack.await_healthy(90)

    case.sign_and_receive()
    assert_granted(case)


def test_worker_killed_in_the_middle_of_the_playbook_leaves_one_record_and_one_site(office: ServiceOffice) -> None:
    case = office.submit()
    case.forward()
    playbook = wait_for("the playbook of step 4", lambda: playbook_process(case, "langkah-04-apply"), 90, pause=0.05)
    wait_for("the name in DNS", lambda: records_on_hosts(case.label).addresses, 30, pause=0.05)
    assert records_on_hosts(case.label).sites == ()

    os.kill(worker_above(playbook), signal.SIGKILL)

    wait_for("the playbook dead too", lambda: playbook_process(case, "langkah-04-apply") != playbook, 10)
    case.await_try("langkah_04", 2)
    case.sign_and_receive()
    assert_granted(case)
    assert case.playbook_runs() == ["langkah-03-plan-1-1", "langkah-04-apply-1-1", "langkah-04-apply-1-2"]
