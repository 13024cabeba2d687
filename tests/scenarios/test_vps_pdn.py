"""SOP 4 whole: what the ministry does is recorded, its password goes past the gate, the office configures."""

from __future__ import annotations

import pytest

from tests.demo.applicant import measure, ssh
from tests.demo.approvers import MINISTRY
from tests.lab import api as lab
from tests.lab import ministry
from tests.scenarios.case import Case, ServiceOffice
from tests.scenarios.endings import assert_closed
from tests.scenarios.flows import ANALYST, EXPERT, PDN, record_ministry
from tests.scenarios.handover import hand_in_password, passwords_of

pytestmark = [pytest.mark.scenario, pytest.mark.lab]

DECIDED = [
    ("kabid.ti", "teruskan"), ("analis", "diajukan"), ("analis", "dicatat"), ("pranata", "setujui"),
    ("analis", "diserahkan"), ("kabid.ti", "setujui"), ("kabid.spbe", "terima"),
]  # fmt: skip


def test_server_takes_the_new_password_and_no_longer_the_one_handed_over(
    pdn_vps: Case, secrets_seen: dict[str, str]
) -> None:
    letter = assert_closed(pdn_vps, DECIDED)
    row = pdn_vps.service()
    assert row is not None
    found = measure(row.specification, passwords_of(pdn_vps)["Kata sandi VPS"])

    assert found["login"], found
    assert ssh(row.specification, secrets_seen["vps-pdn sandi-awal"], "true").returncode == 255
    assert (row.place, row.state, row.specification["port"]) == ("pdn", "aktif", 2222)
    assert "10.77.0.16" in letter.text
    assert pdn_vps.tries("langkah_08") == 2


def test_server_has_the_software_that_was_asked_for(pdn_vps: Case) -> None:
    row = pdn_vps.service()
    assert row is not None

    seen = lab.run_on(ministry.HOST, "systemctl", "is-active", "nginx", "php8.2-fpm")
    assert seen.stdout.split() == ["active", "active"]
    assert row.specification["stack"] == "nginx-php"


def test_e_ticket_and_hand_over_stand_in_the_ledger_and_the_password_does_not(
    pdn_vps: Case, secrets_seen: dict[str, str]
) -> None:
    entries = {item.outcome: item for item in pdn_vps.at.office.ledger.entries(pdn_vps.ticket)}

    assert entries["diajukan"].fields["nomor_e_tiket"] == MINISTRY["nomor_e_tiket"]
    assert entries["diserahkan"].fields["alamat"] == "10.77.0.16"
    assert secrets_seen["vps-pdn sandi-awal"] not in str(entries)
    assert "sandi-awal" not in pdn_vps.at.office.secrets.names(pdn_vps.ticket)


def test_hand_over_without_the_password_or_with_a_wrong_one_does_not_count(office: ServiceOffice) -> None:
    case = PDN.hand_in(office)
    case.forward()
    record_ministry(case, "nomor_e_tiket", option="Diajukan")
    record_ministry(case, "hasil_penilaian", option="Dicatat")
    case.answer(EXPERT, "Setujui")
    gate = case.await_gate(ANALYST)
    given = {name: MINISTRY[name] for name in ("alamat", "porta", "pengguna")}

    case.try_answer(ANALYST, gate, "Diserahkan", **given)
    case.await_history("Kata sandi belum diserahkan")
    hand_in_password(case, "bukan-kata-sandinya")
    case.try_answer(ANALYST, case.await_gate(ANALYST), "Diserahkan", **given)
    case.await_history("Peladen tidak dapat dimasuki")

    assert case.await_gate(ANALYST).task_id == gate.task_id
    assert [outcome for _, outcome in case.decisions()] == ["teruskan", "diajukan", "dicatat", "setujui"]
    assert "bukan-kata-sandinya" not in case.history()


def test_assessment_that_is_turned_down_ends_in_a_refusal_that_says_why(office: ServiceOffice) -> None:
    case = PDN.hand_in(office)
    case.forward()
    record_ministry(case, "nomor_e_tiket", option="Diajukan")
    case.answer(ANALYST, "Dicatat", hasil_penilaian="ditolak", tanggapan_kementerian="Kuota tahun ini habis")
    gate = case.answer(EXPERT, "Tolak", catatan="Kementerian Kominfo menolak: kuota tahun ini habis")
    case.sign_and_receive()

    letter = case.letter()
    assert letter.is_valid
    assert "kuota tahun ini habis" in letter.text
    assert "Kuota tahun ini habis" in gate.body
    assert case.service() is None
    assert [row.state for row in case.services()] == ["dihapus"]
