"""What gates show: data of users stands there as it is, never as markup."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from laksana.records import Change, CheckItem, CheckReport, PlaybookOutcome, TaskFailure
from laksana.steps.wording import failure_text, form_rows, literal, report_rows, rows

HOSTILE = [
    "<script>alert(1)</script>",
    "**tebal** _miring_ `kode`",
    "[tautan](http://contoh.invalid)",
    "![gambar](x.png)",
    "# judul",
    "- butir",
    "a | b",
    "~~coret~~",
    "baris\n\n# judul\r\nlain",
    r"\*x\*",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_shown_as_it_is(text: str) -> None:
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(f"- **Nama**: {literal(text)}")

    shown = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html == f"<ul>\n<li><strong>Nama</strong>: {shown}</li>\n</ul>\n"


def test_empty_values_get_no_row() -> None:
    assert rows([("A", ""), ("B", None), ("C", 0)]) == "- **C**: 0"


def test_form_stands_under_its_titles() -> None:
    schema = {"properties": {"label": {"title": "Nama sub domain"}, "port": {"title": "Port"}}}

    assert form_rows({"port": 80, "label": "a_b"}, schema) == "- **Nama sub domain**: a\\_b\n- **Port**: 80"


def test_report_shows_what_passed_and_what_did_not() -> None:
    report = CheckReport((CheckItem("Bentuk", True, "benar", "ok"), CheckItem("Bebas", False, "bebas", "dipakai")))  # noqa: FBT003  # a record's columns

    assert report_rows(report) == "- ✔ **Bentuk**: ok\n- ✘ **Bebas**: dipakai"


def test_failure_is_one_line_with_its_evidence() -> None:
    outcome = PlaybookOutcome(
        "subdomain", "failed", 0, (Change("h", "t", "", ""),),
        (TaskFailure("ns1", "zona", "tidak dapat ditulis"),), "/var/bukti", 1.5,
    )  # fmt: skip

    assert failure_text(outcome) == (
        "playbook subdomain failed: ns1: tidak dapat ditulis (evidence: /var/bukti; safe to run again)"
    )
