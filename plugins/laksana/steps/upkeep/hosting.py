"""Hosting accounts while they are kept up (SOPs 2 and 3): the site by name, FTPS, quota, pool and virtual host."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from laksana.checks.inside import probe_account
from laksana.checks.liveness import check_account
from laksana.steps.upkeep.api import HOSTING, Backup, Looked
from laksana.steps.upkeep.entries import entry_of, joined, percents

if TYPE_CHECKING:
    from laksana.office import Office
    from laksana.registry.services import Service

OWN = "own"
"""Provider of accounts on the office's own host."""
HOMES = "/srv/hosting"
"""Where the hosting host keeps the accounts' homes."""


class KeptAccount:
    """Hosting accounts."""

    registry_kind = "hosting"
    place = "hosting"
    noun = "akun hosting"

    def look(self, office: Office, service: Service, *, now: datetime) -> Looked:
        """Ask for the site by name, for the FTPS greeting, and on the host for pool, virtual host and quota."""
        settings = office.settings
        outside = check_account(
            service.name, str(service.specification.get("site", "")), address=settings.hosting_address,
            dns_server=settings.dns_server, web_address=settings.proxy_address, ca_file=settings.hosting_ca_file,
            now=now,
        )  # fmt: skip
        if settings.hosting_provider != OWN:
            return Looked(outside, {})  # a provider's server lets nobody look inside
        inside = probe_account(
            service.name,
            site=str(service.specification.get("site", "")),
            address=settings.hosting_address,
            entry=entry_of(settings),
            home=f"{HOMES}/{service.name}",
        )
        return Looked(joined(outside, inside), percents(inside))

    def values(self, office: Office, service: Service) -> Mapping[str, Any]:  # noqa: ARG002  # others ask the settings
        """Return what playbooks may get of an account."""
        known = service.specification
        return {
            "nama": service.name, "tiket": service.ticket, "site": known.get("site", ""),
            "quota_mb": known.get("quota_mb", 0), "database": known.get("database", "tidak"),
        }  # fmt: skip

    def backup(self, office: Office, service: Service) -> Backup | None:
        """Back up the home, and the database where there is one; what a provider keeps is the provider's to back up."""
        if office.settings.hosting_provider != OWN:
            return None
        has_database = service.specification.get("database", "tidak") != "tidak"
        database = str(service.specification.get("database_name") or service.name) if has_database else "tidak"
        return Backup(HOSTING, (f"{HOMES}/{service.name}",), database)
