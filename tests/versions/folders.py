"""A folder of SOP files that a test writes and changes, after the shortest example."""

from __future__ import annotations

from pathlib import Path

EXAMPLE = (Path(__file__).parents[1] / "specs" / "valid" / "contoh-gerbang.yaml").read_text(encoding="utf-8")


def write_sop(folder: Path, slug: str = "contoh-gerbang", *, question: str = "Teruskan?") -> Path:
    """Write an SOP file; another question at its first gate is another version."""
    folder.mkdir(exist_ok=True)
    text = EXAMPLE.replace("slug: contoh-gerbang", f"slug: {slug}").replace("Teruskan?", question)
    file = folder / f"{slug}.yaml"
    file.write_text(text, encoding="utf-8")
    return file
