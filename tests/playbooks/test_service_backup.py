"""``service_backup.yml``: trees on the hosting host and on a server, backed up to the lab's S3 and proven from here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from laksana.backups.places import Access, BackupPlaces
from laksana.backups.repository import OWN_FOLDER, Repositories
from laksana.records import BackupEvidence
from laksana.settings import Settings
from tests.playbooks.provisioned import TICKET, Service, files_with, made, watched_processes, words

SERVER, SERVER_ADDRESS = "app1", "10.77.0.13"
HOSTING = "hosting1"
HOST_KEY = "ssh-ed25519 " + "A" * 68
_TREE = """
set -e
mkdir -p {root}/public_html/tmp
for n in 1 2 3 4 5; do seq 1 $((n * 100)) > {root}/public_html/halaman-$n.html; done
echo buang > {root}/public_html/tmp/sesi; echo buang > {root}/public_html/x.bak
ln -s /etc/shadow {root}/public_html/tautan; mkfifo {root}/public_html/pipa
touch -d '2 hours ago' {root}/public_html/*.html
"""


class Backed:
    """One service of a lab host, its tree, and its repository on the lab's S3."""

    def __init__(self, lab: ModuleType, folder: Path, host: str, variables: dict[str, Any]) -> None:
        self.host = host
        self.kind = "hosting" if host == HOSTING else "vps"
        self.name = f"uji{uuid4().hex[:8]}"
        self.root = f"/srv/uji-cadangan/{self.name}"
        self.folder = folder
        self._lab = lab
        self.places = _places(folder)
        self.access: Access = self.places.access(self.kind, self.name, TICKET)
        access = self.access
        self.secrets = {
            "password": access.password, "access_key": access.access_key, "secret_key": access.secret_key,
        }  # fmt: skip
        given = {
            "name": self.name, "paths": [self.root], "exclude": [f"{self.root}/public_html/tmp", "*.bak"],
            "database": "tidak", "repository": self.access.repository, "region": self.access.region,
            "ca_certificate": Path(str(self.access.ca_file)).read_text(), "ticket": TICKET, **variables,
        }  # fmt: skip
        self.service = Service("service_backup", folder, given, self.secrets)

    def on_host(self, command: str) -> tuple[int, str]:
        """Run a shell command as root on the host, past SSH."""
        done = self._lab.run_on(self.host, "sh", "-c", command.format(root=self.root, name=self.name))
        return done.returncode, (done.stdout + done.stderr).strip()

    def evidence(self) -> BackupEvidence:
        store = Repositories(self.places)
        required = [f"{self.root}/public_html"]
        return store.evidence(self.kind, self.name, TICKET, required_paths=required, scratch_dir=self.folder)

    def manifest(self) -> dict[str, str]:
        """Read the newest manifest: path and hash."""
        text = self.on_host(f"cat {OWN_FOLDER}/{{name}}/manifest.json")[1]
        return {entry["path"]: entry["sha256"] for entry in json.loads(text)["files"]}

    def remove(self) -> None:
        """Remove what lies on the host; the repository goes with the lab."""
        self.on_host(f"rm -rf {{root}} {OWN_FOLDER}/{{name}}; rmdir /srv/uji-cadangan")


def _places(folder: Path) -> BackupPlaces:
    """Where the lab keeps backups, under a key of this test."""
    key_file = folder / "kunci"
    key_file.write_text(uuid4().hex * 2)
    return replace(BackupPlaces.from_settings(Settings()), key_file=key_file)


@pytest.fixture(scope="module")
def site(lab: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backed]:
    """A tree on the hosting host, with a database."""
    backed = Backed(lab, tmp_path_factory.mktemp("hosting"), HOSTING, {"target": "hosting"})
    backed.service = backed.service.having(database=backed.name)
    backed.on_host(_TREE)
    sql = "CREATE DATABASE {name}; CREATE TABLE {name}.ikan (jenis TEXT); INSERT INTO {name}.ikan VALUES ('bandeng')"
    assert backed.on_host(f'mariadb -e "{sql}"')[0] == 0
    yield backed
    backed.on_host("mariadb -e 'DROP DATABASE {name}'")
    backed.remove()


@dataclass(frozen=True)
class First:
    """The first backup, what it proved then, and what the process list showed meanwhile; later tests take others."""

    facts: Mapping[str, Any]
    sampled: Mapping[str, str]
    found: BackupEvidence
    seen: set[str]
    looks: int


@pytest.fixture(scope="module")
def backed_up(site: Backed) -> First:
    """A first backup of the account."""
    with watched_processes(site.secrets) as watch:
        outcome = made(site.service.apply())
    return First(outcome.facts, site.manifest(), site.evidence(), watch.seen, watch.looks)


@pytest.mark.lab
def test_hosting_account_is_backed_up_and_proven(site: Backed, backed_up: First) -> None:
    facts, sampled, found = backed_up.facts, backed_up.sampled, backed_up.found

    assert (found.repository_ok, found.restore_ok, found.missing_paths) == (True, True, ()), found
    sizes = {snapshot.id: snapshot.size for snapshot in found.snapshots}
    assert (sizes[facts["snapshot"]], facts["sampled"], facts["incomplete"]) == (facts["size"], 6, "")
    pages = {f"{site.root}/public_html/halaman-{number}.html" for number in range(1, 6)}
    assert set(sampled) == pages | {f"{OWN_FOLDER}/{site.name}/database.sql"}
    assert found.snapshots[-1].files == len(sampled)  # neither excluded files, nor a link or a pipe
    assert "bandeng" in site.on_host(f"cat {OWN_FOLDER}/{{name}}/database.sql")[1]
    modes = site.on_host(f"stat -c %a {OWN_FOLDER} {OWN_FOLDER}/{{name}} {OWN_FOLDER}/{{name}}/*")[1]
    assert modes.split() == ["700", "700", "600", "600"]


@pytest.mark.lab
def test_secrets_are_left_nowhere(site: Backed, backed_up: First) -> None:
    pattern = "|".join(site.secrets.values())
    look = f"grep -rlsE '{pattern}' /var/lib/laksana /tmp /var/tmp /root /home /etc /run --exclude-dir=credentials"
    look += f"; journalctl --no-pager | grep -E '{pattern}'"

    assert (backed_up.seen, backed_up.looks > 20) == (set(), True)
    runs = site.folder / "runs"
    assert files_with(runs, site.secrets) == []
    assert site.on_host(look)[1] == ""


@pytest.mark.lab
@pytest.mark.usefixtures("backed_up")
def test_plan_says_what_would_be_done_and_changes_nothing(site: Backed) -> None:
    look = f"find {OWN_FOLDER} -type f | sort | xargs sha256sum; ls /var/lib/laksana /tmp /root/.cache"
    before, newest = site.on_host(look), Repositories(site.places).latest(site.kind, site.name, TICKET)

    planned = made(site.service.plan())

    assert planned.changed == 1
    assert f"another snapshot, of {site.root}, database {site.name}" in words(planned)
    assert newest is not None
    assert planned.facts["snapshot"] == newest.id
    assert site.on_host(look) == before
    assert Repositories(site.places).latest(site.kind, site.name, TICKET) == newest


@pytest.mark.lab
def test_second_run_makes_a_second_snapshot_that_can_be_proven_too(site: Backed, backed_up: First) -> None:
    first = backed_up.facts["snapshot"]

    # A file that never rests is backed up, but proves nothing: another snapshot is taken without it in the sample.
    restless, wanted = "{root}/public_html/catatan.log", "/srv/uji-cadangan/{name}.tulis"
    site.on_host(f"touch {wanted}; (while [ -e {wanted} ]; do date > {restless}; sleep 1; done) > /dev/null 2>&1 &")
    try:
        again = made(site.service.apply())
    finally:
        site.on_host(f"rm {wanted}; sleep 1.1; rm {restless}")
    seen = made(site.service.verify())

    assert again.facts["snapshot"] != first
    assert not any(path.endswith("catatan.log") for path in site.manifest())
    assert site.evidence().restore_ok
    assert (seen.changed, seen.facts["snapshot"]) == (0, again.facts["snapshot"])


@pytest.mark.lab
def test_server_is_backed_up_and_proven(lab: ModuleType, tmp_path: Path) -> None:
    key = " ".join(lab.run_on(SERVER, "cat", "/etc/ssh/ssh_host_ed25519_key.pub").stdout.split()[:2])
    where = {"target": "server", "address": SERVER_ADDRESS, "port": 22, "host_key": key}
    backed = Backed(lab, tmp_path, SERVER, where)
    backed.on_host(_TREE)
    try:
        none = backed.service.verify()
        taken = made(backed.service.apply())
        found = backed.evidence()
    finally:
        backed.remove()

    assert "there is no backup yet" in words(none)
    assert (found.repository_ok, found.restore_ok, len(found.snapshots)) == (True, True, 1), found
    assert taken.facts["sampled"] == 5


@pytest.mark.lab
def test_path_and_database_that_are_not_there_are_refused(site: Backed) -> None:
    path = site.service.having(paths=["/srv/tidak-ada"]).apply()
    database = site.service.having(database="tidak_ada").apply()

    assert "/srv/tidak-ada is to be backed up and does not exist" in words(path)
    assert "database tidak_ada can't be dumped" in words(database)


def _given(**other: Any) -> dict[str, Any]:
    return {
        "target": "hosting", "name": "ujisalah", "paths": ["/srv/x"], "exclude": [], "database": "tidak",
        "repository": "s3:https://10.77.0.17:8333/x/y", "ticket": TICKET, **other,
    }  # fmt: skip


def test_backup_is_never_taken_back(tmp_path: Path) -> None:
    refused = Service("service_backup", tmp_path, _given(), {"password": "x" * 20}).undo()

    assert not refused.ok
    assert "backups of ujisalah stay: undo never removes one" in words(refused)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"name": "{{ lookup('pipe', 'touch EVIDENCE') }}"}, "service_backup_name holds template text"),
        ({"paths": ["/srv", "{{ 1 }}"]}, "service_backup_paths[1] holds template text"),
        ({"target": "semua"}, "target is hosting or server"),
        ({"target": "server", "address": "10.0.0.300", "port": 22, "host_key": HOST_KEY}, "service_backup refuses its"),
    ],
    ids=["template-text", "template-in-list", "target", "address"],
)
def test_wrong_variable_is_refused_before_any_host_is_asked(tmp_path: Path, other: dict[str, Any], said: str) -> None:
    evidence = tmp_path / "evidence"
    given = json.loads(json.dumps(_given(**other)).replace("EVIDENCE", str(evidence)))

    refused = Service("service_backup", tmp_path, given, {"password": "x" * 20}).apply()

    assert said in words(refused)
    assert len(refused.failures) == 1
    assert not evidence.exists()


@pytest.mark.lab
@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"name": "../etc"}, "restic_backup refuses its arguments"),
        ({"paths": ["/srv/../etc"]}, "restic_backup refuses its arguments"),
        ({"exclude": ["a/b"]}, "restic_backup refuses its arguments"),
        ({"password": "pendek"}, "password is missing or shorter"),
    ],
    ids=["name", "path", "exclude", "password"],
)
def test_role_refuses_what_it_cannot_carry_out(
    lab: ModuleType, tmp_path: Path, other: dict[str, Any], said: str
) -> None:
    del lab
    refused = Service("service_backup", tmp_path, _given(), {"password": "x" * 20}).having(**other).apply()

    assert said in words(refused)
