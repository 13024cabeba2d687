"""Room: judged at the limit, and more of it given to an account exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from laksana.errors import ProvisioningError
from laksana.monitoring.observations import QUOTA
from laksana.provisioning.invocation import Invocation
from laksana.records import PlaybookOutcome
from laksana.registry.services import RESERVED, SETTLED
from laksana.steps.case import RETRIES, Case
from laksana.steps.upkeep import resources
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.rounds import begin_round
from tests.demo.samples import resource_form
from tests.steps.upkeep.estate import AT, DONE, FAILED, GROWTH, MAINTENANCE, SERVER_CARE, Estate


def measured(estate: Estate, **uses: float | None) -> Case:
    """Return a maintenance that has measured accounts; one without a use lets nobody look."""
    for name, percent in uses.items():
        estate.account(name)
        if percent is not None:
            estate.quota_used(name, percent)
    case = estate.case(estate.ticket(MAINTENANCE, "r1"), "periksa_resource")
    begin_round(case, kept_of(case))
    for key in resources.services_to_measure(case):
        resources.measure(case, key)
    return case


def growing(estate: Estate, share: int = 50, *, try_number: int = 1) -> Case:
    """Return the maintenance of one full account where it gets so many percent more."""
    if not estate.office.registry.list(kind="hosting"):
        case = measured(estate, pangan=93.0)
        case.casefile.put("jawaban e-tiket", {"fields": {"tambahan_persen": share}}, step=5, attempt=1, at=AT)
    return estate.case(estate.office.desk.of_run(MAINTENANCE, "r1"), "tambah_kuota", try_number=try_number)


def quota_of(estate: Estate) -> int:
    row = estate.office.registry.find("hosting", "pangan")
    assert row is not None
    return int(row.specification["quota_mb"])


def kept(estate: Estate, case: Case) -> dict[str, Any]:
    seen = estate.office.observations.of_case(case.ticket.number, QUOTA)["hosting/pangan"]
    return {key: seen.record[key] for key in ("sebelum_mb", "sesudah_mb", "alasan")} | {"passed": seen.passed}


def test_exactly_at_the_limit_is_enough_and_just_above_it_is_not(estate: Estate) -> None:
    case = measured(estate, pangan=80.0, sosial=80.1)

    outcome = resources.conclude_resources(case)

    assert resources.services_over(case) == ["hosting/sosial"]
    assert (outcome.hasil, outcome.keterangan) == ("melampaui", "1 melampaui batas atas 80 %: sosial")


def test_room_in_all_leads_on_to_the_report(estate: Estate) -> None:
    outcome = resources.conclude_resources(measured(estate, pangan=80.0, sosial=0.0))

    assert (outcome.hasil, outcome.keterangan) == ("cukup", "0 melampaui batas atas 80 %")


def test_account_that_lets_nobody_look_is_neither_full_nor_forgotten(estate: Estate) -> None:
    case = measured(estate, pangan=None, sosial=12.0)

    outcome = resources.conclude_resources(case)

    assert (outcome.hasil, resources.services_over(case)) == ("cukup", [])
    assert outcome.keterangan.endswith("; 1 tidak dapat diukur: pangan")


def test_request_for_more_leads_on_whatever_is_used(estate: Estate) -> None:
    """Ruling R10: who asks for more gets it, also from a server that is not full."""
    key = estate.server("lelang")
    asking = estate.ticket(GROWTH, "", resource_form("lelang", date(2026, 11, 25)))
    data = {"asal": {"tiket": asking.number, "sop": GROWTH}, "layanan": [key]}
    case = estate.case(estate.ticket(SERVER_CARE, "r1", data), "periksa_resource")
    begin_round(case, kept_of(case))
    resources.measure(case, key)

    assert resources.conclude_resources(case).hasil == "melampaui"


def test_measuring_again_replaces_what_was_measured(estate: Estate) -> None:
    case = measured(estate, pangan=93.0)
    estate.quota_used("pangan", 41.0)
    resources.measure(case, "hosting/pangan")

    assert resources.services_over(case) == []


@pytest.mark.parametrize(("share", "quota"), [(50, 96), (10, 80), (30, 80), (100, 128), (200, 192)])
def test_quota_grows_by_the_share_in_whole_steps_and_at_least_one(estate: Estate, share: int, quota: int) -> None:
    case = growing(estate, share)
    estate.play(DONE)

    resources.raise_quota(growing(estate), "hosting/pangan")

    (invocation,) = estate.played.invocations
    assert invocation.variables["hosting_account_quota_mb"] == quota == quota_of(estate)
    assert kept(estate, case) == {"sebelum_mb": 64, "sesudah_mb": quota, "alasan": "", "passed": True}


def test_try_that_was_killed_behind_the_entry_does_not_grow_the_account_again(estate: Estate) -> None:
    case = growing(estate)
    estate.play(DONE, DONE)
    resources.raise_quota(growing(estate), "hosting/pangan")

    resources.raise_quota(growing(estate, try_number=2), "hosting/pangan")

    asked = [item.variables["hosting_account_quota_mb"] for item in estate.played.invocations]
    assert asked == [96, 96]
    assert quota_of(estate) == 96
    assert kept(estate, case) == {"sebelum_mb": 64, "sesudah_mb": 96, "alasan": "", "passed": True}


def test_try_that_was_killed_before_the_entry_grows_the_account_once(estate: Estate) -> None:
    case = growing(estate)
    estate.office.registry.reserve_growth(
        "hosting", "pangan", ticket=f"{case.ticket.number}:pangan", growth={"quota_mb": 32}, limits={}, at=AT
    )
    estate.play(DONE)

    resources.raise_quota(growing(estate, try_number=2), "hosting/pangan")

    assert quota_of(estate) == 96
    assert len(estate.office.registry.growths(state=SETTLED)) == 1


def test_playbook_that_fails_leaves_the_account_as_it_was_and_lets_the_room_go(estate: Estate) -> None:
    case = growing(estate)
    estate.play(FAILED)

    resources.raise_quota(growing(estate), "hosting/pangan")
    outcome = resources.conclude_quota(growing(estate))

    assert (quota_of(estate), estate.office.registry.growths(state=RESERVED)) == (64, [])
    assert kept(estate, case) == {"sebelum_mb": 64, "sesudah_mb": 64, "alasan": "disk penuh", "passed": False}
    assert outcome.keterangan == "kuota 0 akun ditambah; gagal: pangan: disk penuh"


def test_host_without_room_is_a_reason_and_no_playbook_runs(estate: Estate) -> None:
    growing(estate)
    estate.account("besar", quota=930)
    estate.play()

    resources.raise_quota(growing(estate), "hosting/pangan")
    outcome = resources.conclude_quota(growing(estate))

    assert estate.played.invocations == []
    assert quota_of(estate) == 64
    assert outcome.keterangan == (
        "kuota 0 akun ditambah; gagal: pangan: ruang tidak mencukupi: diminta 32 MB, tersedia 6 MB"
    )


def test_account_that_was_taken_away_is_passed_over(estate: Estate) -> None:
    case = growing(estate)
    estate.take_away("hosting/pangan")

    resources.raise_quota(case, "hosting/pangan")

    assert resources.conclude_quota(case).keterangan == "kuota 0 akun ditambah"
    assert estate.office.observations.of_case(case.ticket.number, QUOTA) == {}


class Breaking:
    """A playbook that can't even be tried."""

    def run(self, invocation: Invocation, workspace_dir: Path, *, cancelled: Callable[[], bool]) -> PlaybookOutcome:
        del invocation, workspace_dir, cancelled
        raise ProvisioningError("names stayed locked")


def test_room_is_let_go_when_the_last_try_breaks(estate: Estate) -> None:
    """Else every later round is told that another growth of the account is under way."""
    case = growing(estate)
    estate.run_by(Breaking())
    with pytest.raises(ProvisioningError):
        resources.raise_quota(growing(estate), "hosting/pangan")
    assert len(estate.office.registry.growths(state=RESERVED)) == 1

    with pytest.raises(ProvisioningError):
        resources.raise_quota(replace(growing(estate), try_number=RETRIES + 1), "hosting/pangan")

    assert estate.office.registry.growths(state=RESERVED) == []
    assert resources.conclude_quota(case).keterangan == "kuota 0 akun ditambah; gagal: pangan: gangguan teknis"
