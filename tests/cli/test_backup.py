"""``laksana backup``: real restic on repositories in folders, a round's judgement, and one way through the S3 store."""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from laksana.backups.api import BackupStore
from laksana.backups.memory import MemoryBackups
from laksana.backups.places import BackupPlaces
from laksana.cli.backup_verbs import add_to, check_backups, list_backups, restore_backup
from laksana.errors import BackupError
from laksana.office import Office
from laksana.records import BackupEvidence, Snapshot
from laksana.registry.model import RESERVED, Service
from laksana.settings import Settings
from tests.archive.buckets import fresh_bucket
from tests.backups.site import NOW, SERVICE, Site, copy_of, make_site
from tests.cli.conftest import Done, Laksana
from tests.cli.rounds import add_account, open_trial
from tests.playbooks.provisioned import watched_processes
from tests.registry.conftest import AT

# Great Expectations' own import, in the first test that needs it.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")
KIND, NAME, TICKET = SERVICE
VERBS: dict[str, Callable[[Office, argparse.Namespace], int]] = {
    "list": list_backups, "check": check_backups, "restore": restore_backup,
}  # fmt: skip
Verb = Callable[..., Done]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Two snapshots, 40 days old and of yesterday, before which a page was taken away."""
    site = make_site(tmp_path_factory.mktemp("situs"))
    site.back_up(days_ago=40)
    (site.files / "tentang.html").unlink()
    site.back_up(days_ago=1)
    return site


@pytest.fixture
def backup(clean_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Verb:
    """Return a function that runs a verb on a service of the registry, whose backups lie in a given store."""

    def run(store: BackupStore, *words: str) -> Done:
        office = open_trial(clean_database, tmp_path / "state", store)
        if office.registry.find(KIND, NAME) is None:
            add_account(office, NAME, ticket=TICKET)
        parser = argparse.ArgumentParser()
        add_to(parser.add_subparsers())
        options = parser.parse_args(["backup", words[0], KIND, NAME, *words[1:]])
        status = VERBS[words[0]](office, options)
        said = capsys.readouterr()
        return Done(status, said.out, said.err)

    return run


def test_snapshots_are_listed(backup: Verb, site: Site) -> None:
    found = backup(site.store(sizes=12), "list", "--json").json()

    assert [item["at"] for item in found] == [(NOW - timedelta(days=days)).isoformat() for days in (40, 1)]
    assert found[0]["size"] > found[1]["size"] > 0
    assert found[1]["id"][:8] in backup(site.store(), "list").output


def test_service_without_backups_has_an_empty_list(backup: Verb) -> None:
    assert backup(MemoryBackups(), "list", "--json").json() == []


@pytest.mark.parametrize(
    ("days", "other", "state", "status"),
    [
        (5, {}, "segar", 0),
        (40, {}, "usang", 0),
        (5, {"repository_ok": False, "repository_note": "repositori cadangan rusak: x"}, "rusak", 1),
        (5, {"restore_ok": False}, "rusak", 1),
        (5, {"missing_paths": (f"/srv/hosting/{NAME}",)}, "rusak", 1),
        (40, {"restore_ok": False}, "rusak", 1),
        (None, {}, "tidak-ada", 1),
    ],
)
def test_check_judges_as_a_round_does(
    backup: Verb, days: int | None, other: dict[str, Any], state: str, status: int
) -> None:
    made = () if days is None else (Snapshot("a", (NOW - timedelta(days=days)).isoformat(), ("/srv",), 10, 1),)
    evidence = BackupEvidence(KIND, NAME, made, **other)
    store = MemoryBackups({SERVICE: evidence})

    done, plain = backup(store, "check", "--json"), backup(store, "check")

    said = done.json()
    assert (done.status, plain.status, said["state"], said["max_months"]) == (status, status, state, 1)
    assert BackupEvidence.from_json(said["evidence"]) == evidence
    assert plain.output.startswith(f"{KIND}/{NAME}: {state} ({len(made)} cadangan)\n")
    assert all(reason in plain.output for reason in said["reasons"])


def test_check_looks_for_what_the_kind_must_hold(backup: Verb, site: Site) -> None:
    done = backup(site.store(), "check", "--json")

    assert done.status == 1
    assert done.json()["evidence"]["missing_paths"] == [f"/srv/hosting/{NAME}"]


def test_newest_backup_comes_back_as_it_was(backup: Verb, site: Site, tmp_path: Path) -> None:
    target = tmp_path / "pulih" / "situs"
    secret = site.access.password
    with watched_processes({"password": secret}) as watch:
        done = backup(site.store(), "restore", "--to", str(target), "--json")

    back = target / str(site.files).lstrip("/")
    pages = [path.relative_to(site.files) for path in site.files.rglob("*") if path.is_file()]
    assert all((back / page).read_bytes() == (site.files / page).read_bytes() for page in pages)
    assert len(pages) == 3
    assert target.stat().st_mode & 0o777 == 0o700
    assert done.json()["at"] == (NOW - timedelta(days=1)).isoformat()
    assert (watch.seen, secret in done.output + done.errors) == (set(), False)


def test_older_backup_comes_back_by_its_id(backup: Verb, site: Site, tmp_path: Path) -> None:
    older = backup(site.store(), "list", "--json").json()[0]["id"]

    done = backup(site.store(), "restore", "--to", str(tmp_path / "lama"), "--snapshot", older[:8])

    assert done.output.startswith(f"{older[:8]} of ")
    assert (tmp_path / "lama" / str(site.files).lstrip("/") / "tentang.html").is_file()


def test_folder_with_something_in_it_stays_as_it_is(backup: Verb, site: Site, tmp_path: Path) -> None:
    (tmp_path / "penuh").mkdir()
    (tmp_path / "penuh" / "surat.txt").write_text("penting")

    with pytest.raises(BackupError, match="is not empty, and a restore overwrites nothing"):
        backup(site.store(), "restore", "--to", str(tmp_path / "penuh"))

    assert [path.name for path in (tmp_path / "penuh").rglob("*")] == ["surat.txt"]


@pytest.mark.parametrize("wanted", ["zzzz", "-"])
def test_snapshot_that_is_not_there_is_refused_with_those_that_are(
    backup: Verb, site: Site, tmp_path: Path, wanted: str
) -> None:
    newest = backup(site.store(), "list", "--json").json()[-1]["id"]

    with pytest.raises(BackupError, match=f"is no snapshot .the newest are {newest[:8]} of "):
        backup(site.store(), "restore", "--to", str(tmp_path / "baru"), f"--snapshot={wanted}")

    assert not (tmp_path / "baru").exists()


def test_spoilt_backup_is_not_called_restored(backup: Verb, site: Site, tmp_path: Path) -> None:
    spoilt = copy_of(site, tmp_path)
    spoilt.spoil_largest_pack()

    with pytest.raises(BackupError, match="restic restore failed") as error:
        backup(spoilt.store(), "restore", "--to", str(tmp_path / "baru"))

    assert spoilt.access.password not in str(error.value)


def test_nothing_to_restore_makes_no_folder(backup: Verb, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="has no backup"):
        backup(MemoryBackups(), "restore", "--to", str(tmp_path / "baru"))

    assert not (tmp_path / "baru").exists()


def test_removed_service_keeps_its_backups(backup: Verb, site: Site, clean_database: str, tmp_path: Path) -> None:
    registry = open_trial(clean_database, tmp_path, site.store()).registry
    backup(site.store(), "list")
    registry.remove(KIND, NAME, ticket=TICKET, at=AT)
    assert registry.find(KIND, NAME) is None

    office = open_trial(clean_database, tmp_path / "state", site.store())
    options = argparse.Namespace(kind=KIND, name=NAME, to=tmp_path / "pulih", snapshot="", json=False)
    assert restore_backup(office, options) == 0
    assert (tmp_path / "pulih" / str(site.files).lstrip("/") / "index.html").is_file()


def test_store_in_memory_makes_the_folders_that_a_restore_would(backup: Verb, tmp_path: Path) -> None:
    snapshots = tuple(Snapshot(name, NOW.isoformat(), (f"/srv/{name}",), 10, 1) for name in ("lama", "baru"))
    store = MemoryBackups({SERVICE: BackupEvidence(KIND, NAME, snapshots)})

    done = backup(store, "restore", "--to", str(tmp_path / "pulih"))

    assert (done.status, [path.name for path in (tmp_path / "pulih" / "srv").iterdir()]) == (0, ["baru"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["list", "hosting", "perikana"], "did you mean 'perikanan'?"),
        (["check", "vps", "lain"], "is not in the registry (see: laksana registry list --all --kind vps)"),
        (["list", "subdomain", "ikan.gresikkab.go.id"], "has no data of its own, so that nothing is backed up"),
    ],
)
def test_service_without_backups_of_its_own_is_one_line(
    laksana: Laksana, clean_database: str, arguments: list[str], says: str
) -> None:
    office = Office(Settings(database_url=clean_database))
    add_account(office, NAME)
    row = Service("subdomain", "ikan.gresikkab.go.id", "Dinas", "Siti", {}, "proxy", "T2", RESERVED, AT)
    office.registry.reserve(row)

    done = laksana("backup", *arguments, database_url=clean_database)

    assert (done.status, done.output, done.errors.count("\n")) == (1, "", 1)
    assert says in done.errors


def test_key_file_that_is_gone_is_one_line(laksana: Laksana, clean_database: str) -> None:
    add_account(Office(Settings(database_url=clean_database)), NAME)

    done = laksana("backup", "list", KIND, NAME, database_url=clean_database, backup_key_file="/tidak/ada.key")

    assert (done.status, done.errors.count("\n")) == (1, 1)
    assert "/tidak/ada.key: can't be read" in done.errors


@pytest.mark.lab
def test_backup_in_the_store_is_listed_and_restored(
    laksana: Laksana, lab: ModuleType, clean_database: str, tmp_path: Path
) -> None:
    del lab
    add_account(Office(Settings(database_url=clean_database)), NAME, ticket=TICKET)
    key_file = tmp_path / "backups.key"
    key_file.write_text("0123456789abcdef" * 2)
    (tmp_path / "situs").mkdir()
    (tmp_path / "situs" / "index.html").write_text("halo")
    with fresh_bucket() as bucket:
        settings = Settings(backup_bucket=bucket.name, backup_key_file=key_file)
        access = BackupPlaces.from_settings(settings).access(*SERVICE)
        environment = {
            **os.environ, "RESTIC_PASSWORD": access.password, "AWS_ACCESS_KEY_ID": access.access_key,
            "AWS_SECRET_ACCESS_KEY": access.secret_key, "AWS_DEFAULT_REGION": access.region,
        }  # fmt: skip
        restic = ["timeout", "60", "restic", "--no-cache", "--cacert", str(access.ca_file), "-r", access.repository]
        for words in (["init"], ["backup", "--host", NAME, str(tmp_path / "situs")]):
            subprocess.run([*restic, *words], env=environment, check=True, capture_output=True)
        ours = {"database_url": clean_database, "backup_bucket": bucket.name, "backup_key_file": str(key_file)}
        listed = laksana("backup", "list", KIND, NAME, "--json", **ours)
        done = laksana("backup", "restore", KIND, NAME, "--to", str(tmp_path / "pulih"), **ours)

    assert [item["paths"] for item in listed.json()] == [[str(tmp_path / "situs")]]
    assert done.status == 0, done.errors
    assert (tmp_path / "pulih" / str(tmp_path / "situs" / "index.html").lstrip("/")).read_text() == "halo"
    assert not any(secret in listed.output + done.output + done.errors for secret in access.secrets())
