"""What an evaluation's people enter, step by step."""

from __future__ import annotations

from typing import Any

from laksana.records import GateDecision
from laksana.servicedesk.api import Ticket
from laksana.steps.assessment.recap import take_recap
from laksana.steps.case import Case, Outcome
from laksana.steps.opening import finish
from laksana.steps.questions import DECISIONS
from tests.steps.upkeep.estate import AT, Estate

EVALUATION = "evaluasi-layanan-pusat-data"
EXPERT, ANALYST, KABID, HEAD = (
    "pranata-komputer-ahli-muda", "analis-sistem-informasi", "kabid-ti", "kepala-dinas",
)  # fmt: skip
ANALYSED = {
    "hasil_analisa": "Semua permohonan selesai.\n\nPerbaikan terlalu lama.", "kesesuaian_waktu": "sebagian sesuai",
}  # fmt: skip
MET = {
    "tanggal_rapat": "2026-11-20", "peserta": "Dinas Perikanan\nDinas Sosial",
    "masukan": "Kuota disk ditambah\n\nBerita pemeliharaan lebih awal", "tingkat_kepuasan": "puas",
}  # fmt: skip
ADVISED = {"rekomendasi": "Tambah disk hosting.\nUmumkan pemeliharaan tiga hari sebelumnya."}
NAMES = {EXPERT: "Bayu Pranata", ANALYST: "Rina Analis", KABID: "Agus Kabid", HEAD: "Bambang Kepala"}


def at_step(estate: Estate, ticket: Ticket, number: int, *, attempt: int = 1) -> Case:
    """Open the case at a step."""
    case = estate.at(ticket, estate.office.spec(EVALUATION).step(number))
    return Case(**{**case.__dict__, "attempt": attempt})


def recapped(estate: Estate, ticket: Ticket) -> Outcome:
    """Let step 1 count."""
    case = at_step(estate, ticket, 1)
    outcome = take_recap(case)
    finish(case, outcome)
    return outcome


def decided(case: Case, gate: str, outcome: str, note: str = "", **fields: Any) -> Outcome:
    """Have the step's performer answer its gate; the answer stands in the ledger and in the case's file."""
    role = case.step.role
    decision = GateDecision(
        ticket=case.ticket.number, dag_id=EVALUATION, run_id=case.run_id, task_id=case.task_id, role=role,
        outcome=outcome, note=note, fields=fields, answered_by=role, answered_by_name=NAMES[role],
        capacity="definitif", opened_at="", answered_at=AT.isoformat(), spec_digest="",
    )  # fmt: skip
    case.office.ledger.append(decision, at=AT)
    made = DECISIONS[gate](case, decision)
    finish(case, made)
    return made


def met(estate: Estate, ticket: Ticket) -> None:
    """Carry an evaluation up to the end of its meeting (steps 1 to 3)."""
    recapped(estate, ticket)
    decided(at_step(estate, ticket, 2), "gerbang", "dianalisa", **ANALYSED)
    decided(at_step(estate, ticket, 3), "gerbang", "terselenggara", **MET)
