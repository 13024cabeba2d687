"""Settings come from the environment once; what can't be read is said with the variable's name."""

from __future__ import annotations

from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from laksana.errors import SettingsError
from laksana.settings import Settings


def test_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_every_setting_can_be_set() -> None:
    found = Settings.from_environment({f"LAKSANA_{field.name.upper()}": "1" for field in fields(Settings)})

    assert all(getattr(found, field.name) in {"1", Path("1"), True} for field in fields(Settings))


def test_folders_become_paths_and_others_are_left_alone() -> None:
    found = Settings.from_environment({"LAKSANA_STATE_DIR": "/srv/laksana", "STATE_DIR": "/x", "LAKSANA_OTHER": "x"})

    assert found == Settings(state_dir=Path("/srv/laksana"))


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("TRUE", True), ("1", True), ("false", False), ("0", False)]
)
def test_switch(text: str, expected: bool) -> None:
    assert Settings.from_environment({"LAKSANA_TARGET_MUST_BE_PUBLIC": text}).target_must_be_public is expected


def test_bad_switch_is_refused_in_one_line() -> None:
    with pytest.raises(SettingsError, match=r"^LAKSANA_TARGET_MUST_BE_PUBLIC='ya' .* \(allowed: true, false, 1, 0\)$"):
        Settings.from_environment({"LAKSANA_TARGET_MUST_BE_PUBLIC": "ya"})


@pytest.mark.parametrize("text", ["-1", "1.5", "satu", ""])
def test_number_that_is_none_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(
        SettingsError, match=rf"^LAKSANA_ARCHIVE_LOCK_DAYS='{text}' is no whole number \(allowed: digits\)$"
    ):
        Settings.from_environment({"LAKSANA_ARCHIVE_LOCK_DAYS": text})


def test_authority_of_the_s3_server_may_be_none() -> None:
    assert not Settings.from_environment({"LAKSANA_S3_CA_FILE": ""}).s3_ca_file


def test_networks_are_read() -> None:
    assert Settings(target_networks=" 10.77.0.0/24,2001:db8::/32 ,").networks() == (
        ip_network("10.77.0.0/24"), ip_network("2001:db8::/32"),
    )  # fmt: skip
    assert Settings(target_networks="").networks() == ()


def test_bad_network_names_the_variable() -> None:
    with pytest.raises(SettingsError, match=r"^LAKSANA_TARGET_NETWORKS: .*allowed: networks like"):
        Settings(target_networks="10.77.0.1/24").networks()
