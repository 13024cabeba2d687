"""What is kept up of each kind of service: where it is backed up, and what its playbooks get."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from laksana.office import Office
from laksana.registry.services import ACTIVE, Service
from laksana.settings import Settings
from laksana.spec.vocabulary import SERVICE_VALUES
from laksana.steps.upkeep.api import HOSTING, SERVER
from laksana.steps.upkeep.kinds import KEPT
from laksana.steps.upkeep.servers import STACKS

AT = datetime(2026, 11, 25, 1, tzinfo=UTC)
ROWS = {
    "hosting": ("hosting", "perikanan", {"site": "perikanan.gresikkab.go.id", "quota_mb": 64, "database": "mariadb"}),
    "sub-domain": ("subdomain", "perikanan.gresikkab.go.id", {"target": "10.77.0.13", "port": 8080}),
    "vps-pdn": ("vps", "perikanan", {"address": "10.77.0.16", "port": 2222, "host_key": "k", "stack": "nginx"}),
    "vps-pusat-komputasi": ("vps", "perikanan", {"address": "10.78.0.21", "host_key": "k"}),
}


def row(kind: str) -> Service:
    registry_kind, name, specification = ROWS[kind]
    return Service(registry_kind, name, "Dinas Perikanan", "Siti", specification, KEPT[kind].place, "SD-1", ACTIVE, AT)


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_specs_may_name_exactly_what_a_kind_gives_its_playbooks(kind: str) -> None:
    """A new quota is the one value that comes from the step rather than from the row."""
    assert set(KEPT[kind].values(Office(Settings()), row(kind))) | {"kuota_baru", "units"} >= SERVICE_VALUES[kind]


def test_names_label_is_without_the_zone() -> None:
    assert KEPT["sub-domain"].values(Office(Settings()), row("sub-domain"))["label"] == "perikanan"


def test_backups_are_taken_where_the_data_is() -> None:
    office = Office(Settings())
    account, server = (KEPT[kind].backup(office, row(kind)) for kind in ("hosting", "vps-pdn"))

    assert account is not None
    assert server is not None
    assert (account.target, account.paths, account.database) == (HOSTING, ("/srv/hosting/perikanan",), "perikanan")
    assert (server.target, "/etc" in server.paths) == (SERVER, True)
    assert KEPT["sub-domain"].backup(office, row("sub-domain")) is None


def test_what_a_provider_keeps_is_the_providers_to_back_up() -> None:
    assert KEPT["hosting"].backup(Office(Settings(hosting_provider="cpanel")), row("hosting")) is None


def test_units_of_the_software_that_the_office_installed_must_run() -> None:
    assert KEPT["vps-pdn"].values(Office(Settings()), row("vps-pdn"))["units"] == ["nginx.service"]


def test_every_software_that_can_be_asked_for_has_its_units() -> None:
    spec = Office(Settings()).spec("permohonan-vps-pdn")

    assert set(spec.formulir["properties"]["perangkat_lunak"]["enum"]) == set(STACKS)
