"""Providers set up against their doubles, with little patience."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from laksana.provisioning.providers.calls import Patience
from laksana.provisioning.providers.dns_record import CloudflareDns
from laksana.provisioning.providers.hosting_account import CpanelHosting
from laksana.records import PlaybookOutcome
from laksana.settings import Settings
from tests.doubles import cloudflare as cloudflare_double
from tests.doubles import whm as whm_double
from tests.doubles.cloudflare import CloudflareDouble
from tests.doubles.serving import served
from tests.doubles.tls import TestAuthority, make_authority
from tests.doubles.whm import WhmDouble

TICKET = "SD-2026-000001"
OTHER = "SD-2026-000009"
QUICK = Patience(tries=3, first_wait=0.01, longest_wait=2.0, connect_seconds=2.0, answer_seconds=0.3)


@dataclass
class Dns:
    """Runs the verbs of the DNS provider against a double."""

    double: CloudflareDouble
    settings: Settings
    patience: Patience = QUICK
    variables: dict[str, Any] = field(
        default_factory=lambda: {
            "subdomain_label": "app", "subdomain_zone": "gresikkab.go.id", "subdomain_address": "10.77.0.12",
            "subdomain_target": "10.77.0.13", "subdomain_ticket": TICKET,
        }
    )  # fmt: skip

    def run(self, verb: str, *, cancelled: bool = False, **changed: Any) -> PlaybookOutcome:
        """Carry a verb out."""
        provider = CloudflareDns(self.settings, self.patience)
        return provider.run(verb, self.variables | changed, ticket=TICKET, cancelled=lambda: cancelled)


@dataclass
class Hosting:
    """Runs the verbs of the hosting provider against a double."""

    double: WhmDouble
    settings: Settings
    patience: Patience = QUICK
    variables: dict[str, Any] = field(
        default_factory=lambda: {
            "hosting_account_user": "perikanan", "hosting_account_name": "perikanan.gresikkab.go.id",
            "hosting_account_quota_mb": 512, "hosting_account_database": "mariadb", "hosting_account_ticket": TICKET,
            "hosting_account_password": PASSWORD, "hosting_account_database_password": DATABASE_PASSWORD,
        }
    )  # fmt: skip

    def run(self, verb: str, *, cancelled: bool = False, **changed: Any) -> PlaybookOutcome:
        """Carry a verb out."""
        provider = CpanelHosting(self.settings, self.patience)
        return provider.run(verb, self.variables | changed, ticket=TICKET, cancelled=lambda: cancelled)


PASSWORD = "marker-<ftps>&pass word-3Kd9"  # noqa: S105  # searched for in all that a run leaves
DATABASE_PASSWORD = 'marker-"mysql"/pass-8Zw1'  # noqa: S105  # so is this


def setup(folder: Path, **changed: Any) -> Settings:
    """Return settings whose files lie in a folder."""
    (folder / "cloudflare.token").write_text(f"{cloudflare_double.TOKEN}\n")
    (folder / "whm.token").write_text(f"{whm_double.TOKEN}\n")
    settings = Settings(
        state_dir=folder / "state", cloudflare_zone_id=cloudflare_double.ZONE_ID,
        cloudflare_token_file=folder / "cloudflare.token", whm_token_file=folder / "whm.token",
    )  # fmt: skip
    return replace(settings, **changed)


@pytest.fixture
def dns(tmp_path: Path) -> Iterator[Dns]:
    with served(CloudflareDouble()) as double:
        yield Dns(double, setup(tmp_path, cloudflare_api_url=double.url))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def hosting(tmp_path: Path, authority: TestAuthority) -> Iterator[Hosting]:
    with served(WhmDouble(authority.server)) as double:
        yield Hosting(double, setup(tmp_path, whm_api_url=double.address, whm_ca_file=authority.certificate))
