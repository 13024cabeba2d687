"""Records cross tasks as JSON and come back as they were."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from laksana import records
from laksana.records import (
    Change,
    CheckItem,
    CheckReport,
    LetterFacts,
    Person,
    PlaybookOutcome,
    Record,
    StoredDocument,
    TaskFailure,
)

OUTCOME = PlaybookOutcome(
    "subdomain",
    "ok",
    1,
    (Change("ns1", "zona", "lama", "baru"),),
    (TaskFailure("ns1", "zona", "gagal"),),
    "/bukti",
    1.5,
)
REPORT = CheckReport(
    (CheckItem("A", passed=True, expected="x", found="x"), CheckItem("B", passed=False, expected="x", found="y")),
    {"dns": {"records": ["a", "b"]}},
)
LETTER = LetterFacts(
    ticket="T1",
    number="065/001",
    date="2026-11-23",
    granted=True,
    service="Sub Domain",
    recipient="Kabid SPBE",
    sender="Kabid TI",
    subject="Balasan",
    reference="nota",
    paragraphs=("satu", "dua"),
    facts=(("Nama", "a"), ("Alamat", "b")),
    signer={"name": "Budi"},
)


@pytest.mark.parametrize("record", [OUTCOME, REPORT, LETTER, Person("a", "b", "c", "d"), StoredDocument("k", "h", 3)])
def test_record_comes_back_as_it_was(record: Record) -> None:
    assert type(record).from_json(json.loads(json.dumps(record.to_json()))) == record


def test_key_of_a_later_version_is_ignored() -> None:
    assert Change.from_json({**Change("h", "t", "a", "b").to_json(), "baru": 1}) == Change("h", "t", "a", "b")


def test_every_record_is_frozen() -> None:
    kinds = [item for item in vars(records).values() if isinstance(item, type) and issubclass(item, Record)]

    assert len(kinds) > 5
    assert all(kind.__dataclass_params__.frozen for kind in kinds)  # type: ignore[attr-defined]  # set by dataclass
    assert all(item.type for kind in kinds for item in fields(kind))


def test_report_says_what_did_not_pass() -> None:
    assert not REPORT.passed
    assert REPORT.reasons() == ("B: y (seharusnya x)",)


def test_plans_that_do_the_same_have_the_same_digest() -> None:
    same = PlaybookOutcome("subdomain", "ok", 1, OUTCOME.changes, (), "/lain", 9.0, check_mode=True)
    other = PlaybookOutcome("subdomain", "ok", 1, (Change("ns1", "zona", "lama", "lain"),), (), "/lain", 9.0)

    assert OUTCOME.digest() == same.digest() != other.digest()
