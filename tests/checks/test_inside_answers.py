"""Agencies are root on their servers: an SSH that answers anything must neither stop a round nor fill its memory."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from laksana.checks.inside import Entry, probe, probe_account
from laksana.records import CheckReport

ENTRY = Entry("laksana", Path("/nonexistent"))
GOOD = {"disk_percent": 12.5, "memory_percent": 40, "units": {"nginx.service": "active"}, "units_failed": []}
UNREADABLE = "jawabannya tidak dapat dibaca"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The way to a server: a program in ssh's place that does what a test writes."""
    program = tmp_path / "ssh"
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return program


def put(program: Path, script: str) -> None:
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def answering(program: Path, script: str, *, timeout: float = 5) -> CheckReport:
    put(program, script)
    return probe(
        "vps-1", address="203.0.113.7", port=22, host_key="", entry=ENTRY, units=["nginx.service"], timeout=timeout
    )


def saying(program: Path, said: object) -> CheckReport:
    text = said if isinstance(said, str) else json.dumps(said)
    (program.parent / "said").write_text(text)
    return answering(program, f"cat > /dev/null; cat {program.parent}/said")


def test_answer_in_the_form_that_was_asked_for_is_taken(server: Path) -> None:
    report = saying(server, f"a greeting of the shell\n{json.dumps(GOOD)}\n")

    assert report.passed
    assert report.facts["memory_percent"] == 40


@pytest.mark.parametrize(
    "said",
    [
        "", "bukan JSON", "5", "[]", "null", "{}", "[" * 50_000,
        {**GOOD, "units": []}, {**GOOD, "units": {}}, {**GOOD, "disk_percent": "penuh"}, {**GOOD, "disk_percent": True},
        {**GOOD, "memory_percent": -1}, {**GOOD, "memory_percent": float("nan")}, {**GOOD, "disk_percent": 1e9},
    ],
)  # fmt: skip
def test_answer_in_no_form_is_a_failed_look(server: Path, said: object) -> None:
    report = saying(server, said)

    assert (report.passed, report.facts, report.items[0].found) == (False, {}, UNREADABLE)


def test_state_of_a_unit_is_a_word_and_no_text(server: Path) -> None:
    report = saying(server, {**GOOD, "units": {"nginx.service": "active\nsemua baik <b>"}})

    assert report.items[0].found == "tidak diketahui"
    assert not report.passed


def test_endless_answer_is_cut_off(server: Path) -> None:
    begun = time.monotonic()
    report = answering(server, "exec cat /dev/zero")

    assert report.items[0].found == UNREADABLE
    assert time.monotonic() - begun < 3


def test_slow_answer_is_cut_off(server: Path) -> None:
    begun = time.monotonic()
    report = answering(server, "exec sleep 20", timeout=0.5)

    assert report.items[0].found == "tidak menjawab dalam 0.5 detik"
    assert time.monotonic() - begun < 3


def test_refusal_of_sudo_is_said(server: Path) -> None:
    report = answering(server, "echo 'sudo: a password is required' >&2; exit 1")

    assert report.items[0].found == "tidak mengizinkan pemeriksaan oleh kantor"


@pytest.mark.parametrize(
    ("database", "names"),
    [(None, []), (True, []), (False, ["Basis data akun"])],
    ids=["has none", "runs", "does not run"],
)
def test_database_is_judged_where_the_account_has_one(server: Path, database: object, names: list[str]) -> None:
    account = {"pool": True, "site": True, "quota_percent": 12, "database": database}
    put(server, f"cat > /dev/null; echo '{json.dumps({'account': account})}'")
    report = probe_account(
        "perikanan", site="perikanan.gresikkab.go.id", home="/srv/hosting/perikanan", address="203.0.113.7", entry=ENTRY
    )

    assert [item.name for item in report.items if not item.passed] == names
    assert report.facts == {"quota_percent": 12}
