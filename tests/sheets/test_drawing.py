"""The sheet as a file: everything of the SOP is on it, it is made of vectors and text, and the same every time."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from laksana.cli.render_verbs import letterhead
from laksana.settings import Settings
from laksana.sheets.checking import faults, missing_ways
from laksana.sheets.drawing import Letterhead, flowchart_svg, measured_chart, sheet_pdf, sheet_pngs
from laksana.spec.model import Spec
from tests.building.conftest import SPECS

DOCS = Path(__file__).parents[2] / "docs" / "sop"
HEAD = letterhead(Settings())
SOP_11 = SPECS["permohonan-sub-domain"]
SVG = "{http://www.w3.org/2000/svg}"


def said(*command: str | Path) -> str:
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=True, timeout=60
    ).stdout


def letters(text: str) -> str:
    """Return a text without blanks and hyphens: lines break anywhere."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


@pytest.fixture(params=sorted(SPECS))
def spec(request: pytest.FixtureRequest) -> Spec:
    return SPECS[request.param]


@pytest.fixture
def pdf(spec: Spec, tmp_path: Path) -> Path:
    file = tmp_path / "lembar.pdf"
    file.write_bytes(sheet_pdf(spec, HEAD))
    return file


def test_sheet_is_what_docs_show(spec: Spec) -> None:
    kept = (DOCS / f"{spec.slug}.pdf").read_bytes()

    assert kept == sheet_pdf(spec, HEAD), "run: python tooling/make_sheets.py"
    assert sorted(DOCS.glob(f"{spec.slug}-*.png")) != []


def test_everything_of_the_sop_is_on_it(spec: Spec, pdf: Path) -> None:
    text = letters(said("pdftotext", "-raw", pdf, "-"))
    wanted = [spec.nomor, spec.judul, *spec.pelaksana, *spec.identity["dasar_hukum"], spec.identity["tujuan"]]
    wanted += [text for step in spec.langkah for text in (step.kegiatan, step.waktu, *step.output)]
    wanted += [item.nama for step in spec.langkah for item in step.kelengkapan]

    assert [item for item in wanted if letters(item) not in text] == []


def test_it_is_a4_upright_and_then_across_and_of_vectors(spec: Spec, pdf: Path) -> None:
    chart, _ = measured_chart(spec, HEAD)
    sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", said("pdfinfo", "-f", "1", "-l", "99", pdf))

    assert [(round(float(w)), round(float(h))) for w, h in sizes] == [(595, 842)] + [(842, 595)] * len(chart.pages)
    assert len(said("pdfimages", "-list", pdf).splitlines()) == 2  # its head only


def test_texts_fit_their_rows_and_no_way_is_lost(spec: Spec) -> None:
    chart, heights = measured_chart(spec, HEAD)

    assert faults(chart, heights) == []
    assert missing_ways(spec, chart) == []


def test_same_sop_gives_the_same_bytes() -> None:
    assert sheet_pdf(SOP_11, HEAD) == sheet_pdf(SOP_11, HEAD)
    assert flowchart_svg(SOP_11, HEAD) == flowchart_svg(SOP_11, HEAD)


def test_flowchart_is_one_drawing_without_pictures() -> None:
    drawing = ET.fromstring(flowchart_svg(SOP_11, HEAD))  # noqa: S314  # our own
    pages = drawing.findall(f"{SVG}svg")

    assert [round(float(page.get("y", "-1"))) for page in pages] == [0, 615]
    assert list(drawing.iter(f"{SVG}image")) == []
    assert len(list(drawing.iter(f"{SVG}path"))) > 100


def test_pictures_are_of_the_asked_resolution() -> None:
    first, second, *_ = sheet_pngs(SOP_11, HEAD, dpi=72)

    assert (int.from_bytes(first[16:20], "big"), int.from_bytes(second[16:20], "big")) == (595, 842)


def test_emblem_is_shown_where_the_office_has_one(tmp_path: Path) -> None:
    (tmp_path / "lambang.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    with_emblem = Letterhead(tmp_path, HEAD.government, HEAD.agency, HEAD.fonts, "lambang.svg")

    assert sheet_pdf(SOP_11, with_emblem) != sheet_pdf(SOP_11, HEAD)
