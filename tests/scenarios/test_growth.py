"""SOP 10 whole: a server grows where it stands, really and inside; what does not fit or is another's is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from laksana.steps.services.growth import MEASURED
from tests.demo.applicant import measure
from tests.lab import api as lab
from tests.lab import ministry
from tests.scenarios import flows
from tests.scenarios.case import Case, ServiceOffice
from tests.scenarios.endings import GRANTED, assert_closed
from tests.scenarios.flows import ANALYST, EXPERT, GROWTH
from tests.scenarios.handover import passwords_of
from tests.scenarios.people import OTHER_APPLICANT

pytestmark = [pytest.mark.scenario, pytest.mark.lab]

MORE = {"vcpu": 1, "memory_mb": 256, "disk_gb": 2}


def test_machine_of_the_compute_centre_grows_after_the_worker_was_killed(
    office: ServiceOffice, local_vps: Case
) -> None:
    row = local_vps.service()
    assert row is not None
    password = passwords_of(local_vps)["Kata sandi VPS"]
    before = measure(row.specification, password)
    assert before["login"], before
    case = GROWTH.hand_in(office, local_vps.label)
    flows.carry_out_growth(case, processors=int(row.specification["vcpu"]) + MORE["vcpu"])
    case.sign_and_receive()

    letter = assert_closed(case, GRANTED)
    after = measure(row.specification, password)
    assert after["nproc"] == before["nproc"] + 1
    assert after["free_total_mb"] >= before["free_total_mb"] + 0.9 * 256
    assert after["df_total_mb"] >= before["df_total_mb"] + 0.9 * 2 * 1024
    grown = local_vps.service()
    assert grown is not None
    assert {key: grown.specification[key] - row.specification[key] for key in MORE} == MORE
    assert grown.ticket == local_vps.ticket
    assert "2 vCPU, memori 768 MB, disk 6 GB" in letter.text
    outcomes = case.outcomes()
    assert {number: outcomes[number] for number in (3, 4, 5, 6)} == {
        3: "lokal", 4: "dilewati", 5: "lulus", 6: "selesai",
    }  # fmt: skip
    assert_report_shows(
        case, "Laporan pemeliharaan Layanan VPS Pusat Komputasi", grown=("vcpu", "memory_mb", "disk_gb")
    )


def assert_report_shows(case: Case, name: str, *, grown: tuple[str, ...]) -> None:
    """Check that the maintenance report has what was measured before and after, though a worker was killed between."""
    file = case.at.office.casefile(case.ticket)
    record, measured = file.get(name).record, file.get(MEASURED).record
    text = case.text_of(record["dokumen"][-1]["key"])
    assert [size for size in grown if measured["before"][size] >= measured["after"][size]] == []
    assert "Sebelum" in text
    assert "Sesudah" in text


def test_server_at_the_pdn_grows_by_way_of_the_ministry(office: ServiceOffice, pdn_vps: Case) -> None:
    row = pdn_vps.service()
    assert row is not None
    case = GROWTH.hand_in(office, pdn_vps.label, tambah_vcpu=1, tambah_memori_mb=0, tambah_disk_gb=2)
    case.forward()
    maintenance = case.called(4)
    maintenance.answer(ANALYST, "Diajukan", nomor_e_tiket="PDN/2026/4712")
    maintenance.answer(ANALYST, "Dicatat", hasil_penilaian="disetujui")
    maintenance.answer(EXPERT, "Setujui")
    maintenance.await_gate(ANALYST)
    ministry.enlarge(lab.find_host(ministry.HOST), disk_megabytes=10 * 1024, processors=2)
    maintenance.answer(ANALYST, "Ditambahkan")
    maintenance.answer(EXPERT, "Setujui")
    case.sign_and_receive()

    letter = case.letter()
    grown = pdn_vps.service()
    assert letter.is_valid
    assert grown is not None
    assert grown.specification["disk_gb"] == row.specification["disk_gb"] + 2
    assert grown.specification["vcpu"] == row.specification["vcpu"] + 1
    assert case.outcomes()[4] == "selesai"
    assert case.outcomes()[6] == "dilewati"
    assert_report_shows(case, "Laporan pemeliharaan Layanan VPS PDN", grown=("vcpu", "disk_gb"))


def test_growth_that_does_not_fit_is_refused_and_nothing_stays_reserved(office: ServiceOffice, local_vps: Case) -> None:
    row = local_vps.service()
    case = GROWTH.hand_in(office, local_vps.label, tambah_memori_mb=131072)
    case.forward()
    case.sign_and_receive()

    assert case.outcomes()[5] == "ditolak"
    assert "emori tidak mencukupi: diminta 131072 MB, tersedia" in case.letter().text
    assert local_vps.service() == row
    assert not [growth for growth in office.office.registry.growths() if growth.ticket == case.ticket]


@pytest.mark.parametrize(
    ("agency", "faults"),
    [("Dinas Pertanian", {"nama_vps"}), ("Dinas Perikanan", {"perangkat_daerah"})],
    ids=["its own, another's server", "another's, as if it were its own"],
)
def test_server_of_another_agency_is_refused_at_the_door(
    office: ServiceOffice, local_vps: Case, agency: str, faults: set[str]
) -> None:
    form = GROWTH.form(local_vps.label, datetime.now(UTC).date()) | {"perangkat_daerah": agency}
    answer = office.send(form, slug=GROWTH.slug, who=OTHER_APPLICANT)

    assert answer.status_code == 422
    assert {fault["isian"] for fault in answer.json()["masalah"]} == faults
