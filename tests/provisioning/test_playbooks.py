"""Plan, apply and undo are one playbook, run in different ways."""

from pathlib import Path

import pytest

from laksana.errors import ProvisioningError
from laksana.provisioning.locks import exclusive
from laksana.provisioning.memory import ScriptedRunner
from laksana.provisioning.playbooks import Places, Provisioner
from laksana.records import Change, PlaybookOutcome
from laksana.settings import Settings

DONE = PlaybookOutcome("", "ok", 1, (Change("h", "t", "", "x"),), (), "", 1.5)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "subdomain.yml").touch()
    return Places(tmp_path / "playbooks", tmp_path / "inventory", tmp_path / "state")


def provisioner(places: Places, *outcomes: PlaybookOutcome) -> tuple[Provisioner, ScriptedRunner]:
    runner = ScriptedRunner(outcomes)
    return Provisioner(runner, places, timeout=60, lock_wait_seconds=0), runner


def test_verbs_differ_in_check_mode_and_state(places: Places) -> None:
    service, runner = provisioner(places, DONE, DONE, DONE)
    variables = {"subdomain_label": "app"}
    plan = service.plan("subdomain", variables, ticket="T", step="langkah_04", attempt=1)
    service.apply("subdomain.yml", variables, ticket="T", step="langkah_05", attempt=1)
    service.undo("subdomain", variables, ticket="T", step="langkah_05", attempt=1)

    assert [(item.check, item.variables["subdomain_state"]) for item in runner.invocations] == [
        (True, "present"),
        (False, "present"),
        (False, "absent"),
    ]
    assert {item.playbook for item in runner.invocations} == {str(places.playbooks_dir / "subdomain.yml")}
    assert {item.timeout for item in runner.invocations} == {60}
    assert plan.check_mode
    assert plan.evidence == str(places.state_dir / "runs" / "T" / "langkah_04-1-1")
    assert variables == {"subdomain_label": "app"}


@pytest.mark.parametrize("name", ["../subdomain", "Subdomain", "sub/domain", "", "sub.yaml", "/etc/x.yml", "hosting"])
def test_playbook_that_is_not_in_the_folder_is_refused(places: Places, name: str) -> None:
    service, runner = provisioner(places, DONE)
    with pytest.raises(ProvisioningError, match="playbook "):
        service.apply(name, {}, ticket="T", step="s", attempt=1)
    assert runner.invocations == []


def test_name_that_another_run_works_on_is_not_touched(places: Places) -> None:
    service, runner = provisioner(places, DONE, DONE)
    with exclusive("app.gresikkab.go.id", directory=places.state_dir / "locks", wait_seconds=0):
        with pytest.raises(ProvisioningError, match="being worked on"):
            service.apply("subdomain", {}, ticket="T", step="s", attempt=1, names=["app.gresikkab.go.id"])
        assert runner.invocations == []
        service.plan("subdomain", {}, ticket="T", step="s", attempt=1)  # looking is always allowed
    service.undo("subdomain", {}, ticket="T", step="s", attempt=1, names=["app.gresikkab.go.id"])


def test_cancelled_run_is_an_outcome(places: Places) -> None:
    service, _ = provisioner(places)
    assert service.apply("subdomain", {}, ticket="T", step="s", attempt=1, cancelled=lambda: True).status == "cancelled"


def test_script_at_its_end_is_an_error(places: Places) -> None:
    service, _ = provisioner(places)
    with pytest.raises(ProvisioningError, match="no outcome left"):
        service.apply("subdomain", {}, ticket="T", step="s", attempt=1)


def test_places_come_from_the_settings() -> None:
    places = Places.from_settings(Settings(playbooks_dir=Path("/p"), inventory="lab", state_dir=Path("/s")))
    assert places == Places(Path("/p"), Path("/p/inventory/lab"), Path("/s"))
