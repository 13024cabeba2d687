"""What a playbook is told of one service of a round, and whom it waits for."""

from __future__ import annotations

import pytest

from laksana.provisioning.playbooks import APPLY, VERIFY
from laksana.registry.services import Service
from laksana.steps.upkeep.variables import change_for
from tests.building.conftest import SPECS
from tests.steps.upkeep.estate import MAINTENANCE, Estate

ROUTINE = sorted(slug for slug, spec in SPECS.items() if spec.jenis in {"monitoring", "pemeliharaan"})


def account(estate: Estate) -> Service:
    estate.account("pangan", quota=128)
    found = estate.office.registry.find("hosting", "pangan")
    assert found is not None
    return found


def test_variables_come_from_the_registrys_row_and_from_the_step(estate: Estate) -> None:
    case = estate.case(estate.ticket(MAINTENANCE, "r1"), "tambah_kuota")

    change = change_for(case, account(estate), "hosting_account", {"kuota_baru": 192})

    assert change.variables == {
        "hosting_account_user": "pangan", "hosting_account_name": "", "hosting_account_quota_mb": 192,
        "hosting_account_database": "tidak", "hosting_account_ticket": "T-pangan",
    }  # fmt: skip
    assert change.secrets == {}


def test_change_is_alone_on_its_service_and_a_look_waits_for_nobody(estate: Estate) -> None:
    case, service = estate.case(estate.ticket(MAINTENANCE, "r1"), "tambah_kuota"), account(estate)
    more = {"kuota_baru": 192}

    assert change_for(case, service, "hosting_account", more, verb=APPLY).names == ("pangan", "hosting/pangan")
    assert change_for(case, service, "hosting_account", more, verb=VERIFY).names == ()


@pytest.mark.parametrize("slug", ROUTINE)
def test_every_playbook_of_a_round_has_its_variables(estate: Estate, slug: str) -> None:
    """Those for a service of the round; what a request asked for is resolved by the request."""
    spec = SPECS[slug]
    keys = {"hosting": estate.account("pangan"), "sub-domain": estate.sub_domain("pangan"),
            "vps-pdn": estate.server("arsip", place="pdn"), "vps-pusat-komputasi": estate.server("lelang")}  # fmt: skip
    kind, _, name = keys[spec.jenis_layanan].partition("/")
    service = estate.office.registry.find(kind, name)
    assert service is not None
    for step in spec.langkah:
        if step.work.kind in {"aktifkan", "tambah_kuota"}:
            case = estate.at(estate.ticket(slug, "r1"), step)
            (playbook,) = step.work.playbooks
            change = change_for(case, service, playbook, {"kuota_baru": 96})
            assert None not in change.variables.values()
            assert change.variables != {}
