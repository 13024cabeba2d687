"""Answers are checked by the version of the SOP that the case goes by, whatever its file says now."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from laksana.errors import ServiceDeskError
from laksana.office import Office
from laksana.settings import current
from laksana.versions.snapshot import read_folder
from tests.versions.folders import write_sop
from tests.versions.test_store import AT

with warnings.catch_warnings():  # Airflow loads Starlette's test client, which wants a newer HTTP library
    warnings.simplefilter("ignore")
    from laksana.webservice.answer_guard import problems_of_answer

SLUG = "contoh-gerbang"
WORK, COMPLETE = "langkah_03_mengerjakan_permohonan", "langkah_01_mengajukan_permohonan_percobaan_2"


@pytest.fixture
def run_id(clean_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A case of a version whose gate asks for a number; by the file of now the gate has another name and field."""
    monkeypatch.setenv("LAKSANA_DATABASE_URL", clean_database)
    monkeypatch.setenv("LAKSANA_SPECS_DIR", str(tmp_path))
    current.cache_clear()
    office, file = Office(current()), write_sop(tmp_path)
    [old] = office.versions.take(read_folder(tmp_path), (), at=AT).specs
    text = file.read_text(encoding="utf-8").replace("jumlah: {", "banyak: {").replace("Mengerjakan", "Melaksanakan")
    file.write_text(text.replace("keperluan", "tujuan"), encoding="utf-8")
    ticket, _ = office.desk.open(SLUG, {"keperluan": "Uji"}, source="cli", applicant="sari", key="k", at=AT)
    office.desk.go_by(ticket.number, old.digest, at=AT)
    yield ticket.run_id
    current.cache_clear()


def problems(run_id: str, task_id: str, option: str, **values: object) -> list[str]:
    body = json.dumps({"chosen_options": [option], "params_input": values}).encode()
    return [problem.as_line() for problem in problems_of_answer(SLUG, run_id, task_id, body)]


def test_gate_takes_the_fields_of_the_cases_version(run_id: str) -> None:
    assert problems(run_id, WORK, "Sudah", jumlah=2) == []
    assert problems(run_id, WORK, "Sudah", jumlah=0) == ["jumlah: Jumlah tidak dapat diterima (perbaiki isian)"]
    assert problems(run_id, WORK, "Sudah", banyak=2) == ["banyak: isian tidak dikenal (isian yang ada: jumlah)"]


def test_request_is_completed_by_the_form_of_the_cases_version(run_id: str) -> None:
    assert problems(run_id, COMPLETE, "Kirim", keperluan="Uji lagi") == []
    assert problems(run_id, COMPLETE, "Kirim", tujuan="Uji lagi") != []


def test_run_that_is_no_case_is_left_to_airflow(run_id: str) -> None:
    with pytest.raises(ServiceDeskError):
        problems(f"{run_id}-lain", WORK, "Sudah")
