"""How a routine report looks: nothing overlaps or is cut, whether a round saw one service or two hundred."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from pypdf import PdfReader

from laksana.documents.reports import minutes_of_completion, render_report
from laksana.documents.routine_report import (
    LONGEST_TABLE,
    Bar,
    BarChart,
    Curve,
    Table,
    bytes_in_words,
    duration_in_words,
    render_routine_report,
)
from laksana.records import CheckReport
from tests.documents.pdf_tools import pdf_fonts, pdf_info, pdf_text, pdf_words, run
from tests.documents.routine_samples import ANALYST, VALIDATOR, large_report, small_report, usual_report

HOSTILE = '#import "x.typ" *bold* $x$ _u_ `r` <l> #read("office.yaml")'
_BOX = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)</word>')
_CM = 72 / 2.54
_LEFT_EDGE, _RIGHT_EDGE = 2.2 * _CM, 19 * _CM
_TEXT_WIDTH = _RIGHT_EDGE - _LEFT_EDGE


@pytest.fixture(scope="session")
def usual(letters_dir: Path) -> bytes:
    return render_routine_report(usual_report(), letters_dir=letters_dir)


@pytest.fixture(scope="session")
def validated(letters_dir: Path) -> bytes:
    """The same paper without the draft's mark, whose slanted letters confuse poppler."""
    report = replace(usual_report(), validator=VALIDATOR, validated_on="24 November 2026")
    return render_routine_report(report, letters_dir=letters_dir)


@pytest.fixture(scope="session")
def large(letters_dir: Path) -> bytes:
    return render_routine_report(large_report(), letters_dir=letters_dir)


def boxes(pdf: bytes, folder: Path) -> list[list[tuple[float, float, float, float, str]]]:
    """Return the words of each page with their places; a quarter of the height is left off, where lines may touch."""
    path = folder / "boxes.pdf"
    path.write_bytes(pdf)
    pages: list[list[tuple[float, float, float, float, str]]] = []
    for line in run("pdftotext", "-bbox", path, "-").splitlines():
        if "<page" in line:
            pages.append([])
        elif found := _BOX.search(line):
            left, top, right, bottom = (float(part) for part in found.groups()[:4])
            margin = (bottom - top) / 8
            pages[-1].append((left, top + margin, right, bottom - margin, found[5]))
    return pages


def assert_nothing_overlaps_or_is_cut(pdf: bytes, folder: Path) -> None:
    for words in boxes(pdf, folder):
        assert [word for word in words if word[2] > _RIGHT_EDGE + 1] == []
        assert [
            (one[4], other[4])
            for one, other in combinations(words, 2)
            if min(one[2], other[2]) - max(one[0], other[0]) > 1 and min(one[3], other[3]) > max(one[1], other[1])
        ] == []


def test_report_has_the_parts_of_the_paper_in_order(validated: bytes, tmp_path: Path) -> None:
    words = pdf_words(validated, tmp_path)

    parts = (
        "PEMERINTAH KABUPATEN GRESIK DINAS KOMUNIKASI DAN INFORMATIKA",
        "LAPORAN DATA BACK UP DAN MONITORING HOSTING",
        "Tiket MON-2026-000001 · 23 November 2026 pukul 07.41",
        "Layanan diperiksa 20",
        "16 segar, 2 usang, 1 rusak, 1 tidak ada",
        "Gangguan pada akun pertama",
        "Layanan yang down",
        "Gangguan Layanan",
        "2 jam 5 menit",
        "Cadangan yang tidak beres",
        "Umur cadangan",
        "100 hari · lewat batas",
        "Pemakaian dari waktu ke waktu",
        "(disk): 95 %",
        "Tanpa catatan (14)",
        "Lampiran",
        "Disusun di Gresik, 23 November 2026",
        ANALYST.name,
    )
    places = [words.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_report_is_a4_pdf_a_with_all_fonts_embedded(usual: bytes, tmp_path: Path) -> None:
    assert "(A4)" in pdf_info(usual, tmp_path)["Page size"]
    assert b"pdfaid:part>2<" in usual
    assert {row[-5] for row in pdf_fonts(usual, tmp_path)} == {"yes"}


def test_same_report_gives_the_same_bytes(usual: bytes, letters_dir: Path) -> None:
    assert render_routine_report(usual_report(), letters_dir=letters_dir) == usual


def test_every_page_of_a_draft_is_marked_and_no_other(usual: bytes, validated: bytes) -> None:
    # poppler tears slanted words apart, pypdf reads them whole
    marked = [
        ["DRAF" in page.extract_text().split() for page in PdfReader(BytesIO(pdf)).pages] for pdf in (usual, validated)
    ]

    assert marked == [[True, True], [False, False]]


def test_draft_awaits_its_validator(usual: bytes, validated: bytes, tmp_path: Path) -> None:
    draft, final = pdf_words(usual, tmp_path), pdf_words(validated, tmp_path)

    assert "DRAF, belum divalidasi" in draft
    assert "Menunggu validasi" in draft
    assert VALIDATOR.name not in draft
    assert "belum divalidasi" not in final
    assert "Menunggu" not in final
    assert "Divalidasi pada 24 November 2026" in final
    assert f"NIP {VALIDATOR.nip}" in final


def test_report_of_one_service_in_order_is_one_page(letters_dir: Path, tmp_path: Path) -> None:
    pdf = render_routine_report(small_report(), letters_dir=letters_dir)

    words = pdf_words(pdf, tmp_path)
    assert pdf_info(pdf, tmp_path)["Pages"] == "1"
    assert "Layanan yang down" not in words
    assert "lewat batas" not in words
    assert "baru sekali dilihat" in words


def test_report_with_nothing_to_show_still_renders(letters_dir: Path, tmp_path: Path) -> None:
    bare = replace(small_report(), ages=None, uses=(), in_order=(), tables=(), performer=None)

    assert "Layanan diperiksa 1" in pdf_words(render_routine_report(bare, letters_dir=letters_dir), tmp_path)


def test_two_hundred_services_render_in_two_seconds(letters_dir: Path) -> None:
    started = time.monotonic()
    render_routine_report(large_report(), letters_dir=letters_dir)

    assert time.monotonic() - started < 2


def test_every_service_of_a_large_round_is_named(large: bytes, tmp_path: Path) -> None:
    text = "".join(pdf_text(large, tmp_path).split())

    assert [number for number in range(1, 201) if f"layanan-{number:03}." not in text] == []
    assert f"Dan{100 - LONGEST_TABLE}lainnya.Yaitulayanan-061." in text


def test_charts_of_a_large_round_show_the_worst_and_count_the_rest(large: bytes, tmp_path: Path) -> None:
    words = pdf_words(large, tmp_path)

    assert "129 hari · lewat batas" in words
    assert "Dan 176 lainnya, semuanya tidak lebih tua." in words
    assert "Dan 188 lainnya, semuanya tidak lebih penuh." in words


def test_table_repeats_its_head_on_each_page(large: bytes, tmp_path: Path) -> None:
    for page in (1, 2, 3):
        assert "Layanan Pemilik Ditemukan Tindakan Keadaan" in " ".join(pdf_text(large, tmp_path, page=page).split())


def test_nothing_overlaps_in_a_usual_or_a_large_report(validated: bytes, large: bytes, tmp_path: Path) -> None:
    assert_nothing_overlaps_or_is_cut(validated, tmp_path)
    assert_nothing_overlaps_or_is_cut(large, tmp_path)


def assert_stays_left_of(edge: float, pdf: bytes, folder: Path, *, after: str, before: str) -> None:
    """Look at the words of the first column between two others: poppler glues what touches into one word."""
    words = boxes(pdf, folder)[0]
    top = next(word[3] for word in words if word[4] == after)
    bottom = next(word[1] for word in words if word[4] == before and word[1] > top)
    column = [word for word in words if top < word[1] < bottom and word[0] < edge]
    assert column
    assert [(word[4], word[2]) for word in column if word[2] > edge] == []


@pytest.mark.parametrize(
    "name", ["x" * 63, "a-b." * 20 + "go.id", "sangatpanjangsekalinamanya.kecamatan.gresikkab.go.id"]
)
def test_long_names_stay_in_their_columns(letters_dir: Path, tmp_path: Path, name: str) -> None:
    report = replace(
        small_report(), validator=VALIDATOR, summary=(("Down saat diperiksa", f"2: {name}, {name}"),),
        tables=(Table("Layanan yang down", ("Layanan", "Pemilik", "Keadaan"), ((name, "Dinas", "up"),) * 2,
                      widths=(1.0, 1.0, 3.0)),),
        ages=BarChart("Umur cadangan", (Bar(name, 40.0, over=True, shown="40 hari"),) * 2, 30.4, "batas 1 bulan"),
        uses=(Curve(name, ((0.0, 1.0), (9.0, 120.0))),) * 4, in_order=(name, name),
    )  # fmt: skip

    pdf = render_routine_report(report, letters_dir=letters_dir)

    assert_nothing_overlaps_or_is_cut(pdf, tmp_path)
    assert_stays_left_of(_LEFT_EDGE + _TEXT_WIDTH / 5, pdf, tmp_path, after="Pemilik", before="Umur")
    assert_stays_left_of(_LEFT_EDGE + 5.2 * _CM, pdf, tmp_path, after="bulan", before="Pemakaian")
    left = "".join(word[4] for word in boxes(pdf, tmp_path)[0] if word[0] < _LEFT_EDGE + 5.2 * _CM)
    assert left.count(name) >= 4, "two in the table, two beside the bars"


def test_names_of_services_stay_in_their_column(validated: bytes, tmp_path: Path) -> None:
    assert_stays_left_of(_LEFT_EDGE + _TEXT_WIDTH * 1.4 / 7.7, validated, tmp_path, after="Pemilik", before="Gangguan")


def test_names_that_are_broken_can_be_copied_whole(validated: bytes, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(validated)
    table = run("pdftotext", "-f", "1", file, "-").split("Layanan yang down")[1]

    assert "dinas-01.gresikkab.\ngo.id" in table
    assert "\u200b" not in table


def test_markup_in_texts_is_printed_not_obeyed(letters_dir: Path, tmp_path: Path) -> None:
    wide = Table(HOSTILE, (HOSTILE,), ((HOSTILE,),), HOSTILE)
    report = replace(
        small_report(), paragraphs=(HOSTILE,), summary=((HOSTILE, HOSTILE),), tables=(wide,), in_order=(HOSTILE,),
        ages=BarChart(HOSTILE, (Bar(HOSTILE, 1.0, over=False, shown=HOSTILE),), 30.0, "batas"),
        uses=(Curve(HOSTILE, ((0.0, 1.0),)),), performer=replace(ANALYST, name=HOSTILE),
    )  # fmt: skip

    text = "".join(pdf_text(render_routine_report(report, letters_dir=letters_dir), tmp_path).split())

    # columns tear the others apart: these eight stand on lines of their own
    assert text.count("".join(HOSTILE.split())) >= 8


def test_very_long_cell_is_spread_over_pages_not_cut(letters_dir: Path, tmp_path: Path) -> None:
    message = " ".join(f"kesalahan-{number}" for number in range(700))
    table = Table("Layanan yang down", ("Layanan", "Tindakan"), (("satudata", message),))
    pdf = render_routine_report(replace(small_report(), tables=(table,)), letters_dir=letters_dir)

    text = "".join(pdf_text(pdf, tmp_path).split())
    assert [number for number in range(700) if f"kesalahan-{number}" not in text] == []


def test_use_of_several_looks_on_one_day_is_drawn(letters_dir: Path, tmp_path: Path) -> None:
    report = replace(small_report(), uses=(Curve("satudata (disk)", ((0.0, 40.0), (0.001, 41.0))),))

    words = pdf_words(render_routine_report(report, letters_dir=letters_dir), tmp_path)

    assert "satudata (disk): 41 %" in words
    assert "hari ini: 40 %" in words


@pytest.mark.parametrize(
    ("percent", "over"), [(79.9, False), (80.0, False), (80.1, True), (100.0, True), (120.0, True)]
)
def test_only_use_beyond_the_limit_is_called_so(letters_dir: Path, tmp_path: Path, percent: float, over: bool) -> None:
    report = replace(small_report(), ages=None, uses=(Curve("satudata", ((0.0, 1.0), (0.1, percent))),))

    words = pdf_words(render_routine_report(report, letters_dir=letters_dir), tmp_path)

    assert ("lewat batas" in words) is over


def test_reports_and_minutes_share_the_letterhead_with_its_emblem(letters_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    shutil.copytree(letters_dir, folder)
    (folder / "lambang.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle cx="10" cy="10" r="9"/></svg>'
    )
    office = folder / "office.yaml"
    office.write_text(office.read_text().replace('lambang: ""', 'lambang: "lambang.svg"'))
    minutes = minutes_of_completion(
        ticket="SUB-2026-000001", service="Sub Domain", agency="Bappeda", performer=ANALYST, on=date(2026, 11, 23),
        rows=(), evidence=CheckReport(()),
    )  # fmt: skip

    heads = [
        pdf_words(pdf, tmp_path).split("Laman:")[0]
        for pdf in (
            render_routine_report(small_report(), letters_dir=folder),
            render_report(minutes, letters_dir=folder),
        )
    ]

    assert heads[0] == heads[1]
    assert b"Lambang daerah" in render_report(minutes, letters_dir=folder)


@pytest.mark.parametrize(
    ("size", "words"),
    [(1_048_000, "1023 KB"), (1_048_570, "1,0 MB"), (10 * 1024**3, "10 GB"), (5 * 1024**5, "5120 TB")],
)
def test_sizes_are_right_at_the_edges_of_their_units(size: int, words: str) -> None:
    assert bytes_in_words(size) == words


@pytest.mark.parametrize(("minutes", "words"), [(-3, "kurang dari 1 menit"), (60, "1 jam"), (1445, "1 hari 5 menit")])
def test_parts_of_a_length_that_are_nought_are_not_said(minutes: int, words: str) -> None:
    assert duration_in_words(minutes) == words
