"""What routine SOPs do: which services a step goes through, what is done for each, and what is concluded from it."""

from __future__ import annotations

from collections.abc import Callable

from laksana.steps.case import Case, Outcome
from laksana.steps.upkeep import backups, coordination, growth, looking, reporting, resources
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.rounds import open_round


def _open(case: Case) -> Outcome:
    return open_round(case, kept_of(case))


def _listing(select: Callable[[Case], list[str]]) -> Callable[[Case], list[str]]:
    """Have a step's services noted when they are named."""

    def listing(case: Case) -> list[str]:
        keys = select(case)
        record = {"layanan": keys}
        case.casefile.put(f"{LISTED}{case.step.no}", record, step=case.step.no, attempt=case.attempt, at=case.now)
        return keys

    return listing


def _concluding(conclude: Callable[[Case], Outcome]) -> Callable[[Case], Outcome]:
    """Have a step concluded only where its services were named.

    A conclusion waits for all before it however they end, so that one broken service does not stop a round. It runs
    then also where an earlier step failed and nothing was looked at: that must not pass for a round with nothing found.
    """

    def concluding(case: Case) -> Outcome:
        case.casefile.get(f"{LISTED}{case.step.no}")
        return conclude(case)

    return concluding


LISTED = "daftar layanan langkah "
SELECTIONS: dict[str, Callable[[Case], list[str]]] = {
    "periksa_status": _listing(looking.services_to_look_at),
    "aktifkan": _listing(looking.services_to_activate),
    "periksa_cadangan": _listing(backups.services_to_prove),
    "perbarui_cadangan": _listing(backups.services_to_renew),
    "periksa_resource": _listing(resources.services_to_measure),
    "tambah_kuota": _listing(resources.services_over),
}
"""Kind of work → the services that it goes through."""
EACH: dict[str, Callable[[Case, str], None]] = {
    "periksa_status": looking.look_at,
    "aktifkan": looking.activate,
    "periksa_cadangan": backups.prove,
    "perbarui_cadangan": backups.renew,
    "periksa_resource": resources.measure,
    "tambah_kuota": resources.raise_quota,
}
"""Kind of work → what is done for one service."""
UPKEEP: dict[str, Callable[[Case], Outcome]] = {
    "akses": _open,
    "periksa_status": _concluding(looking.conclude_status),
    "aktifkan": _concluding(looking.conclude_activation),
    "periksa_cadangan": _concluding(backups.conclude_backups),
    "perbarui_cadangan": _concluding(backups.conclude_renewal),
    "periksa_resource": _concluding(resources.conclude_resources),
    "tambah_kuota": _concluding(resources.conclude_quota),
    "koordinasi": coordination.coordinate,
    "tambah_resource": growth.add_resources,
    "konfigurasi_tambahan": growth.add_resources,
    "uji_tambahan": growth.test_added,
    "batalkan_tambahan": growth.undo_added,
    "laporan_rutin": reporting.draft_report,
    "arsip": reporting.archive_report,
}
"""Kind of work → what is concluded, or done in one go."""
