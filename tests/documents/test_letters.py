"""What granted and refused replies say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from laksana.documents.letters import Reply, granted_reply, paragraphs_of, post_of, refused_reply, text_of
from laksana.documents.wording import Wording
from laksana.errors import DocumentError
from laksana.records import LetterFacts, Person


def test_granted_reply_names_reference_service_and_facts(reply: Reply, wording: Wording) -> None:
    facts = granted_reply(reply, wording)

    assert facts.granted
    assert facts.date == "2026-11-23"
    assert facts.subject == "Balasan Permohonan Sub Domain satudata.gresikkab.go.id"
    assert reply.reference in facts.paragraphs[0]
    assert dict(facts.facts)["Alamat tujuan"] == "203.0.113.25"
    assert facts.sender == "Kepala Dinas Komunikasi dan Informatika"


def test_reply_survives_json(reply: Reply, wording: Wording) -> None:
    import json

    facts = granted_reply(reply, wording)
    again = LetterFacts.from_json(json.loads(json.dumps(facts.to_json())))

    assert again.paragraphs == facts.paragraphs
    assert [tuple(row) for row in again.facts] == list(facts.facts)


def test_refused_reply_numbers_its_reasons(reply: Reply, wording: Wording) -> None:
    facts = refused_reply(replace(reply, reasons=("Nama telah dipakai.", " ", "Berkas tidak lengkap.")), wording)

    assert not facts.granted
    assert "1. Nama telah dipakai." in facts.paragraphs
    assert "2. Berkas tidak lengkap." in facts.paragraphs
    assert "[alasan]" not in facts.paragraphs


def test_refusal_without_reason_is_refused(reply: Reply, wording: Wording) -> None:
    with pytest.raises(DocumentError, match=r"SUB-2026-0007: a refusal needs at least one reason"):
        refused_reply(replace(reply, reasons=("  ",)), wording)


def test_edited_paragraphs_replace_the_standard_body_untouched(reply: Reply, wording: Wording) -> None:
    edited = ("Kurung kurawal {layanan} tetap apa adanya.", "", "Penutup.")

    facts = refused_reply(replace(reply, paragraphs=edited), wording)

    assert facts.paragraphs == ("Kurung kurawal {layanan} tetap apa adanya.", "Penutup.")


def test_braces_in_an_applicants_words_are_not_filled_again(reply: Reply, wording: Wording) -> None:
    facts = granted_reply(replace(reply, reference="Nota Dinas {tiket} {0.__class__}"), wording)

    assert "Nota Dinas {tiket} {0.__class__}" in facts.paragraphs[0]


def test_row_without_value_is_left_out(reply: Reply, wording: Wording) -> None:
    assert "Alamat tujuan" not in dict(
        granted_reply(replace(reply, values={**reply.values, "alamat": ""}), wording).facts
    )


@pytest.mark.parametrize(
    ("capacity", "prefix"), [("definitif", ""), ("plt", "Plt. "), ("plh", "Plh. "), ("pj", "Pj. ")]
)
def test_post_carries_the_capacity(head: Person, capacity: str, prefix: str) -> None:
    assert post_of(replace(head, capacity=capacity)) == f"{prefix}Kepala Dinas Komunikasi dan Informatika"


def test_unknown_capacity_is_refused(head: Person) -> None:
    with pytest.raises(DocumentError, match=r"unknown capacity 'wakil' \(allowed: definitif, plt, plh, pj\)"):
        post_of(replace(head, capacity="wakil"))


def test_edited_text_splits_at_blank_lines_and_items() -> None:
    text = "Satu\nbaris  sambung.\r\n\r\n\nDua:\n1. butir\n   lanjut\n2) lagi\n- titik"

    assert paragraphs_of(text) == ("Satu baris sambung.", "Dua:", "1. butir lanjut", "2) lagi", "- titik")


def test_body_as_text_comes_back_the_same(facts: LetterFacts) -> None:
    assert paragraphs_of(text_of(facts)) == facts.paragraphs
