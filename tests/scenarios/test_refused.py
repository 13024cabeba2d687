"""The ways to a refusal that touch no host: a name that is taken, a disposition of "tolak", a withdrawal."""

from __future__ import annotations

import pytest

from tests.scenarios.case import ServiceOffice
from tests.scenarios.endings import GRANTED, assert_refused
from tests.scenarios.hosts import Records, proxy_sites, records_on_hosts, zone_serial

pytestmark = [pytest.mark.scenario, pytest.mark.lab]


def test_name_that_is_taken_gets_a_signed_refusal_and_touches_no_host(office: ServiceOffice) -> None:
    for _ in range(3):  # another session may be at work on the same hosts meanwhile; it won't be each time
        before = hosts_now()
        case = office.submit("dinkes")
        case.forward()
        case.sign_and_receive()
        if hosts_now() == before:
            break

    assert hosts_now() == before
    assert_refused(case, GRANTED, reason="dinkes.gresikkab.go.id sudah dipakai")
    outcomes = case.outcomes()
    assert (outcomes[3], outcomes[4], outcomes[5]) == ("ditolak", "dilewati", "dilewati")
    assert not any("langkah_04" in name or "rencana" in name for name in case.tasks())


def hosts_now() -> tuple[int, list[str], Records]:
    """Return what would show any change on the hosts, and what they know of the name that is taken."""
    return zone_serial(), proxy_sites(), records_on_hosts("dinkes")


def test_disposition_tolak_puts_its_reason_into_the_letter(office: ServiceOffice) -> None:
    reason = "Nota dinas belum ditandatangani Kepala Dinas Perikanan (lihat Perbup 28/2023)"
    case = office.submit()

    case.answer("kabid-ti", "Tolak", catatan=reason)
    case.sign_and_receive()

    assert_refused(case, [("kabid.ti", "tolak"), *GRANTED[1:]], reason=reason)
    assert records_on_hosts(case.label).nothing
    assert case.outcomes()[3] == "dilewati"


def test_applicant_withdraws_a_returned_request(office: ServiceOffice) -> None:
    case = office.submit()

    case.answer("kabid-ti", "Kembalikan", catatan="Lengkapi keperluan")
    case.answer("pemohon", "Cabut")
    case.sign_and_receive()

    decisions = [("kabid.ti", "kembalikan"), ("kabid.spbe", "cabut"), *GRANTED[1:]]
    assert_refused(case, decisions, reason="Permohonan dicabut oleh pemohon")
    assert records_on_hosts(case.label).nothing
