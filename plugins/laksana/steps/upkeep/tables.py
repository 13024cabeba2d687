"""What routine SOPs do: which services a step goes through, what is done for each, and what is concluded from it."""

from __future__ import annotations

from collections.abc import Callable

from laksana.steps.case import Case, Outcome
from laksana.steps.upkeep import backups, coordination, growth, looking, reporting, resources
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.rounds import open_round


def _open(case: Case) -> Outcome:
    return open_round(case, kept_of(case))


SELECTIONS: dict[str, Callable[[Case], list[str]]] = {
    "periksa_status": looking.services_to_look_at,
    "aktifkan": looking.services_to_activate,
    "periksa_cadangan": backups.services_to_prove,
    "perbarui_cadangan": backups.services_to_renew,
    "periksa_resource": resources.services_to_measure,
    "tambah_kuota": resources.services_over,
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
    "periksa_status": looking.conclude_status,
    "aktifkan": looking.conclude_activation,
    "periksa_cadangan": backups.conclude_backups,
    "perbarui_cadangan": backups.conclude_renewal,
    "periksa_resource": resources.conclude_resources,
    "tambah_kuota": resources.conclude_quota,
    "koordinasi": coordination.coordinate,
    "tambah_resource": growth.add_resources,
    "konfigurasi_tambahan": growth.add_resources,
    "uji_tambahan": growth.test_added,
    "batalkan_tambahan": growth.undo_added,
    "laporan_rutin": reporting.draft_report,
    "arsip": reporting.archive_report,
}
"""Kind of work → what is concluded, or done in one go."""
