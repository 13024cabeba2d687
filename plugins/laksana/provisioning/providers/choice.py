"""Which outside provider keeps which playbook's service, by the settings; opens nothing and calls nobody."""

from __future__ import annotations

from laksana.errors import SettingsError
from laksana.provisioning.playbooks import Elsewhere
from laksana.provisioning.providers.dns_record import CloudflareDns
from laksana.provisioning.providers.hosting_account import CpanelHosting
from laksana.settings import Settings

DNS_PROVIDERS = ("bind", "cloudflare")
HOSTING_PROVIDERS = ("own", "cpanel")


def providers_of(settings: Settings) -> dict[str, Elsewhere]:
    """Return the playbooks whose service, or a part of it, an outside provider keeps.

    Raises:
        SettingsError: a provider's name is unknown.
    """
    found: dict[str, Elsewhere] = {}
    if _chosen("LAKSANA_DNS_PROVIDER", settings.dns_provider, DNS_PROVIDERS) == "cloudflare":
        # The proxy's virtual host stays ours; the variable keeps the playbook from our own name server.
        found["subdomain"] = Elsewhere(CloudflareDns(settings), {"subdomain_dns": False})
    if _chosen("LAKSANA_HOSTING_PROVIDER", settings.hosting_provider, HOSTING_PROVIDERS) == "cpanel":
        found["hosting_account"] = Elsewhere(CpanelHosting(settings))
    return found


def _chosen(setting: str, name: str, allowed: tuple[str, ...]) -> str:
    if name not in allowed:
        raise SettingsError(f"{setting}={name!r} is no provider (allowed: {', '.join(allowed)})")
    return name
