"""The restic program as a process of its own; secrets reach it through its environment and stand nowhere else."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laksana.backups.places import Access
from laksana.errors import BackupError

_TIMED_OUT = (124, 137)
_NOT_FOUND = 127
_LONG = frozenset({"check", "ls", "dump", "restore"})
_MISSING = re.compile(r"unable to open config file: .*(no such file or directory|does not exist)")
_LOST = re.compile(r"(pack|<data/)\S* .*(does not exist|no such file or directory)")
_LOCKED = "already locked"
_UNREADABLE = (
    "ciphertext verification failed", "invalid data returned", "does not match", "unexpected end of JSON",
    "invalid character", "config cannot be loaded",
)  # fmt: skip
_UNREACHABLE = (
    "dial tcp", "connection refused", "connection reset", "no route to host", "i/o timeout", "no such host",
    "TLS handshake", "x509:", "Access Denied", "access key", "SignatureDoesNotMatch", "no space left on device",
)  # fmt: skip
_LONGEST = 300
_LOCK_PAUSE_SECONDS = 2.0
_PIECE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How long and how much a look into a repository may take."""

    listing_seconds: int = 120
    """For calls that read little."""
    reading_seconds: int = 3600
    """For calls that read a whole snapshot or repository."""
    suspect_seconds: int = 20
    """For removing locks, and for each call once the repository is known to be broken: restic tries for long."""
    lock_seconds: float = 60.0
    """For whoever else works on the repository to end."""
    sizes: int = 6
    """Newest snapshots whose size is counted."""
    restored_file_bytes: int = 8 << 20
    """Files up to this size are restored to disk; larger ones are hashed as they come."""


@dataclass(frozen=True)
class Answer:
    """What a call of restic came back with."""

    status: int
    said: str
    """Standard error."""
    output: Path
    """File with standard output."""

    @property
    def ok(self) -> bool:
        """Tell whether restic did all that it was asked for."""
        return self.status == 0

    @property
    def is_missing(self) -> bool:
        """Tell whether there is no repository."""
        return bool(_MISSING.search(self.said))

    @property
    def is_unreadable(self) -> bool:
        """Tell whether the repository's own data can't be read."""
        return any(mark in self.said for mark in _UNREADABLE)

    @property
    def is_undecided(self) -> bool:
        """Tell whether the storage was out of reach or held by another, so that nothing was found out."""
        return self.timed_out or any(mark in self.said for mark in (*_UNREACHABLE, _LOCKED))

    @property
    def timed_out(self) -> bool:
        """Tell whether restic was ended before it was ready."""
        return self.status in _TIMED_OUT

    @property
    def misses_data(self) -> bool:
        """Tell whether restic looked for stored data that is not there; where it does it tries again for long."""
        return bool(_LOST.search(self.said))

    def json(self) -> Any:
        """Return the JSON document that restic printed."""
        return json.loads(self.output.read_bytes())

    def json_lines(self) -> Iterator[dict[str, Any]]:
        """Yield the JSON objects that restic printed, one a line; there may be millions."""
        with self.output.open(encoding="utf-8") as output:
            for line in output:
                if line.strip():
                    yield json.loads(line)

    def reason(self) -> str:
        """Say in restic's own words why it failed, in one line: what it found first, then its verdict."""
        lines = [" ".join(line.split()) for line in self.said.splitlines() if line.strip()]
        fatal = [line.removeprefix("Fatal: ") for line in lines if line.startswith("Fatal: ")]
        found = [line for line in lines if not line.startswith("Fatal: ")]
        told = fatal[:1] if self.is_missing or not found else [*found[:2], *fatal[:1]]
        return "; ".join(told)[:_LONGEST] or f"status {self.status}"


class Restic:
    """Calls restic on one repository."""

    def __init__(self, access: Access, folder: Path, *, program: str, limits: Limits) -> None:
        """Keep what opens the repository; ``folder`` takes restic's cache and output."""
        self._access = access
        self._folder = folder
        self.limits = limits
        authority = ["--cacert", str(access.ca_file)] if access.ca_file else []
        self._program = [program, "--cache-dir", str(folder / "cache"), *authority]
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8",
            "RESTIC_REPOSITORY": access.repository, "RESTIC_PASSWORD": access.password,
            "AWS_ACCESS_KEY_ID": access.access_key, "AWS_SECRET_ACCESS_KEY": access.secret_key,
            "AWS_DEFAULT_REGION": access.region,
        }  # fmt: skip
        self._calls = 0
        self.is_suspect = False
        """Whether the repository is known to be broken: then what can't be had in time is one more sign of it."""

    def call(self, *words: str) -> Answer:
        """Run restic to its end; a lock that somebody holds is waited for, a stale one is removed.

        Raises:
            BackupError: restic can't be run.
        """
        until = time.monotonic() + self.limits.lock_seconds
        answer = self._run(words)
        while not answer.ok and _LOCKED in answer.said and time.monotonic() < until:
            self._run(("unlock",))
            time.sleep(_LOCK_PAUSE_SECONDS)
            answer = self._run(words)
        if answer.timed_out:
            self._run(("unlock",))  # one that was ended leaves its lock behind, which is stale now
        return answer

    def hash_of(self, snapshot: str, path: str) -> str:
        """Return the SHA-256 of a file in a snapshot without keeping it; empty where restic can't give it back."""
        counted = hashlib.sha256()
        line = self._line(("dump", snapshot, path))
        with subprocess.Popen(
            line, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as running:  # fmt: skip
            assert running.stdout is not None  # noqa: S101  # it was asked for above
            while piece := running.stdout.read(_PIECE):
                counted.update(piece)
        return counted.hexdigest() if running.returncode == 0 else ""

    def insist(self, answer: Answer, verb: str) -> None:
        """Raise where a failure says nothing about the backup itself: the storage was out of reach or in use.

        Raises:
            BackupError: nothing was found out.
        """
        if answer.is_undecided and not (self.is_suspect and answer.timed_out):
            raise self.failure(answer, verb)

    def failure(self, answer: Answer, verb: str) -> BackupError:
        """Return the error that says why restic failed; no secret stands in it."""
        text = answer.reason()
        for secret in self._access.secrets():  # restic shows none; a server's answer might
            text = text.replace(secret, "[rahasia]")
        return BackupError(
            f"{self._access.repository}: restic {verb} failed ({text}); see that the S3 server answers and that keys "
            "and password are those of this repository"
        )

    def _line(self, words: tuple[str, ...]) -> list[str]:
        """Return the command line; ``timeout`` ends restic even where nobody is left who waits for it."""
        return ["timeout", "--kill-after=10", str(self._seconds(words[0])), *self._program, *words]

    def _seconds(self, verb: str) -> int:
        """Return how long a call may take."""
        if self.is_suspect or verb == "unlock":
            return self.limits.suspect_seconds
        return self.limits.reading_seconds if verb in _LONG else self.limits.listing_seconds

    def _run(self, words: tuple[str, ...]) -> Answer:
        """Run restic once, its output into a file."""
        self._calls += 1
        output = self._folder / f"output-{self._calls}"
        try:
            with output.open("wb") as file:
                done = subprocess.run(
                    self._line(words), env=self._environment, stdin=subprocess.DEVNULL, stdout=file,
                    stderr=subprocess.PIPE, check=False,
                )  # fmt: skip
        except OSError as error:
            raise BackupError(f"restic can't be run here ({error.strerror}); install restic and coreutils") from error
        if done.returncode == _NOT_FOUND:
            raise BackupError(f"restic can't be run here ({self._program[0]} not found); install the package restic")
        said = done.stderr.decode(errors="replace")
        if done.returncode in _TIMED_OUT:
            said += f"\nFatal: not ended within {self._seconds(words[0])} seconds"
        return Answer(done.returncode, said, output)
