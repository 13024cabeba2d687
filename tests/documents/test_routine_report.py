"""Reports of rounds: what was found stands in them, short or long, and nothing in them is markup."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from laksana.documents.routine_report import (
    LONGEST_TABLE,
    Bar,
    BarChart,
    Curve,
    RoutineReport,
    Table,
    bytes_in_words,
    duration_in_words,
    render_routine_report,
)
from laksana.records import Person

LETTERS = Path(__file__).parents[2] / "include" / "letters"
ANALYST = Person("analis", "Laila Rahmawati, S.T.", "analis-sistem-informasi", "Analis Sistem Informasi", nip="1990")
EXPERT = Person("pranata", "Dimas Setyawan, S.Kom.", "pranata-komputer-ahli-muda", "Pranata Komputer Ahli Muda")
REPORT = RoutineReport(
    title="Laporan Data Back Up dan Monitoring Hosting", ticket="SD-2026-000123",
    at=datetime(2026, 11, 25, 8, 12, 30, 999, tzinfo=ZoneInfo("Asia/Jakarta")),
    summary=(("Layanan diperiksa", "2"), ("Tetap down", "1: lelang")), paragraphs=("Diperiksa dua layanan.",),
    tables=(Table("Layanan yang down", ("Layanan", "Ditemukan"), (("lelang #1 *x* $y$", "SSH tidak menjawab"),)),),
    ages=BarChart("Umur cadangan", (Bar("lelang", 100, over=True, shown="100 hari"),), 30, "batas 1 bulan"),
    uses=(Curve("lelang (disk)", ((0.0, 70.0), (9.0, 91.0))),), use_limit=80, in_order=("perikanan",),
    attachments=(("Rincian", "https://layanan.gresikkab.go.id/laksana/berkas/a.html"),), performer=ANALYST,
)  # fmt: skip


def text_of(report: RoutineReport, folder: Path) -> str:
    file = folder / "laporan.pdf"
    file.write_bytes(render_routine_report(report, letters_dir=LETTERS))
    done = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_report_says_what_it_was_given(tmp_path: Path) -> None:
    text = text_of(REPORT, tmp_path)

    for part in ("LAPORAN DATA BACK UP DAN MONITORING HOSTING", "25 November 2026 pukul 08.12", "Tetap down 1: lelang",
                 "100 hari · lewat batas", "batas 1 bulan", "lelang (disk): 91 %", "Tanpa catatan (1) perikanan",
                 "Laila Rahmawati, S.T."):  # fmt: skip
        assert part in text, part


def test_user_text_is_never_markup(tmp_path: Path) -> None:
    assert "lelang #1 *x* $y$" in text_of(REPORT, tmp_path)


def test_draft_is_marked_until_it_is_validated(tmp_path: Path) -> None:
    final = text_of(replace(REPORT, validator=EXPERT, validated_on="25 November 2026"), tmp_path)

    assert "DRAF" in text_of(REPORT, tmp_path)
    assert "DRAF" not in final
    assert "Divalidasi pada 25 November 2026" in final
    assert "Dimas Setyawan, S.Kom." in final


def test_long_round_stays_readable(tmp_path: Path) -> None:
    rows = tuple((f"layanan-{number}", "tidak menjawab") for number in range(200))
    bars = tuple(
        Bar(f"layanan-{number}", float(number), over=number > 30, shown=f"{number} hari") for number in range(200)
    )
    report = replace(
        REPORT, tables=(Table("Layanan yang down", ("Layanan", "Ditemukan"), rows),), uses=REPORT.uses * 40,
        ages=BarChart("Umur cadangan", bars, 30, "batas 1 bulan"),
    )  # fmt: skip
    text = text_of(report, tmp_path)

    assert f"Dan {200 - LONGEST_TABLE} lainnya." in text
    assert "199 hari" in text
    assert text.count("lelang (disk)") == 12


def test_report_is_pdf_a_with_its_fonts(tmp_path: Path) -> None:
    file = tmp_path / "laporan.pdf"
    file.write_bytes(render_routine_report(REPORT, letters_dir=LETTERS))
    fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]

    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts)
    assert b"pdfaid:part" in file.read_bytes()


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (1023, "1023 B"), (1024, "1,0 KB"), (1_288_490_189, "1,2 GB"), (50 << 20, "50 MB")]
)
def test_sizes_are_written_as_people_do(size: int, words: str) -> None:
    assert bytes_in_words(size) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "kurang dari 1 menit"),
        (5, "5 menit"),
        (125, "2 jam 5 menit"),
        (1440, "1 hari"),
        (1501, "1 hari 1 jam 1 menit"),
    ],
)
def test_lengths_of_time_are_said_as_people_do(minutes: int, words: str) -> None:
    assert duration_in_words(minutes) == words
