"""SOPs that call SOPs: who is called for what, who is never called back, and what the caller takes over."""

from __future__ import annotations

from datetime import date

import pytest

from laksana.errors import AirflowApiError
from laksana.monitoring.observations import STATUS
from laksana.servicedesk.api import Ticket
from laksana.spec.model import Spec, Step
from laksana.steps.case import Case
from laksana.steps.upkeep.calls import Call, call_of, end_call, start_call
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.looking import keep
from laksana.steps.upkeep.rounds import CALLED, begin_round, evidence_tickets, scope_of
from tests.building.conftest import SPECS
from tests.demo.samples import resource_form
from tests.steps.upkeep.estate import AT, GROWTH, MAINTENANCE, MONITORING, SERVER_CARE, Estate

ROUTINE = sorted(slug for slug, spec in SPECS.items() if spec.jenis in {"monitoring", "pemeliharaan"})
NAMES, NAME_CARE = "monitoring-layanan-sub-domain", "pemeliharaan-layanan-sub-domain"


def calling_step(spec: Spec, sop: str = "") -> Step:
    steps = [step for step in spec.langkah if step.work.kind == "jalankan_sop"]
    return next(step for step in steps if sop in {"", step.work.text("sop")})


def conf_of(ticket: Ticket, services: list[str]) -> dict[str, object]:
    return {"asal": {"tiket": ticket.number, "sop": ticket.slug}, "layanan": services}


def monitoring(estate: Estate, **data: object) -> Case:
    """Return a Monitoring round that has begun, at the step that calls maintenance."""
    ticket = estate.ticket(MONITORING, "r1", dict(data))
    first = estate.case(ticket, "akses")
    begin_round(first, kept_of(first))
    return estate.case(ticket, "jalankan_sop")


def growth_request(estate: Estate, name: str = "lelang") -> Case:
    """Return a request for more resources of a server of the compute centre, at the step that calls maintenance."""
    ticket = estate.ticket(GROWTH, "", resource_form(name, date(2026, 11, 25)))
    return estate.at(ticket, calling_step(SPECS[GROWTH], SERVER_CARE))


def test_monitoring_calls_maintenance_for_its_services_and_says_who_calls(estate: Estate) -> None:
    estate.allow([MAINTENANCE])
    key = estate.account("pangan")
    case = monitoring(estate)
    estate.account("sosial")

    call = start_call(case)

    number = case.ticket.number
    assert call == Call(MAINTENANCE, f"{number}-05")
    ((path, body),) = estate.started()
    assert path == f"/api/v2/dags/{MAINTENANCE}/dagRuns"
    assert body == {"dag_run_id": f"{number}-05", "logical_date": None, "conf": conf_of(case.ticket, [key])}


@pytest.mark.parametrize("slug", ROUTINE)
def test_no_sop_is_called_back_by_what_it_called(estate: Estate, slug: str) -> None:
    """The specs' own pairs: monitoring and maintenance call each other, and never a third time."""
    caller = estate.at(estate.ticket(slug, "r1"), calling_step(SPECS[slug]))
    called = call_of(caller)
    data = conf_of(caller.ticket, [])
    case = estate.at(estate.ticket(called.slug, called.run_id, data), calling_step(SPECS[called.slug], slug))

    assert start_call(case) is None

    outcome = end_call(case, "")
    assert estate.started() == []
    assert outcome.hasil == "selesai"
    assert case.casefile.get(f"{CALLED}{case.step.no}").record["tiket"] == caller.ticket.number
    assert evidence_tickets(case) == (caller.ticket.number, case.ticket.number)


def test_maintenance_that_nobody_called_begins_its_round_and_runs_monitoring_first(estate: Estate) -> None:
    estate.allow([MONITORING])
    key = estate.account("pangan")
    case = estate.case(estate.ticket(MAINTENANCE, "r1"), "jalankan_sop")

    start_call(case)

    ((path, body),) = estate.started()
    assert path == f"/api/v2/dags/{MONITORING}/dagRuns"
    assert body["conf"] == conf_of(case.ticket, [key])
    assert scope_of(case) == [key]


def test_request_has_its_one_server_maintained_without_monitoring(estate: Estate) -> None:
    estate.allow([SERVER_CARE, "monitoring-layanan-fasilitasi-pusat-komputasi"])
    key = estate.server("lelang")
    estate.server("arsip")
    asking = growth_request(estate)

    call = start_call(asking)

    ((_, body),) = estate.started()
    assert call is not None
    assert (call.slug, body["conf"]) == (SERVER_CARE, conf_of(asking.ticket, [key]))
    care = estate.case(estate.ticket(call.slug, call.run_id, body["conf"]), "jalankan_sop")
    assert start_call(care) is None
    assert scope_of(care) == [key]
    assert len(estate.started()) == 1


def test_request_whose_server_is_gone_does_not_set_off_a_round_over_all(estate: Estate) -> None:
    estate.allow([SERVER_CARE])
    estate.server("arsip")
    start_call(growth_request(estate, "tiada"))
    ((_, body),) = estate.started()

    care = estate.case(estate.ticket(SERVER_CARE, "r2", body["conf"]), "jalankan_sop")
    start_call(care)

    assert scope_of(care) == []


def test_names_that_are_down_are_what_the_proxy_is_reconfigured_for(estate: Estate) -> None:
    estate.allow([NAME_CARE])
    up, down = estate.sub_domain("pangan"), estate.sub_domain("sosial")
    ticket = estate.ticket(NAMES, "r1")
    first = estate.case(ticket, "akses")
    begin_round(first, kept_of(first))
    for key in (up, down):
        keep(estate.case(ticket, "periksa_status"), key, STATUS, passed=key == up, record={})

    start_call(estate.case(ticket, "jalankan_sop"))

    ((_, body),) = estate.started()
    assert body["conf"]["layanan"] == [down]


def test_retry_finds_the_run_that_it_started(estate: Estate) -> None:
    estate.allow([MAINTENANCE])
    case = monitoring(estate)
    first = start_call(case)
    estate.api.answers["POST", f"/api/v2/dags/{MAINTENANCE}/dagRuns"] = (409, {"detail": "exists"})

    assert start_call(case) == first


def test_airflow_that_is_away_is_an_error_and_no_end(estate: Estate) -> None:
    case = monitoring(estate)

    with pytest.raises(AirflowApiError):
        start_call(case)


@pytest.mark.parametrize(
    ("state", "refusal", "outcome", "reason"),
    [
        ("success", "", "selesai", ""),
        ("failed", "", "tolak", "berhenti karena gangguan teknis"),
        ("success", "memori tidak mencukupi", "tolak", "memori tidak mencukupi"),
    ],
)
def test_caller_learns_how_the_other_sop_ended(
    estate: Estate, state: str, refusal: str, outcome: str, reason: str
) -> None:
    estate.server("lelang")
    case = growth_request(estate)
    call = call_of(case)
    other = estate.ticket(call.slug, call.run_id, conf_of(case.ticket, []))
    if refusal:
        estate.office.casefile(other.number).refuse(refusal, step=5, attempt=1, at=AT)

    found = end_call(case, state)

    assert found.hasil == outcome
    assert f"(tiket {other.number})" in found.keterangan
    assert reason in case.casefile.refusal()
    assert bool(case.casefile.refusal()) == (outcome == "tolak")
    assert case.casefile.get(f"{CALLED}{case.step.no}").record["tiket"] == other.number


def test_round_goes_on_after_a_call_that_failed_and_is_not_refused(estate: Estate) -> None:
    case = monitoring(estate)

    found = end_call(case, "failed")

    assert (found.hasil, case.casefile.refusal()) == ("tolak", "")
    assert "prosesnya tidak dapat dimulai" in found.keterangan
    assert evidence_tickets(case) == (case.ticket.number,)
