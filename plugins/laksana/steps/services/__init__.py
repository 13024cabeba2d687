"""What the office provides, one module a kind of service; ``service_of`` finds the one that a case is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from laksana.steps.services.api import Matter, ServiceKind
from laksana.steps.services.growth import VpsResource
from laksana.steps.services.handwork import Handwork
from laksana.steps.services.hosting import Hosting
from laksana.steps.services.subdomain import Subdomain
from laksana.steps.services.vps_local import LocalVps
from laksana.steps.services.vps_pdn import PdnVps

if TYPE_CHECKING:
    from laksana.steps.case import Case

SERVICES: dict[str, ServiceKind] = {
    "sub-domain": Subdomain(),
    "hosting": Hosting(),
    "vps-pusat-komputasi": LocalVps(),
    "vps-pdn": PdnVps(),
    "resource-vps": VpsResource(),
}
"""``jenis_layanan`` of the spec → what it means; a test compares the names with the spec's own table."""
HANDWORK = Handwork()


def service_of(case: Case) -> ServiceKind:
    """Return the kind of service that a case is about."""
    return SERVICES[case.service or case.spec.jenis_layanan]


def matter_of(case: Case) -> Matter:
    """Return what a case's letters are about: its kind of service, or what people carry out by hand."""
    return service_of(case) if case.service or case.spec.jenis_layanan else HANDWORK


def subject_of(case: Case) -> str:
    """Return the name of what is asked for, as letters and gates call it; empty where nobody asks for anything."""
    return matter_of(case).name(case) if case.service or case.spec.formulir else ""
