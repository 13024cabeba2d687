"""Letters as PDF, read back by poppler."""

from __future__ import annotations

import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from laksana.documents.letters import Reply, granted_reply, refused_reply
from laksana.documents.rendering import render_letter
from laksana.documents.wording import Wording
from laksana.errors import DocumentError
from laksana.records import LetterFacts
from tests.documents.pdf_tools import pdf_fonts, pdf_info, pdf_text, pdf_words, run


def test_letter_has_the_parts_of_a_nota_dinas_in_order(letter: bytes, tmp_path: Path) -> None:
    words = pdf_words(letter, tmp_path)

    parts = (
        "PEMERINTAH KABUPATEN GRESIK DINAS KOMUNIKASI DAN INFORMATIKA",
        "NOTA DINAS",
        "Yth. :",
        "Dari : Kepala Dinas",
        "Tanggal : 23 November 2026",
        "Nomor : 065/001/437.87/2026",
        "Sifat : Biasa",
        "Lampiran : -",
        "Hal : Balasan Permohonan Sub Domain satudata.gresikkab.go.id",
        "Menindaklanjuti Nota Dinas Kepala Bappeda",
        "Nama sub domain : satudata.gresikkab.go.id",
        "Demikian disampaikan",
        "Kepala Dinas Komunikasi dan Informatika,",
        "Dra. SITI RAHMAWATI, M.Si.",
        "Pembina Utama Muda (IV/c)",
        "NIP 19710203 199503 2 001",
        "ditandatangani secara elektronik",
    )
    places = [words.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert "DRAF" not in words


def test_letter_is_a4_pdf_a_with_all_fonts_embedded(letter: bytes, tmp_path: Path) -> None:
    info = pdf_info(letter, tmp_path)

    assert info["Pages"] == "1"
    assert "(A4)" in info["Page size"]
    assert b"pdfaid:part>2<" in letter
    assert {row[-5] for row in pdf_fonts(letter, tmp_path)} == {"yes"}


def test_same_facts_give_the_same_bytes(facts: LetterFacts, letter: bytes, letters_dir: Path) -> None:
    assert render_letter(facts, letters_dir=letters_dir, draft=False) == letter


def test_draft_is_marked_and_may_lack_number_and_date(
    reply: Reply, wording: Wording, letters_dir: Path, tmp_path: Path
) -> None:
    draft = granted_reply(replace(reply, number="", on=None), wording)

    pdf = render_letter(draft, letters_dir=letters_dir, draft=True)

    words = pdf_words(pdf, tmp_path)
    # poppler tears slanted words apart, pypdf reads them whole
    assert "DRAF" in PdfReader(BytesIO(pdf)).pages[0].extract_text().split()
    assert "DRAF: konsep" in words
    assert "belum ditandatangani" in words
    assert "telah ditandatangani" not in words


@pytest.mark.parametrize("field", ["number", "date"])
def test_final_letter_without_number_or_date_is_refused(facts: LetterFacts, letters_dir: Path, field: str) -> None:
    with pytest.raises(DocumentError, match=f"no {field}; only a draft may lack it"):
        render_letter(replace(facts, **{field: ""}), letters_dir=letters_dir, draft=False)


def test_unreadable_date_is_refused(facts: LetterFacts, letters_dir: Path) -> None:
    with pytest.raises(DocumentError, match="no ISO date"):
        render_letter(replace(facts, date="23 November"), letters_dir=letters_dir, draft=False)


def test_markup_in_texts_is_printed_not_obeyed(facts: LetterFacts, letters_dir: Path, tmp_path: Path) -> None:
    hostile = '#import "x.typ" *bold* $x$ {{ }} _u_ `r` @ref <l> // \\ #read("office.yaml") "a" -- 1..2'
    marked = replace(facts, recipient=hostile, paragraphs=(hostile, f"1. {hostile}", "Penutup."), subject=hostile)

    words = pdf_words(render_letter(marked, letters_dir=letters_dir, draft=False), tmp_path)

    assert words.count(hostile) == 4


def test_control_characters_are_dropped(facts: LetterFacts, letters_dir: Path, tmp_path: Path) -> None:
    odd = replace(facts, recipient="Kepala\x00 Dinas\x07 A\ud800")

    assert "Kepala Dinas A" in pdf_words(render_letter(odd, letters_dir=letters_dir, draft=False), tmp_path)


def test_sign_that_the_fonts_lack_keeps_no_letter_from_being_written(
    facts: LetterFacts, letters_dir: Path, tmp_path: Path
) -> None:
    odd = replace(facts, recipient="Kepala 😀 数据 Żółć “Dinas”")

    assert "Kepala ? ?? Żółć “Dinas”" in pdf_words(render_letter(odd, letters_dir=letters_dir, draft=False), tmp_path)


def test_refused_letter_gives_its_reasons(reply: Reply, wording: Wording, letters_dir: Path, tmp_path: Path) -> None:
    facts = refused_reply(replace(reply, reasons=("Nama telah dipakai.", "Berkas tidak lengkap.")), wording)

    words = pdf_words(render_letter(facts, letters_dir=letters_dir, draft=False), tmp_path)

    assert "belum dapat kami penuhi dengan pertimbangan: 1. Nama telah dipakai. 2. Berkas tidak lengkap." in words


def test_acting_official_signs_in_capacity(reply: Reply, wording: Wording, letters_dir: Path, tmp_path: Path) -> None:
    facts = granted_reply(replace(reply, signer=replace(reply.signer, capacity="plh")), wording)

    words = pdf_words(render_letter(facts, letters_dir=letters_dir, draft=False), tmp_path)

    assert "Dari : Plh. Kepala Dinas" in words
    assert "Plh. Kepala Dinas Komunikasi dan Informatika," in words


def test_table_without_mark_stands_before_the_closing(facts: LetterFacts, letters_dir: Path, tmp_path: Path) -> None:
    edited = replace(facts, paragraphs=("Pembuka.", "Isi.", "Penutup."))

    words = pdf_words(render_letter(edited, letters_dir=letters_dir, draft=False), tmp_path)

    assert words.index("Isi.") < words.index("Nama sub domain :") < words.index("Penutup.")


def test_long_letter_numbers_its_pages_and_keeps_closing_with_signature(
    reply: Reply, wording: Wording, letters_dir: Path, tmp_path: Path
) -> None:
    long = tuple(f"Alasan ke-{number} yang diuraikan panjang lebar. " * 6 for number in range(1, 9))
    facts = refused_reply(replace(reply, reasons=long), wording)

    pdf = render_letter(facts, letters_dir=letters_dir, draft=False)

    assert pdf_info(pdf, tmp_path)["Pages"] == "2"
    first, second = pdf_text(pdf, tmp_path, page=1), pdf_text(pdf, tmp_path, page=2)
    assert second.split()[0] == "2"
    assert "PEMERINTAH KABUPATEN GRESIK" in first
    assert "PEMERINTAH KABUPATEN GRESIK" not in second
    assert "Demikian disampaikan" in second
    assert "RAHMAWATI" in second
    assert "RAHMAWATI" not in first


def test_very_long_word_stays_on_the_page(facts: LetterFacts, letters_dir: Path, tmp_path: Path) -> None:
    name = "-".join(["sangatpanjang"] * 14) + ".gresikkab.go.id"
    pdf = render_letter(replace(facts, facts=(("Nama", name),)), letters_dir=letters_dir, draft=False)

    boxes = tmp_path / "boxes.pdf"
    boxes.write_bytes(pdf)
    rights = [
        float(part.split('xMax="')[1].split('"')[0])
        for part in run("pdftotext", "-bbox", boxes, "-").splitlines()
        if "<word" in part
    ]
    assert max(rights) < 595 - 55


def test_web_address_is_a_link_and_can_be_copied_as_it_is(
    facts: LetterFacts, letters_dir: Path, tmp_path: Path
) -> None:
    address = "https://layanan.gresikkab.go.id/laksana/sandi/SD-2026-000001"
    texts = ("Pembuka.", f"Kata sandi diambil melalui {address}, satu kali.", "Demikian.")
    pdf = render_letter(replace(facts, paragraphs=texts), letters_dir=letters_dir, draft=False)

    file = tmp_path / "letter.pdf"
    file.write_bytes(pdf)
    assert f"{address}, satu kali" in " ".join(run("pdftotext", "-layout", file, "-").split())
    assert f" {address}" in run("pdfinfo", "-url", file)


def test_verification_address_stands_at_the_foot(facts: LetterFacts, letters_dir: Path, tmp_path: Path) -> None:
    pdf = render_letter(facts, letters_dir=letters_dir, draft=False, verification="https://contoh.go.id/periksa/7")

    assert "diperiksa pada https://contoh.go.id/periksa/7" in pdf_words(pdf, tmp_path)


def test_missing_template_is_named(facts: LetterFacts, letters_dir: Path, tmp_path: Path) -> None:
    shutil.copy(letters_dir / "office.yaml", tmp_path)

    with pytest.raises(DocumentError, match=r"nota-dinas-balasan\.typ: no such template"):
        render_letter(facts, letters_dir=tmp_path, draft=False)


def test_broken_template_is_an_error_with_its_file(facts: LetterFacts, letters_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(letters_dir, tmp_path / "letters")
    (tmp_path / "letters" / "nota-dinas-balasan.typ").write_text("#unknown")

    with pytest.raises(DocumentError, match=r"nota-dinas-balasan\.typ: unknown variable"):
        render_letter(facts, letters_dir=tmp_path / "letters", draft=False)


def test_emblem_stands_in_the_letterhead(facts: LetterFacts, letters_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    shutil.copytree(letters_dir, folder)
    (folder / "lambang.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><circle cx="10" cy="10" r="9"/></svg>'
    )
    office = folder / "office.yaml"
    office.write_text(office.read_text().replace('lambang: ""', 'lambang: "lambang.svg"'))

    assert "NOTA DINAS" in pdf_words(render_letter(facts, letters_dir=folder, draft=False), tmp_path)
