"""Requests for more resources that a maintenance files: one a server, in its owner's name, and never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from laksana.errors import IntakeError
from laksana.monitoring.observations import RESOURCES
from laksana.posts.holders import APPLICANT, Holding
from laksana.servicedesk.api import Ticket
from laksana.steps.case import RETRIES, Case, Outcome
from laksana.steps.upkeep.coordination import FILED, coordinate, growth_of, of_request
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.looking import keep
from laksana.steps.upkeep.rounds import begin_round
from tests.demo.samples import resource_form
from tests.steps.upkeep.estate import AT, DONE, GROWTH, OWNER, SERVER_CARE, Estate

OTHER = "Dinas Perdagangan"
FULL = {"disk": 93.0, "memory": 85.0}


@pytest.fixture(autouse=True)
def owners(estate: Estate) -> None:
    """Appoint who asks for one agency; the other one has nobody."""
    holding = Holding(
        role=APPLICANT, username="kabid.perikanan", name="Siti", rank="", nip="", agency=OWNER,
        valid_from=date(2026, 1, 1),
    )  # fmt: skip
    estate.office.holders.enter([holding])
    estate.allow([GROWTH])


def full(estate: Estate, *keys: str, percent: dict[str, float] | None = None, try_number: int = 1) -> Case:
    """Return a maintenance that has seen these servers above the limit, where it coordinates with their owners."""
    ticket = estate.ticket(SERVER_CARE, "r1")
    begin_round(case := estate.case(ticket, "periksa_resource"), kept_of(case))
    for key in keys:
        record: dict[str, Any] = {"percent": percent or FULL, "batas": 80, "alasan": []}
        keep(case, key, RESOURCES, passed=False, record=record)
    return estate.case(ticket, "koordinasi", try_number=try_number)


def filed(estate: Estate) -> list[Ticket]:
    return estate.office.desk.open_ones(GROWTH)


def recorded(case: Case) -> dict[str, list[dict[str, str]]]:
    return dict(case.casefile.get(FILED).record)


def test_each_full_server_gets_one_request_in_its_owners_name(estate: Estate) -> None:
    lelang, arsip = estate.server("lelang"), estate.server("arsip", owner=OTHER)
    estate.server("kosong")
    case = full(estate, lelang, arsip)

    outcome = coordinate(case)

    tickets = {ticket.data["nama_vps"]: ticket for ticket in filed(estate)}
    assert {name: ticket.applicant for name, ticket in tickets.items()} == {"lelang": "kabid.perikanan", "arsip": ""}
    assert {ticket.source for ticket in tickets.values()} == {"pemeliharaan"}
    assert all(ticket.run_started for ticket in tickets.values())
    assert {body["dag_run_id"] for _, body in estate.started()} == {ticket.run_id for ticket in tickets.values()}
    assert outcome.hasil == "diajukan"
    assert f"lelang (tiket {tickets['lelang'].number})" in outcome.keterangan
    assert [item["tiket"] for item in recorded(case)["diajukan"]] == [tickets["arsip"].number, tickets["lelang"].number]


def test_request_asks_for_half_as_much_again_of_what_runs_out(estate: Estate) -> None:
    case = full(estate, estate.server("lelang"), percent={"disk": 93.0, "memory": 80.0})

    coordinate(case)

    (ticket,) = filed(estate)
    assert (ticket.data["tambah_disk_gb"], ticket.data["tambah_memori_mb"], ticket.data["tambah_vcpu"]) == (2, 0, 0)
    assert ticket.data["perangkat_daerah"] == OWNER
    assert (
        ticket.data["keperluan"] == f"Pemeliharaan {case.ticket.number}: pemakaian disk 93 persen melampaui batas atas"
    )
    assert ticket.data["nota_dinas_nomor"] == case.ticket.number


def test_retry_files_nothing_twice(estate: Estate) -> None:
    case = full(estate, estate.server("lelang"))
    first: Outcome = coordinate(case)

    assert coordinate(case).keterangan == first.keterangan
    assert len(filed(estate)) == len(estate.started()) == 1


def test_server_that_a_request_is_open_for_gets_no_second_one(estate: Estate) -> None:
    case = full(estate, estate.server("lelang"))
    known = estate.ticket(GROWTH, "", resource_form("lelang", date(2026, 11, 24)))

    coordinate(case)

    assert [ticket.number for ticket in filed(estate)] == [known.number]
    assert estate.started() == []
    assert [item["tiket"] for item in recorded(case)["diajukan"]] == [known.number]


def test_request_for_another_server_is_in_nobodys_way(estate: Estate) -> None:
    case = full(estate, estate.server("lelang"))
    estate.ticket(GROWTH, "", resource_form("arsip", date(2026, 11, 24)))

    coordinate(case)

    assert sorted(ticket.data["nama_vps"] for ticket in filed(estate)) == ["arsip", "lelang"]


def test_retry_after_airflow_was_away_starts_the_request_that_the_first_try_filed(estate: Estate) -> None:
    case = full(estate, estate.server("lelang"))
    path = f"/api/v2/dags/{GROWTH}/dagRuns"
    estate.api.answers["POST", path] = (503, {"detail": "away"})
    with pytest.raises(IntakeError):
        coordinate(case)
    (ticket,) = filed(estate)
    assert not ticket.run_started
    estate.allow([GROWTH])

    coordinate(full(estate, "vps/lelang", try_number=2))

    (again,) = filed(estate)
    assert (again.number, again.run_started) == (ticket.number, True)


def test_last_try_says_what_could_not_be_started_and_goes_on(estate: Estate) -> None:
    estate.api.answers["POST", f"/api/v2/dags/{GROWTH}/dagRuns"] = (503, {"detail": "away"})
    case = full(estate, estate.server("lelang"), try_number=RETRIES + 1)

    outcome = coordinate(case)

    ((refused,), found) = (recorded(case)["tidak_dapat_diajukan"], recorded(case)["diajukan"])
    assert (refused["layanan"], found, outcome.hasil) == ("vps/lelang", [], "diajukan")
    assert "belum dapat dimulai" in refused["alasan"]


def test_request_that_the_rules_refuse_is_a_reason_and_the_others_go_on(estate: Estate) -> None:
    """What runs out can't be asked for: only memory and disk can."""
    odd, fine = estate.server("arsip"), estate.server("lelang")
    case = full(estate, odd, fine)
    keep(estate.case(case.ticket, "periksa_resource"), odd, RESOURCES, passed=False,
         record={"percent": {"quota": 99.0}, "batas": 80, "alasan": []})  # fmt: skip

    outcome = coordinate(case)

    assert [ticket.data["nama_vps"] for ticket in filed(estate)] == ["lelang"]
    assert outcome.keterangan.endswith("; arsip: tidak ada resource yang ditambah")


def test_server_taken_away_meanwhile_is_passed_over(estate: Estate) -> None:
    key = estate.server("lelang")
    case = full(estate, key)
    estate.take_away(key)

    assert coordinate(case).keterangan == "permohonan penambahan resource diajukan untuk pemilik: tidak ada"
    assert filed(estate) == []


def asked_for(estate: Estate) -> Case:
    """Return the maintenance that a request for more resources of a server has called, where it coordinates."""
    asking = estate.ticket(GROWTH, "", resource_form("lelang", date(2026, 11, 25)))
    data = {"asal": {"tiket": asking.number, "sop": GROWTH}, "layanan": ["vps/lelang"]}
    ticket = estate.ticket(SERVER_CARE, "r2", data)
    begin_round(case := estate.case(ticket, "periksa_resource"), kept_of(case))
    return estate.case(ticket, "koordinasi")


def test_request_that_started_the_case_is_taken_up_and_none_is_filed(estate: Estate) -> None:
    """Ruling R10: whoever asked for more is not asked whether they want more."""
    estate.server("lelang")
    had = {"vcpu": 1, "memory_mb": 484, "disk_gb": 3.8}
    estate.play(replace(DONE, facts={"before": had}))
    case = asked_for(estate)

    outcome = coordinate(case)

    (asking,) = filed(estate)
    (plan,) = estate.played.invocations
    assert outcome.hasil == "diminta"
    assert (plan.check, plan.variables["vps_local_resource_memory_mb"]) == (True, 768)
    assert growth_of().measured(of_request(case))["before"] == had
    assert [item.ticket for item in estate.office.registry.growths()] == [asking.number]
    assert estate.started() == []


def test_request_for_a_server_that_grows_already_is_refused(estate: Estate) -> None:
    estate.server("lelang")
    estate.office.registry.reserve_growth("vps", "lelang", ticket="T9", growth={"vcpu": 1}, limits={}, at=AT)
    case = asked_for(estate)

    outcome = coordinate(case)

    assert outcome.hasil == "ditolak"
    assert case.casefile.refusal() == "penambahan lain untuk layanan ini sedang diproses"
    assert estate.played.invocations == []
