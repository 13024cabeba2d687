"""Addresses that no other service shares, and passwords that follow from the key file alone."""

from __future__ import annotations

import hmac
from pathlib import Path

import pytest

from laksana.backups.places import BackupPlaces
from laksana.errors import BackupError

KEY = "k" * 40


@pytest.fixture
def places(tmp_path: Path) -> BackupPlaces:
    (tmp_path / "key").write_text(f"{KEY}\n")
    (tmp_path / "access").write_text("AKSES\n")
    (tmp_path / "secret").write_text("Marka-rahasia\n")
    return BackupPlaces.on_s3(
        url="https://store1:8333/", bucket="cadangan", region="id-1", key_file=tmp_path / "key",
        access_key_file=tmp_path / "access", secret_key_file=tmp_path / "secret", ca_file=tmp_path / "ca.crt",
    )  # fmt: skip


def test_service_has_its_address_and_password(places: BackupPlaces) -> None:
    access = places.access("hosting", "perikanan", "LKS-2026-0001")

    assert access.repository == "s3:https://store1:8333/cadangan/hosting/perikanan/LKS-2026-0001"
    assert access.password == hmac.digest(KEY.encode(), b"hosting/perikanan/LKS-2026-0001", "sha256").hex()
    assert (access.access_key, access.secret_key, access.region) == ("AKSES", "Marka-rahasia", "id-1")
    assert not any(secret in repr(access) for secret in access.secrets())


def test_no_two_services_share_address_or_password(places: BackupPlaces) -> None:
    services = [
        ("hosting", "perikanan", "LKS-1"), ("hosting", "perikanan", "LKS-2"), ("vps", "perikanan", "LKS-1"),
        ("hosting", "perikanan", "LKS/1"), ("hosting", "perikanan", "LKS:1"),
    ]  # fmt: skip
    found = [places.access(*service) for service in services]

    assert len({access.repository for access in found}) == len({access.password for access in found}) == len(services)
    assert {access.repository.count("/") for access in found} == {6}


@pytest.mark.parametrize(
    "service",
    [
        ("hosting", "../lain", "LKS-1"), ("hosting", "a..b", "LKS-1"), ("Hosting", "a", "LKS-1"), ("hosting", "a", ""),
        ("hosting", "a", "x/../../y"), ("hosting", "a b", "LKS-1"), ("hosting", "a\n", "LKS-1"),
    ],
)  # fmt: skip
def test_name_that_leads_elsewhere_is_refused(places: BackupPlaces, service: tuple[str, str, str]) -> None:
    with pytest.raises(BackupError, match="can't be part of a repository's address"):
        places.access(*service)


def test_key_file_that_is_missing_or_short_is_refused(places: BackupPlaces) -> None:
    places.key_file.write_text("pendek")
    with pytest.raises(BackupError, match="key is too short"):
        places.access("hosting", "a", "LKS-1")
    places.key_file.unlink()
    with pytest.raises(BackupError, match="put the key file back"):
        places.access("hosting", "a", "LKS-1")
