"""Rules about a request that its schema can't say, by the name a field's ``x-aturan`` gives; one set for every door."""

from __future__ import annotations

from typing import Any

from laksana.checks.names import check_target
from laksana.errors import Problem
from laksana.intake.forms import Rule
from laksana.office import Office


def request_rules(office: Office, *, own_ticket: str = "") -> dict[str, Rule]:
    """Return the rules of an installation.

    Args:
        office: the installation.
        own_ticket: ticket whose own reservation does not count as taken (a request that is being completed).
    """

    def target_allowed(address: Any) -> Problem | None:
        if str(address) == office.settings.proxy_address:
            return Problem("alamat", "alamat ini milik proxy", "isi alamat peladen aplikasi", key="alamat_tujuan")
        items = check_target(
            str(address), office.settings.networks(), must_be_public=office.settings.target_must_be_public
        )
        for item in items:
            if not item.passed:
                return Problem(
                    "alamat", f"{item.name}: {item.found}", f"yang diterima: {item.expected}", key="alamat_tujuan"
                )
        return None

    def name_not_registered(label: Any) -> Problem | None:
        name = f"{label}.{office.settings.dns_zone}"
        taken = office.registry.find("subdomain", name)
        if taken is None or taken.ticket == own_ticket:
            return None
        return Problem("terpakai", f"nama {name} sudah dipakai", "pilih nama lain", key="label")

    return {"alamat-tujuan": target_allowed, "nama-belum-terdaftar": name_not_registered}
