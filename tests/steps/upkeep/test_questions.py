"""What the gates of a maintenance ask: who is asked, and what more is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from laksana.steps.upkeep.coordination import coordinate
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.questions import ask_in_a_round
from laksana.steps.upkeep.resources import measure, services_to_measure
from laksana.steps.upkeep.rounds import begin_round
from tests.building.conftest import SPECS
from tests.demo.samples import resource_form
from tests.steps.upkeep.estate import DONE, GROWTH, MAINTENANCE, Estate

PDN_CARE = "pemeliharaan-vps-pdn"


def test_ticket_for_the_ministry_names_what_is_full_and_nothing_else(estate: Estate) -> None:
    for name, percent in (("pangan", 93.4), ("sosial", 12.0)):
        estate.account(name)
        estate.quota_used(name, percent)
    ticket = estate.ticket(MAINTENANCE, "r1")
    begin_round(case := estate.case(ticket, "periksa_resource"), kept_of(case))
    for key in services_to_measure(case):
        measure(case, key)

    question = ask_in_a_round(estate.at(ticket, SPECS[MAINTENANCE].step(5)))

    assert question.assigned == ("role:analis-sistem-informasi",)
    assert "**Melampaui batas atas 80 %**\n\n- **pangan**: quota 93 %" in question.body
    assert "sosial" not in question.body


def test_long_list_of_full_accounts_is_cut_and_counted(estate: Estate) -> None:
    estate.quota_used("akun", 93.0)
    for number in range(23):
        estate.account(f"akun{number:02d}")
    ticket = estate.ticket(MAINTENANCE, "r1")
    begin_round(case := estate.case(ticket, "periksa_resource"), kept_of(case))
    for key in services_to_measure(case):
        measure(case, key)

    body = ask_in_a_round(estate.at(ticket, SPECS[MAINTENANCE].step(5))).body

    assert body.count("- **akun") == 20
    assert body.endswith("Dan 3 lainnya.")


def test_ministrys_answer_is_recorded_by_whom_the_spec_names(estate: Estate) -> None:
    ticket = estate.ticket(MAINTENANCE, "r1")
    begin_round(case := estate.case(ticket, "periksa_resource"), kept_of(case))

    ministry, checker = (ask_in_a_round(estate.at(ticket, SPECS[MAINTENANCE].step(no))) for no in (6, 7))

    assert ministry.assigned == ("role:analis-sistem-informasi",)
    assert checker.assigned == ("role:pranata-komputer-ahli-muda",)


def test_what_a_request_asks_for_is_shown_as_it_asks(estate: Estate) -> None:
    key = estate.server("lelang", place="pdn")
    asking = estate.ticket(GROWTH, "", resource_form("lelang", date(2026, 11, 25)))
    data = {"asal": {"tiket": asking.number, "sop": GROWTH}, "layanan": [key]}
    ticket = estate.ticket(PDN_CARE, "r1", data)
    begin_round(case := estate.case(ticket, "periksa_resource"), kept_of(case))
    estate.play(replace(DONE, facts={"before": {}}))
    coordinate(estate.case(ticket, "koordinasi"))

    body = ask_in_a_round(estate.at(ticket, SPECS[PDN_CARE].step(6))).body

    assert "- **VPS**: lelang" in body
    assert "2 vCPU, memori 768 MB, disk 6 GB" in body
    assert "Melampaui" not in body
