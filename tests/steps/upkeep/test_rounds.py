"""A round's services: fixed once, nobody else's, and taken over from rounds that are over."""

from __future__ import annotations

import pytest

from laksana.errors import RoundError
from laksana.registry.services import RESERVED, Service
from laksana.steps.case import Case
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.looking import conclude_status, look_at, services_to_look_at
from laksana.steps.upkeep.rounds import begin_round, end_round, evidence_tickets, open_round, scope_of, service_at
from tests.steps.upkeep.estate import AT, MAINTENANCE, MONITORING, OWNER, Estate


def opened(estate: Estate, run_id: str = "r1", **data: object) -> Case:
    return estate.case(estate.ticket(MONITORING, run_id, dict(data)), "akses")


def begin(case: Case) -> tuple[list[str], dict[str, str]]:
    return begin_round(case, kept_of(case))


def test_scope_is_fixed_once_and_what_comes_later_is_in_the_next(estate: Estate) -> None:
    first, second = estate.account("pangan"), estate.account("perikanan")
    case = opened(estate)
    assert begin(case) == ([first, second], {})
    later = estate.account("sosial")

    assert begin(case) == ([first, second], {})
    assert scope_of(case) == [first, second]
    end_round(case)
    assert begin(opened(estate, "r2")) == ([first, second, later], {})


def test_services_of_other_kinds_and_those_not_in_use_are_left_alone(estate: Estate) -> None:
    mine = estate.account("pangan")
    estate.server("lelang")
    row = Service("hosting", "calon", OWNER, "Siti", {"quota_mb": 32}, "hosting", "T-calon", RESERVED, AT)
    estate.office.registry.reserve(row)

    assert begin(opened(estate)) == ([mine], {})


def test_service_taken_away_meanwhile_is_passed_over(estate: Estate) -> None:
    kept, gone = estate.account("pangan"), estate.account("sosial")
    begin(opened(estate))
    estate.take_away(gone)
    case = estate.case(estate.ticket(MONITORING, "r1"), "periksa_status")
    for key in services_to_look_at(case):
        look_at(case, key)

    outcome = conclude_status(case)

    assert service_at(case, gone) is None
    assert [item.service for item in estate.office.outages.open_ones()] == [kept]
    (record,) = outcome.outputs.values()
    assert record == {"up": [], "down": [kept], "tidak_terperiksa": []}


def test_service_that_another_round_works_on_is_left_to_it_and_named(estate: Estate) -> None:
    held = estate.account("pangan")
    first = opened(estate)
    begin(first)
    estate.state_of(first.ticket, 200, "running")
    free = estate.account("sosial")

    case = opened(estate, "r2")
    outcome = open_round(case, kept_of(case))

    assert scope_of(case) == [free]
    assert outcome.outputs["Login aplikasi"] == {"layanan": [free], "dilewati": {held: first.ticket.number}}
    assert outcome.keterangan == (f"1 akun hosting diperiksa; 1 masih ditangani putaran lain ({first.ticket.number})")


@pytest.mark.parametrize(("status", "state"), [(200, "success"), (200, "failed"), (404, "")])
def test_claim_of_a_round_that_is_over_is_taken_over(estate: Estate, status: int, state: str) -> None:
    key = estate.account("pangan")
    first = opened(estate)
    begin(first)
    estate.state_of(first.ticket, status, state)

    assert begin(opened(estate, "r2")) == ([key], {})


@pytest.mark.parametrize(("status", "state"), [(200, "queued"), (500, "")])
def test_claim_is_kept_while_nobody_can_say_that_its_round_is_over(estate: Estate, status: int, state: str) -> None:
    key = estate.account("pangan")
    first = opened(estate)
    begin(first)
    estate.state_of(first.ticket, status, state)

    assert begin(opened(estate, "r2")) == ([], {key: first.ticket.number})


def test_claim_without_a_ticket_holds_up_nobody(estate: Estate) -> None:
    key = estate.account("pangan")
    estate.office.claims.claim(MONITORING, [("hosting", "pangan")], ticket="SD-2026-999999", at=AT)

    assert begin(opened(estate)) == ([key], {})


def test_maintenance_of_what_monitoring_works_on_is_not_held_up(estate: Estate) -> None:
    key = estate.account("pangan")
    first = opened(estate)
    begin(first)
    data = {"asal": {"tiket": first.ticket.number, "sop": MONITORING}, "layanan": [key]}

    assert begin(estate.case(estate.ticket(MAINTENANCE, "r1", data), "jalankan_sop")) == ([key], {})


def test_round_started_by_hand_is_about_what_it_was_started_for(estate: Estate) -> None:
    estate.account("pangan")
    key = estate.account("sosial")

    assert begin(opened(estate, layanan=[key, key])) == ([key], {})


def test_service_that_is_unknown_is_refused_in_one_line(estate: Estate) -> None:
    known = estate.account("pangan")
    case = opened(estate, layanan=[known, "hosting/tiada", "vps/lelang"])

    with pytest.raises(RoundError) as refused:
        begin(case)

    assert str(refused.value) == (f"{MONITORING}: hosting/tiada, vps/lelang is not in use (allowed: {known})")
    assert begin(opened(estate, "r2")) == ([known], {}), "nothing was claimed"


@pytest.mark.parametrize("given", ["hosting/pangan", 5, {"hosting/pangan": 1}, [5], [["hosting/pangan"]]])
def test_round_for_what_is_no_list_of_services_is_refused_in_one_line(estate: Estate, given: object) -> None:
    estate.account("pangan")

    with pytest.raises(RoundError, match=r"^monitoring-layanan-hosting: layanan is .+ \(allowed: a list of KIND/NAME"):
        begin(opened(estate, layanan=given))


def test_called_round_passes_over_what_was_taken_away_meanwhile(estate: Estate) -> None:
    key = estate.account("pangan")
    caller = opened(estate)
    data = {"asal": {"tiket": caller.ticket.number, "sop": MONITORING}, "layanan": [key, "hosting/tiada"]}

    assert begin(estate.case(estate.ticket(MAINTENANCE, "r1", data), "jalankan_sop")) == ([key], {})


def test_round_that_is_called_for_no_service_is_about_none(estate: Estate) -> None:
    """A caller whose services are all with another round must not set off a round over the whole registry."""
    estate.account("pangan")
    caller = opened(estate)
    data = {"asal": {"tiket": caller.ticket.number, "sop": MONITORING}, "layanan": []}

    assert begin(estate.case(estate.ticket(MAINTENANCE, "r1", data), "jalankan_sop")) == ([], {})


def test_round_over_nothing_says_so(estate: Estate) -> None:
    case = opened(estate)

    assert open_round(case, kept_of(case)).keterangan == "tidak ada akun hosting yang terdaftar"


def test_findings_of_caller_and_called_count(estate: Estate) -> None:
    caller = estate.ticket(MONITORING, "r1")
    case = estate.case(estate.ticket(MAINTENANCE, "r1", {"asal": {"tiket": caller.number, "sop": MONITORING}}), "arsip")
    own = case.ticket.number
    assert evidence_tickets(case) == (caller.number, own)
    for step, number in ((3, "SD-2026-000077"), (1, ""), (2, caller.number)):
        case.casefile.put(f"SOP yang dijalankan langkah {step}", {"tiket": number}, step=step, attempt=1, at=AT)

    assert evidence_tickets(case) == (caller.number, "SD-2026-000077", own)
