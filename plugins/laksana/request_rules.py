"""Rules about a request that its schema can't say, by the name a field's ``x-aturan`` gives; one set for every door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from laksana.checks.names import check_target
from laksana.errors import Problem
from laksana.intake.forms import Rule
from laksana.office import Office
from laksana.posts.holders import APPLICANT
from laksana.registry.services import ACTIVE, Service

Form = Mapping[str, Any]


def request_rules(office: Office, *, own_ticket: str = "", applicant: str = "") -> dict[str, Rule]:
    """Return the rules of an installation.

    Args:
        office: the installation.
        applicant: login of who asks; a request may only be for the agency of that login.
        own_ticket: ticket whose own reservation does not count as taken (a request that is being completed).
    """
    rules = _Rules(office, own_ticket, applicant)
    return {
        "alamat-tujuan": rules.target_allowed,
        "instansi-pemohon": rules.agency_is_own,
        "nama-belum-terdaftar": rules.name_not_registered,
        "nama-situs-bebas": rules.site_free_or_own,
        "nama-akun-bebas": rules.account_free,
        "nama-vps-bebas": rules.server_name_free,
        "vps-milik-pemohon": rules.server_is_own,
        "ada-tambahan": rules.asks_for_more,
    }


def agency_of(office: Office, applicant: str, on: date) -> str:
    """Return the agency that a login asks for, empty where it may ask for any (or is no login of an applicant)."""
    person = office.holders.find(APPLICANT, applicant, on) if applicant else None
    return person.agency if person else ""


class _Rules:
    """The rules, with what they ask."""

    def __init__(self, office: Office, own_ticket: str, applicant: str) -> None:
        self._office = office
        self._own_ticket = own_ticket
        self._applicant = applicant

    def agency_is_own(self, agency: Any, form: Form) -> Problem | None:  # noqa: ARG002  # all have one signature
        """Allow only the applicant's own agency: what is asked for can touch what that agency has."""
        own = agency_of(self._office, self._applicant, self._office.today())
        if not own or own.casefold() == str(agency).casefold():
            return None
        return Problem("instansi", f"akun Anda terdaftar untuk {own}", f"isi {own}", key="perangkat_daerah")

    def target_allowed(self, address: Any, form: Form) -> Problem | None:  # noqa: ARG002  # see above
        """Allow an address of the permitted networks that is not the proxy's own."""
        settings = self._office.settings
        if str(address) == settings.proxy_address:
            return Problem("alamat", "alamat ini milik proxy", "isi alamat peladen aplikasi", key="alamat_tujuan")
        for item in check_target(str(address), settings.networks(), must_be_public=settings.target_must_be_public):
            if not item.passed:
                return Problem(
                    "alamat", f"{item.name}: {item.found}", f"yang diterima: {item.expected}", key="alamat_tujuan"
                )
        return None

    def name_not_registered(self, label: Any, form: Form) -> Problem | None:  # noqa: ARG002  # see above
        """Refuse a sub-domain that is registered."""
        return self._taken("subdomain", self._full(label), "label")

    def site_free_or_own(self, label: Any, form: Form) -> Problem | None:
        """Refuse a site's name that another agency has; one's own may get a hosting account (ruling R2)."""
        found = self._other("subdomain", self._full(label))
        if found is None or found.owner.casefold() == str(form.get("perangkat_daerah", "")).casefold():
            return None
        return self._taken("subdomain", self._full(label), "label")

    def account_free(self, user: Any, form: Form) -> Problem | None:  # noqa: ARG002  # see above
        """Refuse a hosting login that is registered."""
        return self._taken("hosting", str(user), "pengguna")

    def server_name_free(self, name: Any, form: Form) -> Problem | None:  # noqa: ARG002  # see above
        """Refuse a server's name that is registered."""
        return self._taken("vps", str(name), "nama_vps")

    def server_is_own(self, name: Any, form: Form) -> Problem | None:
        """Accept only a server in use that belongs to the agency."""
        owner = str(form.get("perangkat_daerah", ""))
        if self.agency_is_own(owner, form) is not None:
            return None  # said there; a list of that agency's servers is none of the applicant's business
        rows = [row for row in self._office.registry.list(kind="vps") if row.state == ACTIVE]
        mine = sorted(row.name for row in rows if row.owner.casefold() == owner.casefold())
        if str(name) in mine:
            return None
        hint = f"VPS {owner}: {', '.join(mine)}" if mine else f"{owner or 'Perangkat Daerah ini'} belum memiliki VPS"
        return Problem("vps", f"VPS {name} bukan milik {owner}", hint, key="nama_vps")

    def asks_for_more(self, value: Any, form: Form) -> Problem | None:  # noqa: ARG002  # see above
        """Refuse a growth of nothing."""
        if any(form.get(name) for name in ("tambah_vcpu", "tambah_memori_mb", "tambah_disk_gb")):
            return None
        hint = "isi paling sedikit satu dari vCPU, memori, atau disk"
        return Problem("tambahan", "tidak ada resource yang ditambah", hint, key="tambah_vcpu")

    def _full(self, label: Any) -> str:
        return f"{label}.{self._office.settings.dns_zone}"

    def _other(self, kind: str, name: str) -> Service | None:
        found = self._office.registry.find(kind, name)
        return None if found is None or found.ticket == self._own_ticket else found

    def _taken(self, kind: str, name: str, key: str) -> Problem | None:
        if self._other(kind, name) is None:
            return None
        return Problem("terpakai", f"nama {name} sudah dipakai", "pilih nama lain", key=key)
