"""Real restic on real repositories: whole ones, and each way in which one can be broken."""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from laksana.backups.api import BackupStore
from laksana.backups.places import BackupPlaces
from laksana.backups.repository import Repositories
from laksana.backups.restic import Limits
from laksana.errors import BackupError
from laksana.records import BackupEvidence
from tests.backups.site import NOW, SERVICE, Site
from tests.playbooks.provisioned import watched_processes


def evidence(
    site: Site, *, required: tuple[str, ...] = (), limits: dict[str, Any] | None = None, **other: Any
) -> BackupEvidence:
    store: BackupStore = site.store(**limits or {})
    found = store.evidence(*SERVICE, required_paths=required, scratch_dir=site.scratch, **other)
    assert list(site.scratch.iterdir()) == []
    return found


def is_clean(found: BackupEvidence) -> bool:
    return found.repository_ok and found.restore_ok and not found.missing_paths


def test_whole_backup_is_proven(whole: Site) -> None:
    required = (str(whole.files), str(whole.files / "index.html"))
    with watched_processes({"password": whole.access.password}) as watch:
        found = evidence(whole, required=required, limits={"sizes": 2})
        latest = whole.store().latest(*SERVICE)

    assert is_clean(found), found
    made = [datetime.fromisoformat(snapshot.at) for snapshot in found.snapshots]
    assert made == [NOW - timedelta(days=days) for days in (60, 40, 1)]
    newest = found.snapshots[-1]
    expected = sum(path.stat().st_size for path in whole.files.rglob("*") if path.is_file())
    assert (newest.files, newest.size) == (4, expected + whole.manifest_bytes)
    assert newest.paths == tuple(sorted((str(whole.files), str(whole.manifest.parent))))
    assert [snapshot.size > 0 for snapshot in found.snapshots] == [False, True, True]  # the limit is two
    assert latest == replace(newest, size=0, files=0)
    assert (watch.seen, watch.looks > 3) == (set(), True)


def test_required_path_that_is_not_there_is_named(whole: Site) -> None:
    required = (str(whole.files), "/etc/tidak-ada", str(whole.files / "gambar" / "peta"))

    assert evidence(whole, required=required, check_data="", restore=False).missing_paths == required[1:]


@pytest.mark.parametrize("check_data", ["100%", ""], ids=["checked", "check-off"])
def test_corrupted_byte_in_a_pack_is_found_by_the_check_alone(site: Site, check_data: str) -> None:
    site.spoil_largest_pack()

    found = evidence(site, required=(str(site.files),), check_data=check_data)

    assert found.repository_ok is not bool(check_data)
    assert ("Pack ID does not match" in found.repository_note) is bool(check_data)
    assert (found.restore_ok, found.missing_paths, len(found.snapshots)) == (True, (), 3)
    assert is_clean(found) is (not check_data)


@pytest.mark.parametrize("restore", [True, False], ids=["restored", "restore-off"])
def test_restore_that_differs_from_the_manifest_is_found_by_the_restore_test_alone(
    site: Site, *, restore: bool
) -> None:
    page = str(site.files / "index.html")
    site.back_up(sample={**site.hashes(), page: "0" * 64})

    found = evidence(site, restore=restore)

    assert found.restore_ok is not restore
    assert (
        f"1 dari 3 berkas contoh tidak sama dengan manifes: {page} kembali dengan isi lain" == found.restore_note
    ) is restore
    assert found.repository_ok
    assert is_clean(found) is (not restore)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("{files}/hilang.html", "tidak ada dalam cadangan"),
        ("{files}/gambar", "tidak ada dalam cadangan"),  # a folder: all of it would be restored
        ("/", "manifes cadangan terbaru tidak terbaca"),
        ("{files}/../../etc/passwd", "manifes cadangan terbaru tidak terbaca"),
        ("{files}/*.html", "manifes cadangan terbaru tidak terbaca"),
    ],
    ids=["gone", "folder", "root", "elsewhere", "pattern"],
)  # fmt: skip
def test_manifest_of_a_server_is_not_trusted(site: Site, path: str, said: str) -> None:
    site.back_up(sample={path.format(files=site.files): "0" * 64})

    found = evidence(site, check_data="")

    assert (found.restore_ok, said in found.restore_note) == (False, True)


def test_snapshot_without_manifest_is_not_proven(site: Site) -> None:
    site.snapshot(str(site.files))

    found = evidence(site, check_data="")

    assert (found.restore_ok, "tidak memuat manifes" in found.restore_note) == (False, True)


def test_manifest_that_is_none_proves_nothing(site: Site) -> None:
    site.manifest.write_text("{}")
    site.snapshot(str(site.files), str(site.manifest.parent))

    found = evidence(site, check_data="")

    assert (found.restore_ok, found.restore_note) == (False, "manifes cadangan terbaru tidak terbaca")


def test_lost_pack_is_found_by_check_and_restore(site: Site) -> None:
    for pack in (site.repository / "data").rglob("*"):
        if pack.is_file():
            pack.unlink()

    found = evidence(site, required=(str(site.files),), limits={"reading_seconds": 2, "suspect_seconds": 1})

    assert (found.repository_ok, found.restore_ok, found.missing_paths) == (False, False, (str(site.files),))
    assert "repositori cadangan rusak" in found.repository_note
    assert "tidak terbaca" in found.restore_note


def test_list_that_cannot_be_read_is_a_broken_repository(site: Site) -> None:
    config = site.repository / "config"
    config.chmod(0o600)
    config.write_bytes(bytes(len(config.read_bytes())))

    found = evidence(site)

    assert (found.snapshots, found.repository_ok) == ((), False)
    assert "daftar cadangan tidak terbaca" in found.repository_note
    with pytest.raises(BackupError, match="its snapshots can't be read"):
        site.store().latest(*SERVICE)


def test_large_file_is_compared_as_it_comes(site: Site) -> None:
    assert evidence(site, check_data="", limits={"restored_file_bytes": 10}).restore_ok

    site.back_up(sample=dict.fromkeys(site.hashes(), "1" * 64))
    found = evidence(site, check_data="", limits={"restored_file_bytes": 10})

    assert "3 dari 3 berkas contoh tidak sama" in found.restore_note


def test_missing_repository_is_an_empty_answer(tmp_path: Path, whole: Site) -> None:
    store = whole.store()
    other = ("hosting", "perikanan", "LKS-2027-0009")

    assert store.evidence(*other, required_paths=["/srv"], scratch_dir=tmp_path) == BackupEvidence(*other[:2])
    assert store.latest(*other) is None


def test_snapshots_of_another_name_do_not_count(site: Site) -> None:
    site.back_up(host="tetangga")

    assert len(evidence(site, check_data="", restore=False).snapshots) == 3


def test_part_of_the_data_can_be_read_and_nonsense_not(whole: Site) -> None:
    assert evidence(whole, check_data="50%", restore=False).repository_ok
    with pytest.raises(BackupError, match="allowed are 1% to 100%"):
        evidence(whole, check_data="semua")


def test_wrong_password_is_an_error_without_the_password(site: Site) -> None:
    (site.folder / "backup.key").write_text("lain" * 10)
    wrong = site.places.access(*SERVICE).password

    with pytest.raises(BackupError, match="wrong password") as refused:
        evidence(site)

    assert wrong not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_storage_that_does_not_answer_is_an_error_in_time(tmp_path: Path) -> None:
    for name in ("key", "access", "secret"):
        (tmp_path / name).write_text("x" * 40)
    places = BackupPlaces.on_s3(
        url="http://127.0.0.1:9/", bucket="cadangan", region="id", key_file=tmp_path / "key",
        access_key_file=tmp_path / "access", secret_key_file=tmp_path / "secret", ca_file=None,
    )  # fmt: skip
    began = time.monotonic()

    with pytest.raises(BackupError, match=r"s3:http://127.0.0.1:9/cadangan/hosting/perikanan/LKS-2026-0001: restic"):
        Repositories(places, limits=Limits(listing_seconds=2, suspect_seconds=1)).latest(*SERVICE)
    assert time.monotonic() - began < 10


def test_repository_in_use_is_an_error_and_no_verdict(site: Site) -> None:
    environment = {"PATH": "/usr/bin:/bin", "RESTIC_PASSWORD": site.access.password}
    line = ["restic", "--no-cache", "-r", site.access.repository, "backup", "--stdin", "--host", "lain"]
    with subprocess.Popen(line, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as holder:
        until = time.monotonic() + 20
        while not any((site.repository / "locks").iterdir()) and time.monotonic() < until:
            time.sleep(0.02)
        with pytest.raises(BackupError, match="already locked"):
            evidence(site)
        holder.communicate(b"selesai")


def test_restic_that_is_not_there_is_an_error(whole: Site) -> None:
    store = Repositories(whole.places, program="restic-yang-tidak-ada")

    with pytest.raises(BackupError, match="install the package restic"):
        store.latest(*SERVICE)
