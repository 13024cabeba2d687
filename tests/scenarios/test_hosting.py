"""SOP 1 whole: an account that its agency can use, once; a refusal and an undo leave nothing."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.demo.applicant import use_hosting
from tests.scenarios.case import Case, ServiceOffice
from tests.scenarios.endings import GRANTED, assert_closed
from tests.scenarios.flows import ACCOUNT, EXPERT, HOSTING
from tests.scenarios.handover import passwords_of
from tests.scenarios.hosts import records_on_hosts
from tests.scenarios.leftovers import account_parts

pytestmark = [pytest.mark.scenario, pytest.mark.lab]

WHOLE = {"login", "home", "pool", "site", "database", "database user", "register"}


def test_account_works_for_its_agency_after_the_worker_was_killed(hosted: Case) -> None:
    letter = assert_closed(hosted, GRANTED)
    found = use_hosting(hosted.fqdn, hosted.label, passwords_of(hosted)["Kata sandi FTPS"], hosted.at.settings)

    assert found["ftps"]["upload"], found
    assert (found["http"]["status"], bool(found["http"]["body_contains"])) == (200, True)
    assert hosted.fqdn in letter.text
    assert "hosting.gresikkab.go.id" in letter.text
    assert account_parts(hosted.label) == WHOLE
    assert hosted.tries("langkah_04") == 2


def test_password_is_shown_once_and_stands_in_no_letter(hosted: Case) -> None:
    shown = passwords_of(hosted)
    again = hosted.at.people["pemohon"].call("POST", f"/laksana/sandi/{hosted.ticket}")

    assert set(shown) == {"Kata sandi FTPS", "Kata sandi basis data"}
    assert again.status_code == 409
    assert "<code" not in again.text
    assert hosted.at.office.secrets.names(hosted.ticket) == []
    assert f"/laksana/sandi/{hosted.ticket}" in hosted.letter().text
    assert not [value for value in shown.values() if value in hosted.letter().text]


def test_registry_knows_account_and_site_with_owner_and_ticket(hosted: Case) -> None:
    rows = {(row.kind, row.name): row for row in hosted.services()}

    account, site = rows["hosting", hosted.label], rows["subdomain", hosted.fqdn]
    assert (account.state, site.state) == ("aktif", "aktif")
    assert (account.owner, account.contact, account.phone) == ("Dinas Perikanan", "Siti Aminah", "081234567890")
    assert account.expires_on is not None
    assert account.specification["quota_mb"] == 64
    kinds = [event.kind for event in hosted.at.office.registry.history("hosting", hosted.label)]
    assert (kinds[0], kinds[-1]) == ("dipesan", "aktif")


def test_minutes_of_completion_carry_the_tests(hosted: Case) -> None:
    record = hosted.at.office.casefile(hosted.ticket).get("Berita Acara Penyelesaian Pekerjaan").record
    text = hosted.text_of(record["dokumen"]["key"])

    assert "BERITA ACARA PENYELESAIAN PEKERJAAN" in text
    assert "Masuk FTPS" in text
    assert "lulus" in text


@pytest.fixture
def no_ftps(lab: ModuleType) -> Iterator[str]:
    """Have the FTPS server stopped."""
    lab.run_on(HOSTING, "systemctl", "stop", "proftpd")
    yield "proftpd"
    lab.run_on(HOSTING, "systemctl", "start", "proftpd")


def test_account_that_stays_unusable_is_taken_back_whole(office: ServiceOffice, no_ftps: str) -> None:
    case = ACCOUNT.hand_in(office)
    case.forward()
    case.await_gate(EXPERT, seconds=300)
    assert account_parts(case.label) == WHOLE

    case.answer(EXPERT, "Tolak", catatan=f"Layanan {no_ftps} sedang rusak")
    case.sign_and_receive()

    letter = assert_closed(case, [("kabid.ti", "teruskan"), ("pranata", "tolak"), *GRANTED[1:]])
    assert "Layanan proftpd sedang rusak" in letter.text
    assert account_parts(case.label) == set()
    assert records_on_hosts(case.label).nothing
    assert {row.state for row in case.services()} == {"dihapus"}
    assert case.at.office.secrets.names(case.ticket) == []
