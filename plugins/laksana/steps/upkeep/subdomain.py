"""Sub-domains while they are kept up (SOPs 12 and 13): the name in DNS and the page behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from laksana.checks.inside import probe_site
from laksana.checks.liveness import check_site
from laksana.steps.upkeep.api import Looked
from laksana.steps.upkeep.entries import entry_of, joined

if TYPE_CHECKING:
    from laksana.office import Office
    from laksana.registry.services import Service


class KeptName:
    """Sub-domains."""

    registry_kind = "subdomain"
    place = "proxy"
    noun = "sub domain"

    def look(self, office: Office, service: Service, *, now: datetime) -> Looked:
        """Ask the name server, then for the page by name through the proxy, and the proxy for its site."""
        settings = office.settings
        status = check_site(
            service.name, dns_server=settings.dns_server, address=settings.proxy_address,
            ca_file=settings.hosting_ca_file, now=now,
        )  # fmt: skip
        proxy = probe_site(service.name, address=settings.proxy_address, entry=entry_of(settings))
        return Looked(joined(status, proxy), {})

    def values(self, office: Office, service: Service) -> Mapping[str, Any]:
        """Return what playbooks may get of a sub-domain."""
        known = service.specification
        return {
            "nama": service.name, "tiket": service.ticket, "target": known.get("target", ""),
            "port": int(known.get("port", 80)), "label": service.name.removesuffix(f".{office.settings.dns_zone}"),
        }  # fmt: skip

    def backup(self, office: Office, service: Service) -> None:  # noqa: ARG002  # has the signature of the others
        """Back up nothing: record and virtual host are made anew from the registry."""
        return
