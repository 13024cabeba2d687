"""The service notice: six components in their order, times added up by hand here, nothing that no source says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from laksana.errors import SpecError
from laksana.notices.hours import Hours, office_hours
from laksana.notices.notice import Contact, notice_markdown, service_notice
from laksana.notices.page import notice_html
from laksana.spec.model import Spec
from laksana.worktime.hours import WorkCalendar
from tests.building.conftest import SPECS

REPOSITORY = Path(__file__).parents[2]
HOURS = Hours(("Senin-Kamis 07.30-12.00 dan 13.00-16.00", "Jumat 06.30-11.30 dan 13.00-16.00"), 450)
CONTACT = Contact(
    "PEMERINTAH KABUPATEN GRESIK",
    "DINAS KOMUNIKASI DAN INFORMATIKA",
    ("Jalan Contoh 1", "Laman: contoh.go.id   Pos-el: dinas@contoh.go.id"),
    hours=HOURS,
)
COMPONENTS = [
    "Persyaratan",
    "Sistem, mekanisme, dan prosedur",
    "Jangka waktu penyelesaian",
    "Biaya/tarif",
    "Produk pelayanan",
    "Penanganan pengaduan, saran, dan masukan",
    "Dasar hukum",
]
GRANTED = "Permohonan yang dikabulkan"
REQUESTS = sorted(slug for slug, spec in SPECS.items() if spec.jenis == "permohonan")
ROUTINE = sorted(set(SPECS) - set(REQUESTS))


@pytest.fixture(params=REQUESTS)
def spec(request: pytest.FixtureRequest) -> Spec:
    return SPECS[request.param]


class Page(HTMLParser):
    """What a browser makes of the page."""

    def __init__(self, html: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data.strip()))

    def of(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


def section(spec: Spec, title: str, contact: Contact = CONTACT) -> Any:
    return next(item for item in service_notice(spec, contact).sections if item.title == title)


def test_components_stand_in_their_order(spec: Spec) -> None:
    assert [item.title for item in service_notice(spec, CONTACT).sections] == COMPONENTS
    assert re.findall("^## (.*)$", notice_markdown(spec, CONTACT).decode(), re.MULTILINE) == COMPONENTS
    assert Page(notice_html(spec, CONTACT)).of("h2") == COMPONENTS


def test_every_required_field_is_a_requirement(spec: Spec) -> None:
    asked = [entry.head for entry in section(spec, "Persyaratan").entries]

    titles = {name: field["title"] for name, field in spec.formulir["properties"].items()}
    assert [titles[name] for name in titles if name in spec.formulir["required"]] == [
        head for head in asked if head in titles.values()
    ]
    optional = [title for name, title in titles.items() if name not in spec.formulir["required"]]
    assert all(title in section(spec, "Persyaratan").remarks[0] for title in optional)


def test_every_step_is_named_with_who_does_it(spec: Spec) -> None:
    entries = section(spec, "Sistem, mekanisme, dan prosedur").entries

    assert len(entries) == len(spec.langkah)
    for step, entry in zip(spec.langkah, entries, strict=True):
        assert step.kegiatan.startswith(entry.head)
        assert entry.detail.startswith(step.pelaksana)
        assert "langkah" not in entry.head


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        # 10 + 30 + 120 + 120 + 30 + 30 + 30 + 20, without the applicant's 10 at either end
        ("permohonan-akun-hosting", [(GRANTED, "6 jam 30 menit kerja (setara paling lama 1 hari kerja)")]),
        # 10 + 10 + 30 + 1 day + 60 + 3 days + 120 + 30 + 30 + 30 + 30 + 20
        ("permohonan-vps-pdn", [(GRANTED, "4 hari 6 jam 10 menit kerja (setara paling lama 5 hari kerja)")]),
        # 10 + 15 + 20 + 30 + 10 + 10 + 10
        ("permohonan-sub-domain", [(GRANTED, "1 jam 45 menit kerja (setara paling lama 1 hari kerja)")]),
        (
            "permohonan-penambahan-resource-vps",
            [
                # 10 + 30 + 30 + 360 + 30 + 30 + 20
                ("Bila hasil langkah 3 adalah “lokal”", "8 jam 30 menit kerja (setara paling lama 2 hari kerja)"),
                # 10 + 30 + 4 days + 30 + 30 + 20
                ("Bila hasil langkah 3 adalah “PDN”", "4 hari 2 jam kerja (setara paling lama 5 hari kerja)"),
            ],
        ),
    ],
)  # fmt: skip
def test_time_is_that_of_the_office_on_the_straight_way(slug: str, expected: list[tuple[str, str]]) -> None:
    entries = section(SPECS[slug], "Jangka waktu penyelesaian").entries

    assert [(entry.head, entry.detail) for entry in entries] == expected


def test_time_says_what_does_not_count(spec: Spec) -> None:
    remarks = " ".join(section(spec, "Jangka waktu penyelesaian").remarks)

    assert "pemohon" in remarks
    assert "tidak dihitung" in remarks
    assert "Jumat 06.30-11.30 dan 13.00-16.00" in remarks


def test_without_hours_no_working_days_are_promised(spec: Spec) -> None:
    found = section(spec, "Jangka waktu penyelesaian", replace(CONTACT, hours=Hours()))

    assert "setara" not in found.entries[0].detail
    assert len(found.remarks) == 1


def test_hours_are_those_of_the_calendar() -> None:
    calendar = WorkCalendar.load(REPOSITORY / "include" / "kalender")

    assert office_hours(calendar, date(2026, 11, 23)) == HOURS
    # The week of Christmas: its holidays are no weekday's hours.
    assert office_hours(calendar, date(2026, 12, 21)) == HOURS


def test_nothing_is_said_of_a_fee_that_nobody_laid_down(spec: Spec) -> None:
    assert section(spec, "Biaya/tarif").remarks == ("SOP ini tidak memuat biaya. Tanyakan kepada kontak di bawah.",)
    free = replace(CONTACT, fee="Tidak dipungut biaya.")
    assert section(spec, "Biaya/tarif", free).remarks == ("Tidak dipungut biaya.",)


def test_product_is_the_service_and_the_reply(spec: Spec) -> None:
    heads = [entry.head for entry in section(spec, "Produk pelayanan").entries]

    assert heads[0] == spec.layanan
    assert len(heads) == 2
    assert heads[1].startswith("Nota Dinas Balasan")


def test_contact_is_the_letterhead(spec: Spec) -> None:
    entries = section(
        spec, "Penanganan pengaduan, saran, dan masukan", replace(CONTACT, complaints=("Loket 3",))
    ).entries

    assert [entry.head for entry in entries] == [
        "DINAS KOMUNIKASI DAN INFORMATIKA", "Jalan Contoh 1", "Laman: contoh.go.id", "Pos-el: dinas@contoh.go.id",
        "Loket 3",
    ]  # fmt: skip


def test_returns_and_refusals_are_explained(spec: Spec) -> None:
    remarks = section(spec, "Sistem, mekanisme, dan prosedur").remarks

    assert any("paling banyak 3 kali" in remark for remark in remarks)
    assert any("surat yang memuat alasannya" in remark for remark in remarks)


@pytest.mark.parametrize("slug", ROUTINE)
@pytest.mark.parametrize("write", [notice_markdown, notice_html])
def test_routine_sop_has_no_notice(slug: str, write: Any) -> None:
    with pytest.raises(SpecError) as caught:
        write(SPECS[slug], CONTACT)

    text = str(caught.value)
    assert "\n" not in text
    assert f"{slug}.yaml jenis: a service notice is for SOPs that are handed in" in text
    assert f"this one is {SPECS[slug].jenis}" in text


def test_page_is_indonesian_fits_a_phone_and_loads_nothing(spec: Spec) -> None:
    html = notice_html(spec, CONTACT)
    page = Page(html)

    assert ("html", {"lang": "id"}) in page.tags
    assert ("meta", {"charset": "utf-8"}) in page.tags
    assert any(attrs.get("name") == "viewport" for tag, attrs in page.tags if tag == "meta")
    assert not {"link", "script", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert not re.search(rb"url\(|@import|https?:", html)
    assert page.open == []


def test_page_has_one_heading_and_named_sections(spec: Spec) -> None:
    page = Page(notice_html(spec, CONTACT))
    ids = [attrs.get("id") for tag, attrs in page.tags if tag == "h2"]

    assert len(page.of("h1")) == 1
    assert page.of("title") == page.of("h1")
    assert [attrs.get("aria-labelledby") for tag, attrs in page.tags if tag == "section"] == ids
    assert {"header", "main", "footer"} <= {tag for tag, _ in page.tags}


def test_page_and_markdown_escape_what_they_are_given(spec: Spec) -> None:
    evil = replace(spec, layanan="<script>alert('x')</script> & *[a](b)* `c`\n# d")
    html, markdown = notice_html(evil, CONTACT), notice_markdown(evil, CONTACT).decode()

    assert b"<script" not in html
    assert "<script>alert('x')</script> & *[a](b)* `c`" in " ".join(Page(html).of("li"))
    assert r"\<script\>alert('x')\</script\> \& \*\[a\](b)\* \`c\` \# d" in markdown


def test_same_sop_gives_the_same_bytes(spec: Spec) -> None:
    assert notice_html(spec, CONTACT) == notice_html(spec, CONTACT)
    assert notice_markdown(spec, CONTACT) == notice_markdown(spec, CONTACT)
    assert spec.digest[:12] in notice_markdown(spec, CONTACT).decode()
