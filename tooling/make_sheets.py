"""Writes the sheets of all SOPs to ``docs/sop/``: a PDF each, and its pages as pictures; a test compares the PDFs.

Run ``python tooling/make_sheets.py`` after changing an SOP's texts or the drawing.
"""

from __future__ import annotations

from pathlib import Path

from laksana.cli.render_verbs import letterhead
from laksana.settings import Settings
from laksana.sheets.drawing import sheet_pdf, sheet_pngs
from laksana.spec import list_specs

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "sop"
DPI = 88.0


def main() -> None:
    """Write every sheet, and take away what belongs to no SOP any more."""
    FOLDER.mkdir(exist_ok=True)
    head = letterhead(Settings())
    written = set()
    for spec in list_specs(ROOT / "include" / "sop_specs")[0]:
        files = {f"{spec.slug}.pdf": sheet_pdf(spec, head)}
        files |= {
            f"{spec.slug}-{page}.png": image for page, image in enumerate(sheet_pngs(spec, head, dpi=DPI), start=1)
        }
        for name, content in files.items():
            (FOLDER / name).write_bytes(content)
        written |= set(files)
    for file in FOLDER.iterdir():
        if file.name not in written:
            file.unlink()


if __name__ == "__main__":
    main()
