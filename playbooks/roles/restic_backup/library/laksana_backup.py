#!/usr/bin/python
"""Ansible module: one restic snapshot of a service, with a sample of its files written down so that it can be proven.

The secrets reach restic in its environment alone; this module's own arguments come in by standard input (pipelining).
"""

# ruff: noqa: EXE001 - Ansible sends the file to a host by itself and starts it there with its own interpreter

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
module: laksana_backup
short_description: One restic snapshot of a service, with a manifest of sampled files in it
description:
  - Makes the repository where there is none, dumps the database, writes down the SHA-256 of sampled files, backs all of
    it up, looks whether the sample stayed as it was, and removes snapshots beyond the retention.
  - Every run makes a snapshot; there is no state in which nothing is to be done.
options:
  state:
    description: C(present) makes a snapshot; C(verified) says what the newest is and fails where there is none.
    type: str
    choices: [present, verified]
    default: present
  name: {description: Name of the service; the snapshot's host., type: str, required: true}
  ticket: {description: Request behind this run; the snapshot's tag., type: str, required: true}
  paths: {description: Folders and files to back up., type: list, elements: path, required: true}
  exclude: {description: Absolute paths or name patterns to leave out., type: list, elements: str, default: []}
  database: {description: MariaDB database to dump first; C(tidak) is none., type: str, default: tidak}
  repository: {description: Address of the repository., type: str, required: true}
  password: {description: The repository's password., type: str, required: true}
  access_key: {description: S3 access key., type: str, default: ""}
  secret_key: {description: S3 secret key., type: str, default: ""}
  region: {description: S3 region., type: str, default: ""}
  ca_certificate: {description: Certificate of a private authority, PEM., type: str, default: ""}
  folder: {description: Folder for manifests and dumps, for root alone., type: path, required: true}
  samples: {description: Files to sample., type: int, default: 20}
  sample_bytes: {description: Largest file to sample, in bytes., type: int, default: 5242880}
  keep_last: {description: Newest snapshots to keep., type: int, default: 7}
  keep_monthly: {description: Months of which the last snapshot is kept., type: int, default: 12}
  timeout: {description: Seconds for each call of restic., type: int, default: 3600}
  lock_wait: {description: Seconds to wait for who else works on the repository., type: int, default: 120}
author:
  - Laksana
"""

EXAMPLES = r"""
- name: A snapshot of the site
  laksana_backup:
    name: perikanan
    ticket: LKS-2026-0001
    paths: [/srv/hosting/perikanan]
    repository: s3:https://s3.example.go.id/cadangan/hosting/perikanan/LKS-2026-0001
    password: "{{ password }}"
    folder: /var/lib/laksana/office/backup
"""

RETURN = r"""
snapshot: {description: Id of the newest snapshot., type: str, returned: always}
time: {description: When it was made., type: str, returned: always}
size: {description: Bytes that a restore would bring back., type: int, returned: not in check mode}
files: {description: Files in it., type: int, returned: when a snapshot was made}
sampled: {description: Files in its manifest., type: int, returned: when a snapshot was made}
incomplete: {description: What could not be read while it was made., type: str, returned: when a snapshot was made}
"""

ARGUMENTS: dict[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": ["present", "verified"], "default": "present"},
    "name": {"type": "str", "required": True},
    "ticket": {"type": "str", "required": True},
    "paths": {"type": "list", "elements": "path", "required": True},
    "exclude": {"type": "list", "elements": "str", "default": []},
    "database": {"type": "str", "default": "tidak"},
    "repository": {"type": "str", "required": True},
    "password": {"type": "str", "required": True, "no_log": True},
    "access_key": {"type": "str", "default": "", "no_log": True},
    "secret_key": {"type": "str", "default": "", "no_log": True},
    "region": {"type": "str", "default": ""},
    "ca_certificate": {"type": "str", "default": ""},
    "folder": {"type": "path", "required": True},
    "samples": {"type": "int", "default": 20},
    "sample_bytes": {"type": "int", "default": 5242880},
    "keep_last": {"type": "int", "default": 7},
    "keep_monthly": {"type": "int", "default": 12},
    "timeout": {"type": "int", "default": 3600},
    "lock_wait": {"type": "int", "default": 120},
}
MANIFEST, DUMP = "manifest.json", "database.sql"
QUIET_SECONDS = 60
LOOKED_AT = 200_000
"""Files among which a sample is drawn; a walk over more takes longer than it proves."""
INCOMPLETE, TIMED_OUT = 3, (124, 137)


class BackupFailedError(Exception):
    """The backup can't be made; the text is one line."""


def main() -> None:
    """Make a snapshot, or say what the newest is."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    with tempfile.TemporaryDirectory(prefix="laksana-") as scratch:
        restic = Restic(module.params, Path(scratch))
        try:
            if module.params["state"] == "verified":
                answer = look(restic)
            elif module.check_mode:
                answer = plan(restic, module.params)
            else:
                answer = back_up(restic, module.params)
        except (BackupFailedError, OSError) as error:
            module.fail_json(msg=f"{module.params['name']}: {error}")
    module.exit_json(**answer)


class Restic:
    """The restic program on one repository."""

    def __init__(self, asked: dict[str, Any], scratch: Path) -> None:
        """Keep the secrets for restic's environment."""
        self._asked = asked
        self._options = ["--cache-dir", str(Path(asked["folder"]) / ".cache")]
        self.environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/root", "TMPDIR": str(scratch),
            "RESTIC_REPOSITORY": asked["repository"], "RESTIC_PASSWORD": asked["password"],
            "AWS_ACCESS_KEY_ID": asked["access_key"], "AWS_SECRET_ACCESS_KEY": asked["secret_key"],
            "AWS_DEFAULT_REGION": asked["region"],
        }  # fmt: skip
        if asked["ca_certificate"]:
            authority = scratch / "authority.crt"
            authority.write_text(asked["ca_certificate"], encoding="utf-8")
            self._options += ["--cacert", str(authority)]

    def read_only(self) -> None:
        """Leave nothing behind from now on: no lock in the repository, no cache here."""
        self._options = [*self._options[2:], "--no-cache", "--no-lock"]

    def is_installed(self) -> bool:
        """Tell whether there is a restic."""
        return shutil.which("restic", path=self.environment["PATH"]) is not None

    def try_call(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run restic; who holds the repository for a while is waited for."""
        until = time.monotonic() + self._asked["lock_wait"]
        line = ["timeout", "--kill-after=10", str(self._asked["timeout"]), "restic", *self._options, *words]
        while True:
            done = subprocess.run(
                line, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                errors="replace", check=False,
            )  # fmt: skip
            if done.returncode in TIMED_OUT:
                raise BackupFailedError(f"restic {words[0]} has not ended within {self._asked['timeout']} seconds")
            if "already locked" not in done.stderr or time.monotonic() > until:
                return done
            time.sleep(2)

    def call(self, *words: str) -> str:
        """Run restic and return what it printed; a failure is told in one line."""
        done = self.try_call(*words)
        if done.returncode:
            raise BackupFailedError(f"restic {words[0]}: {said(done)}")
        return done.stdout

    def exists(self) -> bool:
        """Tell whether there is a repository."""
        done = self.try_call("cat", "config")
        missing = ("no such file or directory", "does not exist")
        if done.returncode and "unable to open config file" in done.stderr and any(w in done.stderr for w in missing):
            return False
        if done.returncode:
            raise BackupFailedError(f"repository can't be opened: {said(done)}")
        return True

    def newest(self) -> dict[str, Any] | None:
        """Return the newest snapshot of the service."""
        found = json.loads(self.call("snapshots", "--json", "--host", self._asked["name"])) or []
        return max(found, key=lambda snapshot: snapshot["time"], default=None)

    def size(self, snapshot: str) -> int:
        """Return how many bytes a restore of a snapshot would bring back."""
        return int(json.loads(self.call("stats", "--json", "--mode", "restore-size", snapshot))["total_size"])


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Return restic's own words on why it failed, in one line."""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith("Fatal: ")] or lines or [f"status {done.returncode}"]
    return told[0][:300]


def look(restic: Restic) -> dict[str, Any]:
    """Say what the newest snapshot is."""
    restic.read_only()
    newest = restic.newest() if restic.is_installed() and restic.exists() else None
    if newest is None:
        raise BackupFailedError("there is no backup yet")
    return {"changed": False, "snapshot": newest["id"], "time": newest["time"], "size": restic.size(newest["id"])}


def plan(restic: Restic, asked: dict[str, Any]) -> dict[str, Any]:
    """Say that a snapshot would be made, and of what; nothing is written anywhere."""
    restic.read_only()
    newest = restic.newest() if restic.is_installed() and restic.exists() else None
    before = f"newest snapshot {newest['id'][:8]} of {newest['time'][:19]}" if newest else "no backup"
    what = [*asked["paths"], *([] if asked["database"] == "tidak" else [f"database {asked['database']}"])]
    after = f"another snapshot, of {', '.join(what)}"
    return {
        "changed": True, "snapshot": newest["id"] if newest else "", "time": newest["time"] if newest else "",
        "diff": [{"before_header": asked["name"], "after_header": asked["name"], "before": f"{before}\n",
                  "after": f"{before}\n{after}\n"}],
    }  # fmt: skip


def back_up(restic: Restic, asked: dict[str, Any]) -> dict[str, Any]:
    """Make a snapshot that can be proven, and let old ones go."""
    for path in asked["paths"]:
        if not os.path.lexists(path):
            raise BackupFailedError(f"{path} is to be backed up and does not exist")
    folder = own_folder(asked)
    if restic.exists():
        restic.call("unlock")  # removes stale locks only
    else:
        restic.call("init")
    dump_database(asked, folder / DUMP)
    done, files = take_proven(restic, asked, folder)
    restic.call(
        "forget", "--prune", "--group-by", "host", "--host", asked["name"], "--keep-last", str(asked["keep_last"]),
        "--keep-monthly", str(asked["keep_monthly"]),
    )  # fmt: skip
    newest = restic.newest()
    if newest is None or not newest["id"].startswith(done["snapshot_id"]):
        raise BackupFailedError(f"snapshot {done['snapshot_id']} was made, and is not the newest afterwards")
    return {
        "changed": True, "snapshot": newest["id"], "time": newest["time"], "size": restic.size(newest["id"]),
        "files": done["total_files_processed"], "sampled": len(files), "incomplete": done["incomplete"],
    }  # fmt: skip


def own_folder(asked: dict[str, Any]) -> Path:
    """Return the service's folder, which root alone can read."""
    folder = Path(asked["folder"]) / asked["name"]
    for part in (folder.parent.parent, folder.parent, folder):
        if not part.is_dir():
            part.mkdir(mode=0o700, parents=True)
    for part in (folder.parent, folder):
        part.chmod(0o700)
    return folder


def dump_database(asked: dict[str, Any], place: Path) -> None:
    """Write the database's dump, or remove that of a database which is no longer backed up."""
    if asked["database"] == "tidak":
        place.unlink(missing_ok=True)
        return
    program = shutil.which("mariadb-dump") or shutil.which("mysqldump")
    if program is None:
        raise BackupFailedError(f"database {asked['database']} can't be dumped: there is no mariadb-dump here")
    options = ["--single-transaction", "--routines", "--triggers", "--events", "--skip-dump-date", "--hex-blob"]
    draft = place.with_suffix(".new")
    line = ["timeout", "--kill-after=10", str(asked["timeout"]), program, *options, asked["database"]]
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        done = subprocess.run(line, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        draft.unlink()
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise BackupFailedError(f"database {asked['database']} can't be dumped: {(told or ['no reason given'])[-1]}")
    draft.replace(place)


def take_proven(restic: Restic, asked: dict[str, Any], folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Take a snapshot whose sample was the same before and after it; once more where it was not."""
    unsteady: set[str] = set()
    for last in (False, True):
        files = sample(asked, folder, unsteady)
        write_manifest(asked, folder / MANIFEST, files)
        done = take(restic, asked, folder)
        changed = {entry["path"] for entry in files if fingerprint(entry["path"]) != entry["sha256"]}
        if not changed:
            return done, files
        restic.call("forget", done["snapshot_id"])
        if last:
            raise BackupFailedError(f"{min(changed)} keeps changing while it is backed up: no snapshot could be proven")
        unsteady |= changed
    raise AssertionError


def take(restic: Restic, asked: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Take one snapshot and return what restic says about it."""
    left_out = [word for pattern in [*asked["exclude"], str(folder.parent / ".cache")] for word in ("-e", pattern)]
    what = dict.fromkeys([*asked["paths"], str(folder)])
    done = restic.try_call(
        "backup", "--json", "--host", asked["name"], "--tag", asked["ticket"], *left_out, "--", *what
    )  # fmt: skip
    if done.returncode not in {0, INCOMPLETE}:
        raise BackupFailedError(f"restic backup: {said(done)}")
    summary: dict[str, Any] = {}
    for line in done.stdout.splitlines():
        with suppress(ValueError):
            message = json.loads(line)
            if message.get("message_type") == "summary":
                summary = message
    if "snapshot_id" not in summary:
        raise BackupFailedError("restic backup made no snapshot")
    return {**summary, "incomplete": said(done) if done.returncode == INCOMPLETE else ""}


def sample(asked: dict[str, Any], folder: Path, unsteady: set[str]) -> list[dict[str, Any]]:
    """Draw files at random, those that rest before those that were just written, and the dump always."""
    chance = random.SystemRandom()
    resting: list[str] = []
    recent: list[str] = []
    now = time.time()
    for seen, (path, modified) in enumerate(candidates(asked, folder)):
        if seen >= LOOKED_AT:
            break
        if path not in unsteady:
            (resting if now - modified > QUIET_SECONDS else recent).append(path)
    chance.shuffle(resting)
    chance.shuffle(recent)
    drawn: list[dict[str, Any]] = []
    for path in [*resting, *recent]:
        if len(drawn) >= asked["samples"]:
            break
        if (found := fingerprint(path)) is not None:
            drawn.append({"path": path, "sha256": found, "size": Path(path).lstat().st_size})
    dump = folder / DUMP
    if dump.exists():
        drawn.append({"path": str(dump), "sha256": fingerprint(str(dump)), "size": dump.stat().st_size})
    return drawn


def candidates(asked: dict[str, Any], folder: Path) -> Iterator[tuple[str, float]]:
    """Yield regular files that a sample may hold; links are not followed."""
    for path in asked["paths"]:
        if Path(path).is_file():
            yield from fitting(asked, path)
        for top, folders, files in os.walk(path):
            folders[:] = [
                name for name in folders
                if not is_left_out(asked, f"{top}/{name}") and os.path.join(top, name) != str(folder.parent)  # noqa: PTH118
            ]  # fmt: skip
            for name in files:
                yield from fitting(asked, os.path.join(top, name))  # noqa: PTH118  # a Path would cost too much here


def fitting(asked: dict[str, Any], path: str) -> Iterator[tuple[str, float]]:
    """Yield the file with its time where it is small and regular, and its name means nothing but itself to restic."""
    plain = path.isprintable() and not any(mark in path for mark in "*?[]\\")
    if not plain or is_left_out(asked, path):
        return
    with suppress(OSError):
        found = os.lstat(path)  # a Path would cost too much here
        if stat.S_ISREG(found.st_mode) and found.st_size <= asked["sample_bytes"]:
            yield path, found.st_mtime


def is_left_out(asked: dict[str, Any], path: str) -> bool:
    """Tell whether a pattern leaves the path out: an absolute one by place, any other by the last part of the name."""
    name = path.rpartition("/")[2]
    return any(path == p if p.startswith("/") else fnmatchcase(name, p) for p in asked["exclude"])


def fingerprint(path: str) -> str | None:
    """Return the SHA-256 of a regular file, nothing where it is none (any more)."""
    counted = hashlib.sha256()
    try:
        with opened(path) as file:
            while piece := file.read(1 << 20):
                counted.update(piece)
    except OSError:
        return None
    return counted.hexdigest()


@contextmanager
def opened(path: str) -> Iterator[Any]:
    """Open a file that is regular and no link: its owner may have put something else there meanwhile."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(f"{path} is no regular file")
        yield file


def write_manifest(asked: dict[str, Any], place: Path, files: list[dict[str, Any]]) -> None:
    """Write down the sample beside the dump, for root alone."""
    text = json.dumps(
        {
            "version": 1, "name": asked["name"], "ticket": asked["ticket"], "paths": asked["paths"],
            "at": datetime.now(timezone.utc).isoformat(timespec="seconds"), "files": files,  # noqa: UP017  # old Pythons
        },
        indent=1, sort_keys=True,
    )  # fmt: skip
    draft = place.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as output:
        output.write(f"{text}\n")
    draft.replace(place)


if __name__ == "__main__":
    main()
