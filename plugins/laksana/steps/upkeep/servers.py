"""Virtual servers while they are kept up (SOPs 5, 6, 8 and 9): SSH from outside, units and use from inside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from laksana.checks.inside import probe
from laksana.checks.liveness import check_ssh
from laksana.steps.services.servers import LOCAL, PDN, REGISTRY_KIND
from laksana.steps.upkeep.api import SERVER, Backup, Looked
from laksana.steps.upkeep.entries import entry_of, joined, percents

if TYPE_CHECKING:
    from laksana.office import Office
    from laksana.registry.services import Service

PATHS = ("/etc", "/home", "/srv")
"""What a server's backup holds: settings, homes and data."""
_WEB, _PHP, _DATABASE = "nginx.service", "php8.2-fpm.service", "mariadb.service"
STACKS = {
    "kosong": (),
    "nginx": (_WEB,),
    "nginx-php": (_WEB, _PHP),
    "nginx-php-mariadb": (_WEB, _PHP, _DATABASE),
}
"""Software that the office installed at an agency's wish → its units."""


class KeptServer:
    """Virtual servers of one place."""

    registry_kind = REGISTRY_KIND

    def __init__(self, place: str, noun: str) -> None:
        self.place = place
        self.noun = noun

    def look(self, office: Office, service: Service, *, now: datetime) -> Looked:  # noqa: ARG002  # as the others
        """Ask SSH from outside whether it is the known server, then the server itself for its units and use."""
        known = service.specification
        address, port, key = str(known.get("address", "")), int(known.get("port", 22)), str(known.get("host_key", ""))
        outside = check_ssh(service.name, address=address, port=port, host_key=key)
        if not outside.passed:
            return Looked(outside, {})
        inside = probe(
            service.name, address=address, port=port, host_key=key, entry=entry_of(office.settings),
            units=units_of(service),
        )  # fmt: skip
        return Looked(joined(outside, inside), percents(inside))

    def values(self, office: Office, service: Service) -> Mapping[str, Any]:  # noqa: ARG002  # others ask the settings
        """Return what playbooks may get of a server."""
        known = service.specification
        return {
            "nama": service.name, "tiket": service.ticket, "address": known.get("address", ""),
            "port": int(known.get("port", 22)), "host_key": known.get("host_key", ""), "units": list(units_of(service)),
        }  # fmt: skip

    def backup(self, office: Office, service: Service) -> Backup:  # noqa: ARG002  # others ask the settings
        """Back up settings, homes and data."""
        return Backup(SERVER, PATHS)


def units_of(service: Service) -> tuple[str, ...]:
    """Return the units that must run on a server: those of the software that the office installed there."""
    return STACKS.get(str(service.specification.get("stack", "")), ())


LOCAL_SERVER = KeptServer(LOCAL, "VPS Pusat Komputasi")
PDN_SERVER = KeptServer(PDN, "VPS PDN")
