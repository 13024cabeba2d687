"""What the office provides, one module a kind of service; ``service_of`` finds the one that a case is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from laksana.steps.services.api import ServiceKind
from laksana.steps.services.growth import VpsResource
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


def service_of(case: Case) -> ServiceKind:
    """Return the kind of service that a case is about."""
    return SERVICES[case.service or case.spec.jenis_layanan]


def subject_of(case: Case) -> str:
    """Return the name of what is asked for, as letters and gates call it; empty where the SOP provides nothing."""
    provides = case.service or (case.spec.jenis_layanan and case.spec.formulir)
    return service_of(case).name(case) if provides else ""
