"""The routine SOPs whole: rounds find what is wrong, mend what can be mended, name the rest, and a person validates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from laksana.registry.services import ACTIVE, Service
from laksana.steps.upkeep.overview import overview
from tests.demo.estate import QUOTA_MB, Past
from tests.lab import api as lab
from tests.scenarios.case import Case
from tests.scenarios.estates import OWNER, Kept
from tests.scenarios.flows import ANALYST, EXPERT

pytestmark = [pytest.mark.scenario, pytest.mark.lab]

GROWTH = "permohonan-penambahan-resource-vps"


@pytest.fixture(scope="module")
def pdn_round(kept: Kept) -> Case:
    """SOP 5 over a server where nobody answers: it calls SOP 6, and its report is sent back once."""
    case = kept.start("monitoring-vps-pdn", [kept.lost])
    case.called(5).answer(EXPERT, "Setujui")
    case.answer(EXPERT, "Kembalikan", catatan="Sebutkan siapa yang dihubungi.")
    case.answer(ANALYST, "Kirim", uraian="Kementerian Kominfo sudah dihubungi lewat telepon.")
    case.answer(EXPERT, "Setujui")
    case.await_end()
    return case


@pytest.fixture
def full_server(kept: Kept) -> Iterator[Service]:
    """A server of the compute centre whose disk is nearly full, with a fresh backup."""
    lab.run_on("hosting1", "sh", "-c", "fallocate -l $(($(df -B1 --output=avail /srv/hosting | tail -1) * 88 / 100)) "
               "/srv/hosting/laksana-fill")  # fmt: skip
    row = kept.estate.add_server(
        f"penuh-{kept.mark}", place="pusat-komputasi", host="hosting1", owner=OWNER, now=datetime.now(UTC)
    )
    kept.estate.back_up(row, (Past(3),), now=datetime.now(UTC), on="app1")
    yield row
    lab.run_on("hosting1", "rm", "-f", "/srv/hosting/laksana-fill")
    kept.at.office.registry.remove(row.kind, row.name, ticket=row.ticket, at=datetime.now(UTC))


def test_round_finds_exactly_what_is_wrong_and_mends_what_can_be(kept: Kept, hosting_round: Case) -> None:
    down, old, bare = (row.name for row in kept.estate.accounts)
    found = overview(kept.at.office, hosting_round.ticket)
    called = overview(kept.at.office, hosting_round.called(5).ticket)

    assert (found["down"], found["repaired"], found["still_down"]) == ([down], [down], [])
    assert found["backups"] == {"fresh": [down], "stale": [old], "broken": [], "missing": [bare]}
    assert sorted(called["renewed"]) == sorted([old, bare])
    assert called["over_limit"] == [bare]
    assert found["report"]["validated_by"] == called["report"]["validated_by"] == "pranata"


def test_account_that_was_down_answers_again(kept: Kept, hosting_round: Case) -> None:
    user = kept.estate.accounts[0].name
    (outage,) = kept.at.office.outages.of_service("hosting", user)

    assert lab.run_on("hosting1", "test", "-S", f"/run/php/laksana-{user}.sock").returncode == 0
    assert outage.repaired
    assert (outage.found_by, outage.ended_by) == (hosting_round.ticket, hosting_round.ticket)
    assert outage.ended_at is not None
    assert outage.began_at < outage.ended_at


@pytest.mark.usefixtures("hosting_round")
def test_renewed_backups_are_in_the_object_store(kept: Kept) -> None:
    for row in kept.estate.accounts[1:]:
        newest = kept.at.office.backups.latest(row.kind, row.name, row.ticket)
        assert newest is not None
        assert datetime.now(UTC) - datetime.fromisoformat(newest.at) < timedelta(hours=1)


def test_quota_grew_on_the_host_and_in_the_registry(kept: Kept, hosting_round: Case) -> None:
    account = kept.estate.accounts[2]
    row = kept.at.office.registry.find("hosting", account.name)
    shown = lab.run_on("hosting1", "btrfs", "qgroup", "show", "-reF", "--raw", f"/srv/hosting/{account.name}").stdout

    assert row is not None
    assert row.specification["quota_mb"] == QUOTA_MB * 3 // 2
    assert str(QUOTA_MB * 3 // 2 * 1024 * 1024) in shown
    assert hosting_round.called(5).outcomes()[9] == "selesai"


def test_great_expectations_result_and_its_page_are_archived(kept: Kept, hosting_round: Case) -> None:
    archive = kept.at.office.archive
    keys = [item.key for item in archive.list(f"{datetime.now(UTC).year}/") if f"/{hosting_round.ticket}/" in item.key]
    result = next(key for key in keys if key.endswith(".json"))
    page = archive.read(next(key for key in keys if key.endswith(".html"))).decode()

    validation = json.loads(archive.read(result))
    assert validation["success"] is False
    assert kept.estate.accounts[2].name in page
    assert "<script" not in page


def test_report_says_what_was_found(kept: Kept, hosting_round: Case) -> None:
    down, old, bare = (row.name for row in kept.estate.accounts)
    text = hosting_round.text_of(overview(kept.at.office, hosting_round.ticket)["report"]["key"])

    assert "LAPORAN DATA BACK UP DAN MONITORING HOSTING" in text
    assert f"Diaktifkan kembali 1: {down}" in text
    assert "1 segar, 1 usang, 1 tidak ada" in text
    assert all(name in text for name in (old, bare, "Dimas Setyawan"))
    assert "DRAF" not in text


def test_second_round_leaves_alone_what_the_first_is_working_on(kept: Kept, hosting_round: Case) -> None:
    """Started while the first was at its gates: the same SOP never works on a service twice at once."""
    assert kept.second is not None
    found = overview(kept.at.office, kept.second.ticket)

    assert found["services"] == []
    assert found["skipped"] == sorted(f"hosting/{row.name}" for row in kept.estate.accounts)
    assert hosting_round.ticket in kept.second.history()


def test_server_nobody_can_start_is_named_and_its_outage_goes_on(kept: Kept, pdn_round: Case) -> None:
    found = overview(kept.at.office, pdn_round.ticket)
    report = pdn_round.text_of(found["report"]["key"])

    assert (found["down"], found["repaired"], found["still_down"]) == ([kept.lost.name], [], [kept.lost.name])
    assert [item.ended_at for item in kept.at.office.outages.of_service("vps", kept.lost.name)] == [None]
    assert "only its provider can start it" in report
    assert "Kementerian Kominfo sudah dihubungi lewat telepon." in report
    assert ("pranata", "kembalikan") in pdn_round.decisions()
    assert pdn_round.called(5).outcomes()[4] == "cukup"


def test_maintenance_alone_runs_monitoring_first_and_never_a_third(kept: Kept) -> None:
    name = kept.estate.names[1]
    lab.run_on("proxy1", "sh", "-c", f"rm -f /etc/nginx/sites-enabled/*{name.name}* && systemctl reload nginx")
    case = kept.start("pemeliharaan-layanan-sub-domain", [name])
    monitoring = case.called(1)
    monitoring.answer(EXPERT, "Setujui")
    case.answer(EXPERT, "Setujui")
    case.await_end()

    assert monitoring.outcomes()[2] == "down"
    assert "SOP itu tidak dijalankan lagi" in monitoring.history()
    assert overview(kept.at.office, monitoring.ticket)["still_down"] == [name.name]
    assert overview(kept.at.office, case.ticket)["repaired"] == [name.name]


def test_monitoring_of_names_has_the_proxy_reconfigured(kept: Kept) -> None:
    name = kept.estate.names[0]
    lab.run_on("proxy1", "sh", "-c", f"rm -f /etc/nginx/sites-enabled/*{name.name}* && systemctl reload nginx")
    case = kept.start("monitoring-layanan-sub-domain", [name])
    maintenance = case.called(3)
    maintenance.answer(EXPERT, "Setujui")
    case.answer(EXPERT, "Setujui")
    case.await_end()

    assert "hasilnya dipakai" in maintenance.history()
    assert overview(kept.at.office, maintenance.ticket)["repaired"] == [name.name]


def test_full_server_gets_a_request_in_its_owners_name(kept: Kept, full_server: Service) -> None:
    case = kept.start("pemeliharaan-layanan-fasilitasi-pusat-komputasi", [full_server])
    case.called(1).answer(EXPERT, "Setujui")
    case.answer(EXPERT, "Setujui")
    case.await_end()

    (filed,) = overview(kept.at.office, case.ticket)["filed"]
    ticket = kept.at.office.desk.get(filed)
    request = Case(kept.at, filed, filed, full_server.name, GROWTH, "vps")
    assert (ticket.slug, ticket.applicant) == (GROWTH, "kabid.spbe")
    assert ticket.data["nama_vps"] == full_server.name
    assert ticket.data["tambah_disk_gb"] > 0
    assert case.outcomes()[5] == "diajukan"
    request.answer("kabid-ti", "Tolak", catatan="Ruang pada peladen fisik habis.")
    request.sign_and_receive()


def test_round_started_by_hand_for_what_is_not_in_use_says_so(kept: Kept) -> None:
    stranger = replace(kept.estate.accounts[0], name="tidak-ada", state=ACTIVE)
    case = kept.start("monitoring-layanan-hosting", [stranger])

    case.await_history("tertunda karena gangguan teknis", seconds=60)
    assert "hosting/tidak-ada is not in use (allowed:" in case.log("langkah_01")
