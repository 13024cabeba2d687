"""Opening a case: who hands nothing in at the desk gets a ticket with the run's first step, and only one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from laksana.errors import ServiceDeskError
from laksana.office import Office
from laksana.settings import current
from laksana.spec import load_spec
from laksana.steps.case import Case, Outcome
from laksana.steps.opening import finish, open_case, tell_stuck
from laksana.versions.snapshot import read_folder
from tests.versions.folders import write_sop

MONITORING, CARE = "monitoring-layanan-hosting", "pemeliharaan-layanan-hosting"
RUN = "scheduled__2026-11-25T00:30:00+00:00"
AT = datetime(2026, 11, 25, 1, tzinfo=UTC)


@dataclass
class Run:
    """What a step sees of its DAG run."""

    conf: dict[str, Any] | None = None
    triggering_user_name: str | None = None


@dataclass
class Task:
    """What a step sees of its task instance."""

    task_id: str = "langkah_01"
    try_number: int = 1


@dataclass
class Context:
    """Airflow's context, as far as a case is opened by it."""

    run: Run = field(default_factory=Run)
    run_id: str = RUN
    params: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        known = {"run_id": self.run_id, "dag_run": self.run, "params": self.params, "ti": Task()}
        return known[name]


@pytest.fixture(autouse=True)
def settings(clean_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LAKSANA_DATABASE_URL", clean_database)
    current.cache_clear()
    yield
    current.cache_clear()


def opened(slug: str = MONITORING, *, step: int = 1, **context: Any) -> Case:
    return open_case(Context(**context), slug=slug, step=step, attempt=1)  # type: ignore[arg-type]  # asked by name


def test_round_of_the_calendar_gets_one_ticket_however_often_its_first_step_is_tried() -> None:
    first = opened()

    assert (first.ticket.source, first.ticket.applicant, first.ticket.data) == ("rutin", "airflow", {})
    assert (first.ticket.run_id, first.ticket.run_started) == (RUN, True)
    assert opened().ticket.number == first.ticket.number
    assert opened(step=2).ticket.number == first.ticket.number


def test_calendars_rounds_of_two_sops_share_a_run_id_and_no_ticket() -> None:
    numbers = {opened(slug).ticket.number for slug in (MONITORING, CARE)}

    assert len(numbers) == 2
    assert {opened(slug, step=2).ticket.number for slug in (MONITORING, CARE)} == numbers


def test_called_round_knows_who_calls_and_for_what() -> None:
    conf = {"asal": {"tiket": "SD-2026-000001", "sop": CARE}, "layanan": ["hosting/pangan"]}

    assert opened(run=Run(conf, "laksana")).ticket.data == conf


def test_round_is_of_who_started_it() -> None:
    assert opened(run=Run({}, "rina")).ticket.applicant == "rina"


def test_request_from_airflows_form_is_its_form_and_not_the_runs_conf() -> None:
    found = opened("permohonan-sub-domain", run=Run({"asal": {}}, "siti"), params={"label": "perikanan"})

    assert (found.ticket.source, found.ticket.data, found.ticket.applicant) == (
        "airflow",
        {"label": "perikanan"},
        "siti",
    )


def test_later_step_opens_no_ticket() -> None:
    with pytest.raises(ServiceDeskError):
        opened(step=2)


def test_outcome_is_kept_and_told_once_and_takes_an_earlier_refusal_back() -> None:
    case = opened()
    case.casefile.refuse("tidak dapat", step=1, attempt=1, at=AT)
    for _ in range(2):
        finish(case, Outcome("selalu", "3 akun hosting diperiksa", {"Login aplikasi": {"layanan": []}}))

    history = [text for _, _, text in case.office.desk.get(case.ticket.number).history]
    assert history.count("Langkah 1: 3 akun hosting diperiksa") == 1
    assert case.casefile.get("Login aplikasi").record == {"layanan": []}
    assert case.casefile.refusal() == ""


def test_refusing_outcome_keeps_its_reason() -> None:
    case = opened()
    case.casefile.refuse("tidak dapat", step=1, attempt=1, at=AT)
    finish(case, Outcome("ditolak", "tidak dapat dipenuhi"))

    assert case.casefile.refusal() == "tidak dapat"


def test_stuck_step_is_told_once_without_its_cause() -> None:
    case = opened()
    tell_stuck(case)
    tell_stuck(case)
    tell_stuck(None)

    history = [text for _, _, text in case.office.desk.get(case.ticket.number).history]
    assert history[1:] == ["Langkah 1 tertunda karena gangguan teknis; petugas sedang menanganinya"]


def test_case_goes_by_the_version_that_its_task_was_drawn_from(tmp_path: Path) -> None:
    office = opened().office
    write_sop(tmp_path)
    [old] = office.versions.take(read_folder(tmp_path), (), at=AT).specs
    write_sop(tmp_path, question="Lanjutkan?")
    [new] = office.versions.take(read_folder(tmp_path), (), at=AT).specs
    first, _ = office.desk.open(old.slug, {}, source="cli", applicant="sari", key="k", at=AT)

    def question(version: str) -> str:
        context = Context(run_id=first.run_id)
        case = open_case(context, slug=old.slug, step=2, attempt=1, version=version)  # type: ignore[arg-type]  # by name
        return case.step.work.text("pertanyaan")

    assert question(old.digest) == "Teruskan?"
    assert office.desk.get(first.number).spec_digest == old.digest
    assert question(new.digest) == "Lanjutkan?"  # an admin cleared the task to run it by the newest version
    after = office.desk.get(first.number)
    assert after.spec_digest == new.digest
    assert [text for _, kind, text in after.history if kind == "versi"] == [
        f"Kasus berjalan menurut versi SOP {new.digest[:12]}, sebelumnya {old.digest[:12]}"
    ]


def test_version_of_a_dag_that_no_bundle_drew_is_kept_with_its_first_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKSANA_SPECS_DIR", str(tmp_path))
    current.cache_clear()
    file = write_sop(tmp_path)
    office, digest = Office(current()), load_spec(file).digest
    ticket, _ = office.desk.open(file.stem, {}, source="cli", applicant="sari", key="k", at=AT)

    open_case(Context(run_id=ticket.run_id), slug=file.stem, step=2, attempt=1, version=digest)  # type: ignore[arg-type]  # by name
    write_sop(tmp_path, question="Lanjutkan?")

    assert office.spec_of(office.desk.get(ticket.number)).step(2).work.text("pertanyaan") == "Teruskan?"
