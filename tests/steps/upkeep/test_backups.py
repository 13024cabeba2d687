"""Backups in a round: looked at once, judged by the SOP's own age, made anew where that asks for it."""

from __future__ import annotations

from typing import Any

import pytest

from laksana.monitoring.observations import BACKUP, RENEWAL
from laksana.spec.model import SELALU
from laksana.steps.case import Case
from laksana.steps.upkeep import backups
from laksana.steps.upkeep.calls import end_call
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.rounds import CALLED, begin_round
from tests.steps.upkeep.estate import AT, DONE, FAILED, MAINTENANCE, MONITORING, Estate

pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")  # Great Expectations' own import
GX = "pemeriksaan-cadangan"


def begun(estate: Estate, slug: str, run_id: str = "r1", **data: Any) -> Case:
    """Return a round that has begun, where it looks at the backups."""
    ticket = estate.ticket(slug, run_id, data)
    case = estate.case(ticket, "periksa_cadangan")
    begin_round(case, kept_of(case))
    return case


def proven(case: Case) -> Case:
    for key in backups.services_to_prove(case):
        backups.prove(case, key)
    return case


def going_on_from(estate: Estate, monitoring: Case) -> Case:
    """Return the maintenance that a Monitoring round called, where it looks at the backups."""
    case = begun(estate, MAINTENANCE, "r2", asal={"tiket": monitoring.ticket.number, "sop": MONITORING})
    end_call(estate.case(case.ticket, "jalankan_sop"), "")
    return case


def states(case: Case, name: str = backups.JUDGED) -> dict[str, str]:
    return {key: item.state for key, item in backups.judgements(case, name).items()}


def test_what_monitoring_has_proven_is_not_looked_at_again(estate: Estate) -> None:
    seen = estate.account("pangan")
    monitoring = proven(begun(estate, MONITORING))
    unseen = estate.account("sosial")

    assert backups.services_to_prove(going_on_from(estate, monitoring)) == [unseen]
    assert list(estate.office.observations.of_case(monitoring.ticket.number, BACKUP)) == [seen]


def test_maintenance_uses_the_monitoring_that_it_has_called(estate: Estate) -> None:
    estate.account("pangan")
    care = begun(estate, MAINTENANCE)
    assert backups.services_to_prove(care) == ["hosting/pangan"]
    called = begun(estate, MONITORING, "r2", asal={"tiket": care.ticket.number, "sop": MAINTENANCE})
    proven(called)
    care.casefile.put(f"{CALLED}1", {"tiket": called.ticket.number}, step=1, attempt=1, at=AT)

    assert backups.services_to_prove(care) == []


def test_service_taken_away_is_not_proven(estate: Estate) -> None:
    key = estate.account("pangan")
    case = begun(estate, MONITORING)
    assert backups.services_to_prove(case) == [key]
    estate.take_away(key)

    assert backups.services_to_prove(case) == []


def test_each_sop_judges_by_its_own_age(estate: Estate) -> None:
    """Ruling R11: a backup of 40 days is too old for monitoring (1 month) and good for maintenance (3 months)."""
    days = {"pangan": 2, "sosial": 40, "tani": 100}
    for name, age in days.items():
        estate.back_up(estate.account(name), days=age)
    monitoring = proven(begun(estate, MONITORING))

    outcome = backups.conclude_backups(monitoring)

    assert outcome.hasil == "usang"
    assert outcome.keterangan == "cadangan: 1 segar, 2 usang (sosial, tani)"
    assert list(states(monitoring).values()) == ["segar", "usang", "usang"]
    care = going_on_from(estate, monitoring)
    assert backups.conclude_backups(care).keterangan == "cadangan: 2 segar, 1 usang (tani)"
    assert backups.services_to_renew(care) == ["hosting/tani"]


def test_broken_and_missing_backups_are_named_as_such(estate: Estate) -> None:
    estate.back_up(estate.account("pangan"), days=2, repository_ok=False, repository_note="pack rusak")
    estate.back_up(estate.account("sosial"), days=2, restore_ok=False, restore_note="berbeda")
    estate.account("tani")
    case = proven(begun(estate, MONITORING))

    assert backups.conclude_backups(case).keterangan == "cadangan: 2 rusak (pangan, sosial), 1 tidak ada (tani)"
    seen = estate.office.observations.of_case(case.ticket.number, BACKUP)
    assert [item.passed for item in seen.values()] == [False, False, False]


def test_all_fresh_leads_past_maintenance(estate: Estate) -> None:
    estate.back_up(estate.account("pangan"), days=2)

    assert backups.conclude_backups(proven(begun(estate, MONITORING))).hasil == "segar"


def test_what_nobody_could_look_at_is_not_fresh_and_is_named(estate: Estate) -> None:
    estate.back_up(estate.account("pangan"), days=2)
    estate.account("sosial")
    case = begun(estate, MONITORING)
    backups.prove(case, "hosting/pangan")

    outcome = backups.conclude_backups(case)

    assert outcome.hasil == "usang"
    assert outcome.keterangan.endswith("; 1 tidak dapat diperiksa karena gangguan teknis: sosial")
    assert outcome.outputs["Data Back Up Hosting"]["tak_terperiksa"] == ["hosting/sosial"]


def test_result_and_page_are_archived_and_a_retry_replaces_neither(estate: Estate) -> None:
    estate.back_up(estate.account("pangan"), days=2)
    case = proven(begun(estate, MONITORING))
    first = backups.conclude_backups(case).outputs["Data Back Up Hosting"]["dokumen"]
    second = backups.conclude_backups(estate.case(case.ticket, "periksa_cadangan", try_number=2))

    keys = {item["key"] for item in (*first.values(), *second.outputs["Data Back Up Hosting"]["dokumen"].values())}
    assert {key.rpartition("/")[2] for key in keys} == {
        f"04-{GX}-1-1.json", f"04-{GX}-1-1.html", f"04-{GX}-1-2.json", f"04-{GX}-1-2.html"
    }  # fmt: skip
    assert {item.key for item in estate.office.archive.list("")} == keys


def test_renewal_backs_up_without_telling_secrets_and_is_judged_anew(estate: Estate) -> None:
    estate.back_up(estate.account("pangan"), days=100)
    estate.back_up(estate.account("sosial"), days=100)
    estate.play(DONE, FAILED)
    case = begun(estate, MAINTENANCE)
    backups.conclude_backups(proven(case))
    renewing = estate.case(case.ticket, "perbarui_cadangan")
    mended, broken = backups.services_to_renew(renewing)
    estate.back_up(mended, days=0)

    backups.renew(renewing, mended)
    backups.renew(renewing, broken)
    outcome = backups.conclude_renewal(renewing)

    first = estate.played.invocations[0]
    assert (first.variables["service_backup_name"], first.variables["service_backup_state"]) == ("pangan", "present")
    assert "sandi" not in str(first.variables)
    assert first.secrets["service_backup_password"] == "sandi-hosting-pangan-T-pangan"  # noqa: S105  # memory's own
    assert (outcome.hasil, outcome.keterangan) == (SELALU, "1 cadangan diperbarui; belum baik: sosial")
    assert states(case, backups.RENEWED) == {"hosting/pangan": "segar", "hosting/sosial": "usang"}
    seen = estate.office.observations.of_case(case.ticket.number, RENEWAL)
    assert {key: item.passed for key, item in seen.items()} == {mended: True, broken: False}


def test_service_taken_away_is_not_backed_up(estate: Estate) -> None:
    key = estate.account("pangan")
    case = begun(estate, MAINTENANCE)
    backups.conclude_backups(proven(case))
    estate.take_away(key)

    assert backups.services_to_renew(case) == []
    backups.renew(estate.case(case.ticket, "perbarui_cadangan"), key)
    assert estate.played.invocations == []
