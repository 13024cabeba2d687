"""Asks poppler's programs about a PDF."""

from __future__ import annotations

import subprocess
from pathlib import Path


def run(*command: str | Path) -> str:
    """Return what a program says; pdfsig's exit status is not its verdict."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout


def pdf_text(pdf: bytes, folder: Path, *, page: int = 0) -> str:
    """Return a PDF's text, of one page or of all."""
    path = folder / "text.pdf"
    path.write_bytes(pdf)
    pages = ["-f", str(page), "-l", str(page)] if page else []
    return run("pdftotext", "-layout", *pages, path, "-")


def pdf_words(pdf: bytes, folder: Path) -> str:
    """Return a PDF's text with every run of blanks as one space."""
    return " ".join(pdf_text(pdf, folder).split())


def pdf_info(pdf: bytes, folder: Path) -> dict[str, str]:
    """Return what pdfinfo tells."""
    path = folder / "info.pdf"
    path.write_bytes(pdf)
    lines = run("pdfinfo", path).splitlines()
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def pdf_fonts(pdf: bytes, folder: Path) -> list[list[str]]:
    """Return the columns of pdffonts, a row a font."""
    path = folder / "fonts.pdf"
    path.write_bytes(pdf)
    return [line.split() for line in run("pdffonts", path).splitlines()[2:]]
