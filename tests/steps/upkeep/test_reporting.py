"""A round's report: its numbers, the mark of a draft, and that it is archived once, validated."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date, timedelta

import pytest

from laksana.errors import CaseFileError
from laksana.monitoring.observations import ACTIVATION, RESOURCES, STATUS
from laksana.posts.holders import Holding
from laksana.records import BackupJudgement, BackupVerdict, CheckItem, CheckReport, GateDecision
from laksana.servicedesk.api import Ticket
from laksana.steps.case import Case, Outcome
from laksana.steps.upkeep import chapters
from laksana.steps.upkeep.backups import JUDGED
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.looking import keep
from laksana.steps.upkeep.overview import overview
from laksana.steps.upkeep.questions import (
    ask_report_text,
    ask_validation,
    decide_report_text,
    decide_validation,
    object_to_report_text,
)
from laksana.steps.upkeep.reporting import DRAFT, TEXT, VALIDATION, archive_report, draft_report
from laksana.steps.upkeep.rounds import CALLED, begin_round
from laksana.steps.wording import literal
from tests.steps.upkeep.estate import AT, MAINTENANCE, MONITORING, Estate

ANALYST, CHECKER = "analis-sistem-informasi", "pranata-komputer-ahli-muda"


@pytest.fixture(autouse=True)
def posts(estate: Estate) -> None:
    estate.office.holders.enter([
        Holding(role=role, username=role, name=name, rank="Penata (III/c)", nip="198501012010011001",
                agency="Diskominfo", valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
        for role, name in ((ANALYST, "Rina Analis"), (CHECKER, "Bayu Pranata"))
    ])  # fmt: skip


@pytest.fixture
def ticket(estate: Estate) -> Ticket:
    """Return a Monitoring round: of three accounts one is mended and one stays down, one backup is too old."""
    names = ("pangan", "sosial", "tani")
    keys = [estate.account(name) for name in names]
    made = estate.ticket(MONITORING, "r1")
    begin_round(first := estate.case(made, "akses"), kept_of(first))
    for key in keys:
        up = key == keys[2]
        item = CheckItem("Situs", passed=up, expected="menjawab", found="menjawab" if up else "tidak menjawab")
        keep(estate.case(made, "periksa_status"), key, STATUS, passed=up, record=CheckReport((item,)).to_json())
    for key in keys[:2]:
        record = {"playbook": {"alasan": "host mati"}, "status": {}}
        keep(estate.case(made, "aktifkan"), key, ACTIVATION, passed=key == keys[0], record=record)
    outages = estate.office.outages
    for name in names[:2]:
        outages.begin("hosting", name, ticket=made.number, cause="tidak menjawab", at=AT - timedelta(minutes=90))
    outages.end("hosting", names[0], ticket=made.number, at=AT, repaired=True)
    judged = tuple(
        BackupJudgement("hosting", name, "usang" if name == "tani" else "segar", (), AT.isoformat(), age, 10)
        for name, age in zip(names, (1, 2, 40), strict=True)
    )
    first.casefile.put(JUDGED, BackupVerdict(passed=False, services=judged).to_json(), step=4, attempt=1, at=AT)
    called = {"tiket": "SD-2026-000077", "sop": MAINTENANCE, "hasil": "selesai", "dokumen": []}
    first.casefile.put(f"{CALLED}5", called, step=5, attempt=1, at=AT)
    return made


def drafted(estate: Estate, ticket: Ticket) -> Outcome:
    return draft_report(estate.case(ticket, "laporan_rutin"))


def decision(case: Case, outcome: str, **fields: str) -> GateDecision:
    return GateDecision(
        ticket=case.ticket.number, dag_id=case.spec.slug, run_id=case.run_id, task_id=case.task_id, role=CHECKER,
        outcome=outcome, note="angka kurang", fields=fields, answered_by=CHECKER, answered_by_name="Bayu Pranata",
        capacity="", opened_at="", answered_at=AT.isoformat(), spec_digest="",
    )  # fmt: skip


def validated(estate: Estate, ticket: Ticket) -> Outcome:
    case = estate.case(ticket, "validasi")
    return decide_validation(case, decision(case, "setujui"))


def text_of(estate: Estate, key: str) -> str:
    path = estate.folder / "archive" / key
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_summary_counts_what_was_seen_and_done(estate: Estate, ticket: Ticket) -> None:
    case = estate.case(ticket, "laporan_rutin")

    assert chapters.summary(case) == (
        ("Layanan diperiksa", "3"),
        ("Down saat diperiksa", "2: pangan, sosial"),
        ("Diaktifkan kembali", "1: pangan"),
        ("Tetap down", "1: sosial"),
        ("Cadangan", "2 segar, 1 usang"),
        ("SOP yang dijalankan", "tiket SD-2026-000077: selesai"),
    )
    assert chapters.in_order(case) == ()


def test_chapters_say_how_long_it_was_down_and_why_it_still_is(estate: Estate, ticket: Ticket) -> None:
    case = estate.case(ticket, "laporan_rutin", now=AT + timedelta(minutes=30))

    rows = {table.title: table.rows for table in chapters.tables(case) if table.rows}

    assert set(rows) == {"Layanan yang down", "Gangguan", "Cadangan yang tidak beres"}
    assert [row[3:] for row in rows["Layanan yang down"]] == [
        ("diaktifkan kembali", "up"), ("gagal: host mati", "tetap down")
    ]  # fmt: skip
    began = "25-11-2026 06.30"
    assert sorted(rows["Gangguan"]) == [
        ("pangan", began, "25-11-2026 08.00", "1 jam 30 menit"), ("sosial", began, "masih berlangsung", "2 jam")
    ]  # fmt: skip


def test_service_that_a_called_round_finds_up_is_not_said_to_be_down(estate: Estate, ticket: Ticket) -> None:
    called = estate.ticket(MAINTENANCE, "r2", {"asal": {"tiket": ticket.number, "sop": MONITORING}})
    case = estate.case(ticket, "laporan_rutin")
    record = {"tiket": called.number, "sop": MAINTENANCE, "hasil": "selesai", "dokumen": []}
    case.casefile.put(f"{CALLED}5", record, step=5, attempt=2, at=AT)
    keep(estate.case(called, "jalankan_sop"), "hosting/sosial", STATUS, passed=True, record=CheckReport(()).to_json())

    (down,) = [table for table in chapters.tables(case) if table.title == "Layanan yang down"]

    assert down.rows[1][3:] == ("gagal: host mati; kemudian up dengan sendirinya", "up")
    assert ("Tetap down", "0") in chapters.summary(case)
    assert overview(estate.office, ticket.number)["still_down"] == []


def used(estate: Estate, ticket: Ticket, name: str, percent: float, *, days: int = 0) -> None:
    """Keep how full an account was, so many days before the round."""
    case = estate.case(ticket, "periksa_status", now=AT - timedelta(days=days))
    keep(case, f"hosting/{name}", RESOURCES, passed=True, record={"percent": {"quota": percent}})


def test_curves_are_of_half_a_year_and_begin_with_the_fullest(estate: Estate, ticket: Ticket) -> None:
    for days, percent in ((200, 10.0), (20, 40.0)):
        used(estate, estate.ticket(MONITORING, f"t{days}"), "pangan", percent, days=days)
    used(estate, ticket, "pangan", 60.0)
    used(estate, ticket, "sosial", 75.0)

    _, uses, limit = chapters.charts(estate.case(ticket, "laporan_rutin"))

    assert [curve.label for curve in uses] == ["sosial (kuota)", "pangan (kuota)"]
    assert uses[1].points == ((0.0, 40.0), (20.0, 60.0))
    assert limit == 80.0


def test_curves_are_the_rounds_own_however_long_its_validation_takes(estate: Estate, ticket: Ticket) -> None:
    """A report that waits at its gate while others are made does not change, and half a year does not break it."""
    used(estate, ticket, "pangan", 75.0)
    _, drafted_then, _ = chapters.charts(estate.case(ticket, "laporan_rutin"))
    used(estate, estate.ticket(MONITORING, "r2"), "pangan", 99.0, days=-190)

    _, uses, _ = chapters.charts(estate.case(ticket, "arsip", now=AT + timedelta(days=200)))

    assert uses == drafted_then
    assert uses[0].points == ((0.0, 75.0),)


def test_draft_is_marked_and_lets_the_services_go(estate: Estate, ticket: Ticket) -> None:
    key = drafted(estate, ticket).outputs["Laporan Data Back Up dan Monitoring Hosting"]["dokumen"]["key"]

    text = text_of(estate, key)
    assert "DRAF, belum divalidasi" in text
    assert "telah diperiksa 3 akun hosting pada tanggal 25 November 2026." in text
    assert estate.office.claims.claim(MONITORING, [("hosting", "pangan")], ticket="T9", at=AT) == {}


def test_returned_report_is_drafted_anew_with_what_the_drafter_adds(estate: Estate, ticket: Ticket) -> None:
    drafted(estate, ticket)
    case = estate.case(ticket, "laporan_rutin")
    outcome = decide_report_text(case, decision(case, "kirim", uraian="  Host dipindahkan.\n\nSelesai besok. "))

    second = draft_report(replace(case, attempt=2)).outputs["Laporan Data Back Up dan Monitoring Hosting"]

    assert outcome.keterangan == "laporan diperbaiki oleh Bayu Pranata"
    assert "Host dipindahkan. Selesai besok." in text_of(estate, second["dokumen"]["key"])
    assert ask_report_text(case).prefilled == {"uraian": case.casefile.get(TEXT).record["uraian"]}


@pytest.mark.parametrize("text", ["", "  \n "])
def test_empty_addition_is_objected_to(estate: Estate, ticket: Ticket, text: str) -> None:
    case = estate.case(ticket, "laporan_rutin")

    assert object_to_report_text(case, decision(case, "kirim", uraian=text)) == "Uraian tidak boleh kosong"
    assert object_to_report_text(case, decision(case, "kirim", uraian="Selesai.")) == ""


def test_validation_shows_the_numbers_and_is_not_the_drafters_own(estate: Estate, ticket: Ticket) -> None:
    drafted(estate, ticket)
    case = estate.case(ticket, "validasi")
    assert ask_validation(case).assigned == (f"role:{CHECKER}",)
    case.casefile.put(TEXT, {"uraian": "x", "oleh": ANALYST}, step=6, attempt=1, at=AT)

    question = ask_validation(case)

    assert question.assigned == (f"role:{CHECKER}", f"not:{ANALYST}")
    assert literal("1: pangan") in question.body
    assert f"(/laksana/berkas/{case.casefile.get(DRAFT).record['dokumen']['key']})" in question.body


def test_return_keeps_no_validation(estate: Estate, ticket: Ticket) -> None:
    drafted(estate, ticket)
    case = estate.case(ticket, "validasi")

    outcome = decide_validation(case, decision(case, "kembalikan"))

    assert (outcome.hasil, outcome.outputs) == ("kembalikan", {})
    assert outcome.keterangan == "laporan dikembalikan oleh Bayu Pranata: angka kurang"
    assert case.casefile.find(VALIDATION) is None
    with pytest.raises(CaseFileError):
        archive_report(estate.case(ticket, "arsip"))


def test_report_is_archived_once_validated_and_closes_the_ticket(estate: Estate, ticket: Ticket) -> None:
    drafted(estate, ticket)
    assert validated(estate, ticket).hasil == "setujui"

    first = archive_report(estate.case(ticket, "arsip"))
    again = archive_report(estate.case(ticket, "arsip", try_number=2, now=AT + timedelta(days=1)))

    document = first.outputs["File pdf pada server"]["dokumen"]
    text = text_of(estate, document["key"])
    assert first.status == "selesai"
    assert again.outputs == first.outputs
    assert "DRAF" not in text
    assert "Bayu Pranata" in text
    papers = estate.office.desk.get(ticket.number).documents
    assert [item.key for item in papers] == [document["key"]]


def test_validator_who_lost_the_post_is_named(estate: Estate, ticket: Ticket) -> None:
    drafted(estate, ticket)
    validated(estate, ticket)

    with pytest.raises(CaseFileError, match=f"{CHECKER} validated the report and holds {CHECKER} no longer"):
        archive_report(estate.case(ticket, "arsip", now=AT + timedelta(days=60)))
