"""The kinds of services that are kept up, by the ``jenis_layanan`` of the routine SOPs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from laksana.steps.upkeep.api import KeptKind
from laksana.steps.upkeep.hosting import KeptAccount
from laksana.steps.upkeep.servers import LOCAL_SERVER, PDN_SERVER
from laksana.steps.upkeep.subdomain import KeptName

if TYPE_CHECKING:
    from laksana.steps.case import Case

KEPT: dict[str, KeptKind] = {
    "hosting": KeptAccount(),
    "sub-domain": KeptName(),
    "vps-pdn": PDN_SERVER,
    "vps-pusat-komputasi": LOCAL_SERVER,
}
"""A test compares the names with the specs' own."""


def kept_of(case: Case) -> KeptKind:
    """Return the kind of service that a routine case looks after."""
    return KEPT[case.spec.jenis_layanan]
