"""The case file on PostgreSQL: outputs under their names, the newest attempt counts, writing again changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from laksana.casefile import CaseFile
from laksana.database.connection import open_database
from laksana.errors import CaseFileError

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def casefile(clean_database: str) -> CaseFile:
    return CaseFile(open_database(clean_database), "T1")


def test_output_is_found_whatever_its_letter_case(casefile: CaseFile) -> None:
    casefile.put("Rekaman Nota Dinas permohonan Sub Domain", {"a": [1]}, step=1, attempt=1, at=AT)

    assert casefile.get("Rekaman Nota Dinas permohonan sub domain").record == {"a": [1]}


def test_newest_attempt_counts_and_the_earlier_stay(casefile: CaseFile) -> None:
    casefile.put("Konsep", {"versi": 2}, step=6, attempt=2, at=AT + HOUR)
    casefile.put("Konsep", {"versi": 1}, step=6, attempt=1, at=AT)

    assert casefile.get("konsep").record == {"versi": 2}
    assert [item.attempt for item in casefile.all()] == [1, 2]


def test_retry_replaces_what_its_broken_try_left(casefile: CaseFile) -> None:
    casefile.put("Konsep", {"versi": "separuh"}, step=6, attempt=1, at=AT)
    casefile.put("Konsep", {"versi": "utuh"}, step=6, attempt=1, at=AT + HOUR)

    assert [(item.record, item.made_at) for item in casefile.all()] == [({"versi": "utuh"}, AT + HOUR)]


def test_missing_input_says_what_there_is(casefile: CaseFile) -> None:
    casefile.put("Konsep", {}, step=6, attempt=1, at=AT)

    with pytest.raises(CaseFileError, match=r"case T1: input 'Surat' is missing \(made so far: Konsep\)"):
        casefile.get("Surat")


def test_cases_do_not_mix(clean_database: str, casefile: CaseFile) -> None:
    casefile.put("Konsep", {}, step=6, attempt=1, at=AT)

    assert CaseFile(open_database(clean_database), "T2").all() == []


def test_results_are_kept_apart_from_outputs(casefile: CaseFile) -> None:
    casefile.record_result("gagal", "percobaan 1 gagal", step=5, attempt=1, at=AT)
    casefile.record_result("lulus", "dapat diakses", step=5, attempt=2, at=AT + HOUR)

    assert [(item.step, item.attempt, item.hasil) for item in casefile.results()] == [(5, 1, "gagal"), (5, 2, "lulus")]
    assert casefile.all() == []


def test_case_is_refused_once_a_reason_stands(casefile: CaseFile) -> None:
    assert casefile.refusal() == ""

    casefile.refuse("nama sudah dipakai", step=3, attempt=1, at=AT)

    assert casefile.refusal() == "nama sudah dipakai"


def test_longest_name_that_a_spec_may_use_fits(casefile: CaseFile) -> None:
    casefile.put("n" * 200, {}, step=1, attempt=1, at=AT)

    assert casefile.get("N" * 200).name == "n" * 200
