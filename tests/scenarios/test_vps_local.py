"""SOP 7 whole: a virtual machine that its agency can log in to, with room that nobody else can be given."""

from __future__ import annotations

import pytest

from tests.demo.applicant import measure, ssh
from tests.scenarios.case import Case
from tests.scenarios.endings import GRANTED, assert_closed
from tests.scenarios.handover import passwords_of

pytestmark = [pytest.mark.scenario, pytest.mark.lab]


def test_machine_lets_its_agency_in_after_the_worker_was_killed(local_vps: Case) -> None:
    letter = assert_closed(local_vps, GRANTED)
    row = local_vps.service()
    assert row is not None
    password = passwords_of(local_vps)["Kata sandi VPS"]
    found = measure(row.specification, password)

    assert found["login"], found
    assert found["nproc"] >= 1
    assert found["free_total_mb"] >= 0.85 * 512
    assert found["df_total_mb"] >= 0.9 * 4 * 1024
    assert row.specification["address"] in letter.text
    assert local_vps.tries("langkah_04") == 2


def test_root_may_not_log_in(local_vps: Case) -> None:
    row = local_vps.service()
    assert row is not None
    password = passwords_of(local_vps)["Kata sandi VPS"]

    assert ssh({**row.specification, "user": "root"}, password, "true").returncode == 255
    assert ssh(row.specification, password, "true").returncode == 0


def test_registry_row_has_address_key_and_measures(local_vps: Case) -> None:
    row = local_vps.service()

    assert row is not None
    assert (row.state, row.place, row.owner, row.ticket) == (
        "aktif", "pusat-komputasi", "Dinas Perikanan", local_vps.ticket,
    )  # fmt: skip
    assert row.specification["host_key"].startswith("ssh-ed25519 ")
    assert [row.specification[key] >= least for key, least in (("vcpu", 1), ("memory_mb", 512), ("disk_gb", 4))] == [
        True, True, True,
    ]  # fmt: skip
