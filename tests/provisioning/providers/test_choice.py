"""Which provider keeps what, by the settings; and that playbook and provider do their parts in the right order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from laksana.errors import SettingsError
from laksana.provisioning.memory import ScriptedRunner
from laksana.provisioning.playbooks import APPLY, PLAN, UNDO, VERIFY, Case, Change, Elsewhere, Places, Provisioner
from laksana.provisioning.providers.choice import providers_of
from laksana.provisioning.providers.dns_record import CloudflareDns
from laksana.provisioning.providers.hosting_account import CpanelHosting
from laksana.records import PlaybookOutcome
from laksana.settings import Settings
from tests.doubles.serving import ALWAYS, Fault
from tests.provisioning.providers.conftest import QUICK, TICKET, Dns, Hosting

DONE = PlaybookOutcome("", "ok", 1, (), (), "", 0.1)
BROKEN = PlaybookOutcome("", "failed", 0, (), (), "", 0.1)
CASE = Case(TICKET, "langkah-04", 1)


def test_nothing_is_elsewhere_by_default() -> None:
    assert providers_of(Settings()) == {}


def test_cloudflare_keeps_the_record_and_tells_the_playbook_to_leave_it() -> None:
    settings = Settings(dns_provider="cloudflare")

    assert providers_of(settings) == {"subdomain": Elsewhere(CloudflareDns(settings), {"subdomain_dns": False})}


def test_cpanel_keeps_the_whole_account() -> None:
    settings = Settings(hosting_provider="cpanel")

    assert providers_of(settings) == {"hosting_account": Elsewhere(CpanelHosting(settings), None)}


def test_both_may_be_elsewhere() -> None:
    assert set(providers_of(Settings(dns_provider="cloudflare", hosting_provider="cpanel"))) == {
        "subdomain", "hosting_account",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(dns_provider="Cloudflare"), "LAKSANA_DNS_PROVIDER='Cloudflare'.*allowed: bind, cloudflare"),
        (Settings(hosting_provider=""), "LAKSANA_HOSTING_PROVIDER=''.*allowed: own, cpanel"),
    ],
)
def test_unknown_provider_is_refused_with_what_is_allowed(settings: Settings, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        providers_of(settings)


@dataclass
class Watched:
    """A provider that notes how often the playbook had been run before it."""

    inner: CloudflareDns
    runner: ScriptedRunner
    before: list[int] = field(default_factory=list)

    def run(
        self, verb: str, variables: Mapping[str, Any], *, ticket: str, cancelled: Callable[[], bool]
    ) -> PlaybookOutcome:
        """Note and carry out."""
        self.before.append(len(self.runner.invocations))
        return self.inner.run(verb, variables, ticket=ticket, cancelled=cancelled)


def watched(dns: Dns, tmp_path: Path, *outcomes: PlaybookOutcome) -> tuple[Provisioner, Watched, ScriptedRunner]:
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "subdomain.yml").touch()
    runner = ScriptedRunner(outcomes)
    settings = replace(dns.settings, dns_provider="cloudflare")
    chosen = providers_of(settings)["subdomain"]
    provider = Watched(CloudflareDns(settings, QUICK), runner)
    places = Places(tmp_path / "playbooks", tmp_path / "inventory", tmp_path / "state")
    return Provisioner(runner, places, providers={"subdomain": replace(chosen, provider=provider)}), provider, runner


@pytest.mark.parametrize("verb", [PLAN, APPLY, VERIFY])
def test_record_comes_before_the_virtual_host(dns: Dns, tmp_path: Path, verb: str) -> None:
    if verb == VERIFY:
        dns.run("apply")
    provisioner, provider, runner = watched(dns, tmp_path, DONE)
    outcome = provisioner.run(verb, "subdomain", Change(dns.variables), CASE)

    assert provider.before == [0]
    assert [item.variables["subdomain_dns"] for item in runner.invocations] == [False]
    assert outcome.playbook == "subdomain"
    assert outcome.changed == (1 if verb == VERIFY else 2)


def test_record_goes_after_the_virtual_host(dns: Dns, tmp_path: Path) -> None:
    dns.run("apply")
    provisioner, provider, runner = watched(dns, tmp_path, DONE)
    outcome = provisioner.run(UNDO, "subdomain", Change(dns.variables), CASE)

    assert provider.before == [1]
    assert runner.invocations[0].variables["subdomain_dns"] is False
    assert outcome.changed == 2
    assert dns.double.records == {}


def test_virtual_host_is_not_made_where_the_record_is_refused(dns: Dns, tmp_path: Path) -> None:
    dns.double.put("app.gresikkab.go.id", "10.77.0.12")
    provisioner, _, runner = watched(dns, tmp_path, DONE)
    outcome = provisioner.run(APPLY, "subdomain", Change(dns.variables), CASE)

    assert outcome.status == "failed"
    assert runner.invocations == []


def test_record_stays_where_the_virtual_host_could_not_be_removed(dns: Dns, tmp_path: Path) -> None:
    dns.run("apply")
    provisioner, provider, _ = watched(dns, tmp_path, BROKEN)
    outcome = provisioner.run(UNDO, "subdomain", Change(dns.variables), CASE)

    assert outcome.status == "failed"
    assert provider.before == []
    assert len(dns.double.records) == 1


def test_account_elsewhere_needs_no_playbook(hosting: Hosting, tmp_path: Path) -> None:
    runner = ScriptedRunner([])
    providers = {"hosting_account": Elsewhere(CpanelHosting(hosting.settings, QUICK))}
    provisioner = Provisioner(runner, Places(tmp_path, tmp_path, tmp_path / "state"), providers=providers)
    secrets = {name: value for name, value in hosting.variables.items() if name.endswith("password")}
    variables = {name: value for name, value in hosting.variables.items() if name not in secrets}
    made = provisioner.run(APPLY, "hosting_account", Change(variables, secrets, ("perikanan",)), CASE)

    assert made.ok
    assert made.facts["database"] == "perikanan_db"
    assert provisioner.run(UNDO, "hosting_account", Change(variables, secrets, ("perikanan",)), CASE).changed == 1
    assert runner.invocations == []


def test_far_side_that_is_silent_leaves_the_names_lock_free(hosting: Hosting, tmp_path: Path) -> None:
    hosting.double.faults.append(Fault("", times=ALWAYS, status=503))
    providers = {"hosting_account": Elsewhere(CpanelHosting(hosting.settings, QUICK))}
    places = Places(tmp_path, tmp_path, tmp_path / "state")
    provisioner = Provisioner(ScriptedRunner([]), places, providers=providers, lock_wait_seconds=0)
    change = Change(hosting.variables, {}, ("perikanan",))

    assert [provisioner.run(APPLY, "hosting_account", change, CASE).status for _ in range(2)] == ["unreachable"] * 2
