"""How much room the hypervisor has, asked of the hypervisor itself; what is given away stands in the registry."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from laksana.errors import ProvisioningError, SettingsError
from laksana.steps.services.servers import LOCAL, REGISTRY_KIND, SIZES
from laksana.steps.wording import failure_text

if TYPE_CHECKING:
    from laksana.steps.case import Case

PLAYBOOK = "hypervisor_capacity"


@dataclass(frozen=True)
class Room:
    """What may be given away in all."""

    limits: Mapping[str, int]
    """``vcpu``, ``memory_mb`` and ``disk_gb`` for all virtual servers of the registry together."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the hypervisor said."""

    def asked(self, case: Case) -> str:
        """Say what the request asks for."""
        return f"{case.form['vcpu']} vCPU, memori {case.form['memori_mb']} MB, disk {case.form['disk_gb']} GB"


def room_of_hypervisor(case: Case) -> Room:
    """Ask the hypervisor what it has, and leave out what machines use beyond the registry.

    Raises:
        ProvisioningError: it can't be asked.
    """
    done = case.office.provisioner.apply(
        PLAYBOOK, {}, ticket=case.ticket.number, step=f"langkah-{case.step.no:02d}-kapasitas", attempt=case.attempt,
        cancelled=case.cancelled,
    )  # fmt: skip
    if not done.ok:
        raise ProvisioningError(failure_text(done))
    settings = case.office.settings
    facts = done.facts
    rows = case.office.registry.list(kind=REGISTRY_KIND)
    known = {row.name: row.specification for row in rows if row.place == LOCAL}
    whole = {
        "vcpu": int(facts["cpus"]) * settings.vps_overcommit,
        "memory_mb": int(facts["memory_mb"]) - settings.vps_reserve_memory_mb,
        "disk_gb": int(facts["disk_gb"]),
    }
    domains = facts.get("domains", ())
    limits = {key: whole[key] - sum(_unknown(domain, known, key) for domain in domains) for key in SIZES}
    return Room(limits, {"peladen": facts, "batas": limits})


def _unknown(domain: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], key: str) -> int:
    """Return what a machine has beyond its registry row: all of it for a stranger, what an undo could not take back."""
    registered = known.get(str(domain["name"]), {}).get(key) or 0
    return max(0, int(domain.get(key, 0)) - int(registered))


def address_pool(case: Case) -> tuple[str, ...]:
    """Return the addresses that virtual servers may get.

    Raises:
        SettingsError: the pool's setting is no range of addresses.
    """
    text = case.office.settings.vps_addresses
    try:
        first, last = (ipaddress.IPv4Address(part.strip()) for part in text.split("-"))
    except ValueError as error:
        message = f"LAKSANA_VPS_ADDRESSES={text!r} is no range (allowed: first-last, e.g. 10.78.0.20-10.78.0.99)"
        raise SettingsError(message) from error
    return tuple(str(ipaddress.IPv4Address(number)) for number in range(int(first), int(last) + 1))
