"""What a machine says of itself, asked of the lab's hosts; who lets nobody in is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

import pytest

from laksana.checks.inside import Entry, probe, probe_site, resource_report
from laksana.settings import Settings

SETTINGS = Settings()
OFFICE = Entry(SETTINGS.ssh_user, SETTINGS.ssh_key_file, SETTINGS.ssh_known_hosts_file)
APP = "10.77.0.13"


@pytest.mark.parametrize(("percent", "passed"), [(79.9, True), (80.0, True), (80.1, False)])
def test_exactly_the_upper_limit_is_not_above_it(percent: float, passed: bool) -> None:
    assert resource_report({"disk": percent}, limit_percent=80).passed is passed


def test_every_resource_above_the_limit_is_named() -> None:
    report = resource_report({"disk": 91.4, "memory": 12, "quota": 85}, limit_percent=80)

    assert report.reasons() == (
        "Disk: 91 % (seharusnya paling banyak 80 %)", "Kuota: 85 % (seharusnya paling banyak 80 %)",
    )  # fmt: skip


@pytest.fixture
def stopped_unit(lab: ModuleType) -> Iterator[str]:
    lab.run_on("app1", "systemctl", "stop", "nginx")
    yield "nginx.service"
    lab.run_on("app1", "systemctl", "start", "nginx")


@pytest.mark.lab
@pytest.mark.usefixtures("lab")
def test_server_tells_its_use_and_its_units() -> None:
    report = probe("app1", address=APP, port=22, host_key="", entry=OFFICE, units=["nginx.service"])

    assert report.passed
    assert 0 < report.facts["memory_percent"] < 100
    assert report.facts["vcpu"] > 0


@pytest.mark.lab
def test_unit_that_does_not_run_is_named(stopped_unit: str) -> None:
    report = probe("app1", address=APP, port=22, host_key="", entry=OFFICE, units=[stopped_unit])

    assert report.reasons() == ("Layanan nginx.service: inactive (seharusnya active)",)


@pytest.mark.lab
@pytest.mark.usefixtures("lab")
def test_proxy_is_asked_for_its_own_sites() -> None:
    assert not probe_site("tidak-ada.gresikkab.go.id", address=SETTINGS.proxy_address, entry=OFFICE).passed


@pytest.mark.lab
@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize(
    ("address", "host_key", "entry", "words"),
    [
        ("10.77.0.99", "", OFFICE, "tidak terjangkau"),
        (APP, f"ssh-ed25519 {'A' * 68}", OFFICE, "menunjukkan kunci lain dari yang tercatat"),
        (APP, "", replace(OFFICE, user="orang-lain"), "tidak menerima kunci kantor"),
    ],
    ids=["nobody there", "another host", "another account"],
)
def test_machine_that_lets_nobody_in_is_an_answer(address: str, host_key: str, entry: Entry, words: str) -> None:
    report = probe("vps-1", address=address, port=22, host_key=host_key, entry=entry)

    assert not report.passed
    assert report.facts == {}
    assert report.items[0].found == words
