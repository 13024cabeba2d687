"""A hosting account with its site, FTPS access and database, and the sub-domain that leads to it (SOP 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from laksana.checks.hosting import check_hosting
from laksana.checks.names import check_label
from laksana.records import CheckItem, CheckReport
from laksana.registry.services import RESERVED, Service, Shortage
from laksana.steps.services.api import Credential, Registered, Verdict, held_by_other
from laksana.steps.services.subdomain import Subdomain, claim_name, full_name

if TYPE_CHECKING:
    from laksana.steps.case import Case

SITE_PORT = 80


class Hosting(Registered):
    """Hosting accounts."""

    registry_kind = "hosting"
    noun = "akun hosting"

    def name(self, case: Case) -> str:
        """Return the account's login name."""
        return str(case.form["pengguna"])

    def check(self, case: Case, what: str) -> Verdict:  # noqa: ARG002  # has one check only
        """Check the site's name and the host's room, and reserve both (SOP 1 step 3, ruling R2)."""
        settings = case.office.settings
        schema = case.spec.formulir["properties"]["label"]
        items = list(check_label(str(case.form["label"]), reserved=schema["not"]["enum"], zone=settings.dns_zone))
        reasons = list(CheckReport(tuple(items)).reasons())
        if not reasons:
            more, against = self._claim_account(case)
            items += more
            reasons += against
        if not reasons:
            more, against = self._claim_site(case)
            items += more
            reasons += against
        if reasons:
            self.withdraw(case)
        return Verdict(CheckReport(tuple(items)), tuple(reasons), f"akun {self.name(case)} dapat dibuat")

    def _claim_account(self, case: Case) -> tuple[list[CheckItem], list[str]]:
        """Reserve login name and room on the hosting host."""
        quota = int(case.form["kuota_mb"])
        limit = case.office.settings.hosting_capacity_mb
        held = case.office.registry.reserve_room(
            Service(
                kind=self.registry_kind, name=self.name(case), owner=case.owner, contact=case.contact,
                specification={
                    "user": self.name(case), "quota_mb": quota, "database": case.form["basis_data"],
                    "site": full_name(case),
                },
                place="hosting", ticket=case.ticket.number, state=RESERVED, since=case.now, phone=case.phone,
            ),
            limits={"quota_mb": limit}, at=case.now,
        )  # fmt: skip
        if isinstance(held, Shortage):
            item = CheckItem("Ruang pada peladen hosting", passed=False, expected=f"{quota} MB", found=held.as_words())
            return [item], [held.as_words()]
        if held.ticket != case.ticket.number:
            item, reason = held_by_other(self.noun, self.name(case))
            return [item], [reason]
        return [CheckItem("Ruang pada peladen hosting", passed=True, expected=f"{quota} MB", found="dipesan")], []

    def _claim_site(self, case: Case) -> tuple[list[CheckItem], list[str]]:
        """Reserve the site's name, or find that it leads to the hosting host for the same agency already."""
        settings = case.office.settings
        known = case.office.registry.find(Subdomain.registry_kind, full_name(case))
        if known is None or known.ticket == case.ticket.number:
            return claim_name(case, target=settings.hosting_address, port=SITE_PORT)
        fits = self._leads_here(case, known)
        found = "milik pemohon, sudah menuju peladen hosting" if fits else "dipakai untuk layanan lain"
        item = CheckItem(f"Nama {known.name}", passed=fits, expected="baru, atau milik pemohon", found=found)
        return [item], [] if fits else [f"nama {known.name} sudah dipakai"]

    def _leads_here(self, case: Case, known: Service) -> bool:
        rivals = [
            row.name
            for row in case.office.registry.list(kind=self.registry_kind)
            if row.specification.get("site") == known.name and row.ticket != case.ticket.number
        ]
        leads_here = known.specification.get("target") == case.office.settings.hosting_address
        return case.is_of(known.owner) and leads_here and not rivals

    def playbooks(self, case: Case, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Leave the sub-domain's playbook out where the name was there before."""
        known = case.office.registry.find(Subdomain.registry_kind, full_name(case))
        new = known is None or known.ticket == case.ticket.number
        return tuple(name for name in wanted if new or name != "subdomain")

    def locks(self, case: Case) -> tuple[str, ...]:
        """Name account and site."""
        return (self.name(case), full_name(case))

    def test(self, case: Case) -> CheckReport:
        """Log in by FTPS, upload a page and get it by name, as the agency would (SOP 1 step 5)."""
        settings = case.office.settings
        return check_hosting(
            full_name(case), address=settings.hosting_address, host_name=settings.hosting_host_name,
            ca_file=settings.hosting_ca_file, user=self.name(case),
            password=case.office.secrets.get(case.ticket.number, "sandi"), web_address=settings.proxy_address,
        )  # fmt: skip

    def settle(self, case: Case) -> None:
        """Enter account and site as working."""
        super().settle(case)
        case.office.registry.activate(
            Subdomain.registry_kind, full_name(case), ticket=case.ticket.number, at=case.now,
            expires_on=case.renewal_date,
        )  # fmt: skip

    def withdraw(self, case: Case) -> None:
        """Take account and site out of the registry."""
        super().withdraw(case)
        case.office.registry.remove(Subdomain.registry_kind, full_name(case), ticket=case.ticket.number, at=case.now)

    def letter_values(self, case: Case) -> Mapping[str, str]:
        """Return what the reply says about it."""
        found = self.reserved(case)
        database = str(found.get("database_name") or case.form["basis_data"])
        return {
            "alamat_situs": f"http://{full_name(case)}/", "alamat_ftp": case.office.settings.hosting_host_name,
            "porta_ftp": str(found.get("ftp_port", 21)), "pengguna": self.name(case),
            "kuota": f"{case.form['kuota_mb']} MB", "basis_data": "" if database == "tidak" else database,
        }  # fmt: skip

    def credentials(self, case: Case) -> tuple[Credential, ...]:
        """Name the account's password, and the database's where there is one."""
        found = [Credential("Kata sandi FTPS", "sandi")]
        if case.form["basis_data"] != "tidak":
            found.append(Credential("Kata sandi basis data", "sandi-basis-data"))
        return tuple(found)

    def applied(self, case: Case, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep what the playbook found out; the database's name apart from whether one was asked for."""
        kept = {key: value for key, value in facts.items() if key != "database"}
        database = facts.get("database")
        if database and database not in {"tidak", case.form["basis_data"]}:
            kept["database_name"] = database
        return {**super().applied(case, kept), "situs": full_name(case)}
