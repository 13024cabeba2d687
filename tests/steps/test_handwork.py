"""An SOP that people carry out by hand, the docs' example: its form, its gates, its papers, without Airflow."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from laksana.documents.signing.authority import create_demo_authority
from laksana.intake.forms import check_form
from laksana.office import Office
from laksana.posts.holders import Holding
from laksana.records import GateDecision
from laksana.request_rules import request_rules
from laksana.settings import Settings
from laksana.steps.case import Case, Outcome
from laksana.steps.kinds import WORK
from laksana.steps.letters import APPROVAL, expected_signer, letter_facts
from laksana.steps.opening import finish
from laksana.steps.questions import DECISIONS, QUESTIONS

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "docs" / "contoh"
SLUG = "permohonan-colocation-server"
FORM = {
    "perangkat_daerah": "Dinas Perikanan", "pic_nama": "Siti Aminah", "pic_telepon": "081234567890",
    "nama_server": "SRV-PERIKANAN-01", "ukuran": "2U", "daya_watt": 450, "keperluan": "Basis data perikanan tangkap",
    "nota_dinas_nomor": "523/118/437.56/2026", "nota_dinas_tanggal": "2026-11-23",
}  # fmt: skip
RACK = {"nomor_rak": "R-03", "posisi_rak": "U12-U13"}
PLACED = {"tanggal_penempatan": "2026-11-24", "alamat_ip": "10.77.0.50"}
ROLES = ("kabid-ti", "analis-sistem-informasi", "pranata-komputer-ahli-muda")


@pytest.fixture
def case(clean_database: str, tmp_path: Path) -> Case:
    settings = Settings(database_url=clean_database, specs_dir=EXAMPLES, state_dir=tmp_path, signing_dir=tmp_path)
    office = Office(settings)
    office.holders.enter([
        Holding(role=role, username=role, name=f"Pemegang {role}", rank="Pembina (IV/a)", nip="197809212003121002",
                agency="Dinas Komunikasi dan Informatika", valid_from=date(2026, 1, 1))
        for role in ROLES
    ])  # fmt: skip
    spec = office.spec(SLUG)
    ticket, _ = office.desk.open(SLUG, dict(FORM), source="cli", applicant="kabid.spbe", key="k", at=AT)
    return at_step(Case(office, spec, spec.step(1), 1, ticket, ticket.run_id, "", 1, AT), 1)


def at_step(case: Case, number: int) -> Case:
    step = case.spec.step(number)
    return replace(case, step=step, task_id=step.task_id)


def answer(case: Case, number: int, outcome: str, note: str = "", **fields: Any) -> Outcome:
    """Answer a gate as the web service would: into the ledger first, effects after."""
    here = at_step(case, number)
    given = GateDecision(
        ticket=case.ticket.number, dag_id=SLUG, run_id=case.run_id, task_id=here.task_id, role=here.step.role,
        outcome=outcome, note=note, fields=dict(fields), answered_by=here.step.role, answered_by_name="Bu Rina",
        capacity="definitif", opened_at=AT.isoformat(), answered_at=AT.isoformat(), spec_digest=case.spec.digest,
    )  # fmt: skip
    case.office.ledger.append(given, at=AT)
    outcome_ = DECISIONS["gerbang"](here, given)
    finish(here, outcome_)
    return outcome_


def work(case: Case, number: int) -> Outcome:
    here = at_step(case, number)
    here.require_inputs()
    outcome = WORK[here.step.work.kind](here)
    finish(here, outcome)
    return outcome


def placed(case: Case) -> Case:
    """Bring a case to where the server stands in its rack."""
    work(case, 1)
    answer(case, 2, "teruskan", instruksi="Tindak lanjuti segera")
    answer(case, 3, "tersedia", **RACK)
    answer(case, 4, "ditempatkan", **PLACED)
    return case


def text_of(case: Case, outcome: Outcome) -> str:
    (record,) = outcome.outputs.values()
    path = case.office.settings.state_dir / "archive" / record["dokumen"]["key"]
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_form_takes_what_the_sheet_asks_for(case: Case) -> None:
    filled, problems = check_form(case.spec.formulir, FORM, request_rules(case.office))

    assert problems == []
    assert filled == {**FORM, "catatan_pemohon": ""}


def test_form_says_in_words_what_is_wrong(case: Case) -> None:
    wrong = {**FORM, "ukuran": "3U", "pic_telepon": "nol delapan"}

    problems = check_form(case.spec.formulir, wrong, request_rules(case.office))[1]

    assert [problem.key for problem in problems] == ["pic_telepon", "ukuran"]
    assert "boleh diawali tanda +" in problems[0].as_words()


def test_gate_shows_the_request_and_names_the_server(case: Case) -> None:
    work(case, 1)
    answer(case, 2, "teruskan", instruksi="Tindak lanjuti segera")

    question = QUESTIONS["gerbang"](at_step(case, 3))

    assert question.subject.startswith("Tersedia tempat di rak untuk server ini? SRV-PERIKANAN-01 — ")
    assert "**Daya (watt)**: 450" in question.body
    assert "Tindak lanjuti segera" in question.body
    assert "role:pranata-komputer-ahli-muda" in question.assigned


def test_granting_letter_says_what_was_asked_and_what_the_gates_decided(case: Case) -> None:
    placed(case)
    work(case, 5)
    text = text_of(case, work(case, 6))

    wanted = ["Colocation Server SRV-PERIKANAN-01", "2U", "450", "R-03", "U12-U13", "24 November 2026", "10.77.0.50"]
    assert [word for word in wanted if word not in text] == []
    assert "523/118/437.56/2026" in text
    assert "{" not in text


def test_letter_shows_only_the_fields_that_are_marked(case: Case) -> None:
    placed(case)
    work(case, 5)
    text = text_of(case, work(case, 6))

    assert "Tindak lanjuti segera" not in text
    assert "081234567890" not in text


def test_refusal_at_the_rack_becomes_the_letters_reason(case: Case) -> None:
    work(case, 1)
    answer(case, 2, "teruskan")
    answer(case, 3, "tolak", note="Daya listrik rak sudah terpakai seluruhnya")
    text = text_of(case, work(case, 6))

    assert "belum dapat kami penuhi" in text
    assert "Daya listrik rak sudah terpakai seluruhnya" in text
    assert "SRV-PERIKANAN-01" in text
    assert "Nomor rak" not in text


@pytest.mark.parametrize("outcome", ["tolak", "ditolak"])
def test_either_word_for_a_refusal_refuses(case: Case, outcome: str) -> None:
    answer(case, 2, outcome, note="Bukan kewenangan")

    assert case.casefile.refusal() == "Bukan kewenangan"


def test_minutes_say_who_did_what_where_nothing_is_tested(case: Case) -> None:
    placed(case)
    text = text_of(case, work(case, 5))

    assert "Menempatkan server di rak" in text
    assert "Bu Rina" in text
    assert "ditempatkan" in text
    assert "Nomor rak" in text
    assert "Pemegang analis-sistem-informasi" in text


def test_case_ends_with_the_signed_reply_on_its_ticket(case: Case) -> None:
    placed(case)
    work(case, 5)
    work(case, 6)
    signer = expected_signer(case)
    create_demo_authority(case.office.settings.signing_dir, [signer], now=AT)
    record = {"penanda_tangan": signer.to_json(), "disetujui_pada": AT.isoformat()}
    case.casefile.put(APPROVAL, record, step=7, attempt=1, at=AT)
    work(case, 7)
    work(case, 8)

    ticket = case.office.desk.get(case.ticket.number)
    assert [document.key.rsplit("/", 1)[1] for document in ticket.documents] == ["07-nota-dinas-balasan.pdf"]
    assert ticket.status == "selesai"
    answer(replace(case, ticket=ticket), 9, "terima")
    assert case.office.registry.list() == []


def test_letter_of_a_form_without_nota_dinas_refers_to_the_ticket(case: Case) -> None:
    form = {name: value for name, value in FORM.items() if not name.startswith("nota_dinas")}
    bare = replace(case, ticket=replace(case.ticket, data=form))

    assert WORK["terima_permohonan"](bare).keterangan.startswith("Permohonan tercatat")
    facts = letter_facts(bare, signer=expected_signer(bare), number="", on=None)
    assert facts.reference == f"permohonan Saudara dengan nomor tiket {case.ticket.number}"


def test_own_wording_may_name_the_fields_that_are_marked(case: Case, tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    shutil.copytree(case.office.settings.letters_dir, letters)
    general = (letters / "nota-dinas-balasan" / "umum.yaml").read_text(encoding="utf-8")
    own = general.replace('- "Demikian', '- "Server berada di rak {nomor_rak}."\n    - "Demikian', 1)
    (letters / "nota-dinas-balasan" / f"{SLUG}.yaml").write_text(own, encoding="utf-8")
    placed(case)
    office = Office(replace(case.office.settings, letters_dir=letters))

    facts = letter_facts(replace(case, office=office), signer=expected_signer(case), number="", on=None)

    assert "Server berada di rak R-03." in facts.paragraphs
