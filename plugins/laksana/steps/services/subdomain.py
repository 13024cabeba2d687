"""A name below the regency's zone that the proxy passes on to an application (SOP 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from laksana.checks.names import check_label, check_name_free, check_target
from laksana.checks.reachability import check_subdomain
from laksana.records import CheckItem, CheckReport
from laksana.registry.services import RESERVED, Service
from laksana.steps.services.api import Registered, Verdict, held_by_other, reserved_item

if TYPE_CHECKING:
    from laksana.steps.case import Case


class Subdomain(Registered):
    """Sub-domains."""

    registry_kind = "subdomain"
    noun = "sub domain"
    asks_system = False

    def name(self, case: Case) -> str:
        """Return the full name asked for."""
        return full_name(case)

    def check(self, case: Case, what: str) -> Verdict:  # noqa: ARG002  # has one check only
        """Check name and address, and reserve the name (SOP 11 step 3)."""
        settings = case.office.settings
        schema = case.spec.formulir["properties"]["label"]
        items = [
            *check_label(str(case.form["label"]), reserved=schema["not"]["enum"], zone=settings.dns_zone),
            *check_target(
                str(case.form["alamat_tujuan"]), settings.networks(), must_be_public=settings.target_must_be_public
            ),
        ]
        reasons = list(CheckReport(tuple(items)).reasons())
        if not reasons:
            more, against = claim_name(case, target=str(case.form["alamat_tujuan"]), port=int(case.form["port_tujuan"]))
            items += more
            reasons += against
        return Verdict(CheckReport(tuple(items)), tuple(reasons), f"nama {self.name(case)} dapat dipakai")

    def applied(self, case: Case, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the step's output shows."""
        return {"nama": self.name(case), "alamat": case.office.settings.proxy_address, **facts}

    def test(self, case: Case) -> CheckReport:
        """Ask the name server, then get a page by name through the proxy (SOP 11 step 5)."""
        settings = case.office.settings
        return check_subdomain(self.name(case), dns_server=settings.dns_server, expected_address=settings.proxy_address)

    def letter_values(self, case: Case) -> Mapping[str, str]:
        """Return what the reply says about it."""
        return {"nama_lengkap": self.name(case), "alamat": str(case.form["alamat_tujuan"])}


def full_name(case: Case) -> str:
    """Return the full name of the label in the form."""
    return f"{case.form['label']}.{case.office.settings.dns_zone}"


def claim_name(case: Case, *, target: str, port: int) -> tuple[list[CheckItem], list[str]]:
    """See that a name is free in DNS and reserve it; return what was looked at, and what speaks against it."""
    name = full_name(case)
    registry = case.office.registry
    mine = registry.find(Subdomain.registry_kind, name)
    items: list[CheckItem] = []
    if mine is None or mine.ticket != case.ticket.number:
        in_dns = check_name_free(name, case.office.settings.dns_server)
        items.extend(in_dns.items)
        if not in_dns.passed:
            return items, [f"nama {name} sudah dipakai"]
    held = registry.reserve(
        Service(
            kind=Subdomain.registry_kind, name=name, owner=case.owner, contact=case.contact,
            specification={"target": target, "port": port}, place="proxy", ticket=case.ticket.number, state=RESERVED,
            since=case.now, phone=case.phone,
        )
    )  # fmt: skip
    if held.ticket == case.ticket.number:
        return [*items, reserved_item()], []
    item, reason = held_by_other(Subdomain.noun, name)
    return [*items, item], [reason]
