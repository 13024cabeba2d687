"""What a decision does, and that a try which was killed in between neither loses nor doubles nor mixes anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from laksana.building.dag import sop_dag
from laksana.office import Office
from laksana.records import GateDecision
from laksana.settings import Settings
from laksana.steps.case import Case, Outcome
from laksana.steps.opening import finish
from laksana.steps.operators import GateOperator
from laksana.steps.questions import DECISIONS, OBJECTIONS
from tests.demo.samples import form_of

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SPECS = Path(__file__).parents[2] / "include" / "sop_specs"
SLUG = "permohonan-sub-domain"
GATE = "langkah_02_menerima_dan_mempelajari_disposisi_permohonan"


@pytest.fixture
def case(clean_database: str) -> Case:
    office = Office(Settings(database_url=clean_database, specs_dir=SPECS))
    spec = office.spec(SLUG)
    form = {**form_of("perikanan", on=date(2026, 11, 23)), "port_tujuan": 80}
    ticket, _ = office.desk.open(SLUG, form, source="http", applicant="kabid.spbe", key="k", at=AT)
    return Case(office, spec, spec.step(2), 1, ticket, ticket.run_id, GATE, 1, AT)


@pytest.fixture
def gate() -> GateOperator:
    found = sop_dag(SLUG).get_task(GATE)
    assert isinstance(found, GateOperator)
    return found


def decision(case: Case, outcome: str, *, minutes: int = 0, note: str = "", **fields: object) -> GateDecision:
    answered = (AT + timedelta(minutes=minutes)).isoformat()
    return GateDecision(
        ticket=case.ticket.number, dag_id=SLUG, run_id=case.run_id, task_id=case.task_id, role="kabid-ti",
        outcome=outcome, note=note, fields=dict(fields), answered_by="kabid.ti", answered_by_name="Agus",
        capacity="definitif", opened_at=AT.isoformat(), answered_at=answered, spec_digest="",
    )  # fmt: skip


def test_decision_whose_effects_are_missing_is_carried_out_on_the_next_try(case: Case, gate: GateOperator) -> None:
    """A try that was killed after the ledger's entry does not ask the official again."""
    given = decision(case, "teruskan")
    assert gate._unfinished(case) is None

    case.office.ledger.append(given, at=AT)

    assert gate._unfinished(case) == given


def test_decision_that_was_carried_out_is_asked_anew_when_the_gate_is_cleared(case: Case, gate: GateOperator) -> None:
    given = decision(case, "teruskan")
    case.office.ledger.append(given, at=AT)
    finish(replace(case, now=AT + timedelta(seconds=1)), DECISIONS["gerbang"](case, given))

    assert gate._unfinished(case) is None


def test_refusal_of_an_attempt_is_taken_back_when_it_comes_out_otherwise(case: Case) -> None:
    """Refused, killed, asked again, forwarded: the reply must not be a refusal."""
    DECISIONS["gerbang"](case, decision(case, "tolak", note="Salah pencet"))
    assert case.casefile.refusal() == "Salah pencet"

    forwarded = DECISIONS["gerbang"](case, decision(case, "teruskan", minutes=1))
    finish(case, forwarded)

    assert case.casefile.refusal() == ""


def test_refusal_of_another_step_stays(case: Case) -> None:
    refused = DECISIONS["gerbang"](case, decision(case, "tolak", note="Di luar kewenangan"))
    finish(case, refused)

    finish(replace(case, step=case.spec.step(6)), Outcome("selalu", "konsep disusun"))

    assert case.casefile.refusal() == "Di luar kewenangan"


def test_second_completion_replaces_the_first(case: Case) -> None:
    """The first answer's try was killed and the gate asked again: what stands in the ledger last is what counts."""
    first = {**case.ticket.data, "label": "ikan"}
    second = {**case.ticket.data, "label": "nelayan"}

    DECISIONS["perbaikan_permohonan"](case, decision(case, "kirim", **first))
    DECISIONS["perbaikan_permohonan"](case, decision(case, "kirim", minutes=1, **second))

    assert case.office.desk.get(case.ticket.number).data["label"] == "nelayan"


def test_completion_with_a_bad_name_is_objected_to_in_words(case: Case) -> None:
    bad = decision(case, "kirim", **{**case.ticket.data, "label": "www"})

    assert "Nama sub domain" in OBJECTIONS["perbaikan_permohonan"](case, bad)


def test_signature_of_who_lost_the_post_is_objected_to(case: Case) -> None:
    assert "bukan pemegang jabatan" in OBJECTIONS["tanda_tangan"](case, decision(case, "setujui"))
