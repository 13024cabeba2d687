"""Runs Typst, the typesetter: a template and JSON data become a PDF, pictures, or answers to a query.

The one door to the library. Without the machine's fonts, so that every machine sets the same lines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from laksana.errors import DocumentError

PDF_STANDARD: Final = "a-2b"
Template = Path | bytes
"""A file below the root, or the text itself."""


def typeset_pdf(
    template: Template, root: Path, inputs: Mapping[str, Any], *, at: datetime, tagged: bool = True
) -> bytes:
    """Set a template as PDF/A-2b.

    Args:
        template: what is set; files that it names are sought below ``root``, fonts in its folder ``fonts``.
        root: folder of the office's templates.
        inputs: data by name; it reaches the template as JSON text, so that nothing in it acts as markup.
        at: the document's date, for the same bytes every time.
        tagged: with structure for screen readers.

    Raises:
        DocumentError: the template or its data can't be set.
    """
    import typst

    try:
        pdf = typst.compile(
            _input(template), **_common(root, inputs), pdf_standards=PDF_STANDARD, timestamp=at, pdf_tags=tagged,
            format="pdf",
        )  # fmt: skip
    except typst.TypstError as error:
        raise _failed(template, error) from error
    return bytes(pdf)


def typeset_pages(
    template: Template, root: Path, inputs: Mapping[str, Any], *, as_: Literal["svg", "png"], dpi: float = 100.0
) -> list[bytes]:
    """Set a template as pictures, one a page.

    Raises:
        DocumentError: the template or its data can't be set.
    """
    import typst

    try:
        pages = typst.compile(_input(template), **_common(root, inputs), format=as_, ppi=dpi)
    except typst.TypstError as error:
        raise _failed(template, error) from error
    return [bytes(page) for page in (pages if isinstance(pages, list) else [pages])]


def ask(template: Template, root: Path, inputs: Mapping[str, Any], selector: str) -> Any:
    """Return the value of the one element of a template that a selector names, e.g. ``<ukuran>``.

    Raises:
        DocumentError: the template or its data can't be set.
    """
    import typst

    try:
        found = typst.query(_input(template), selector, field="value", one=True, **_common(root, inputs))
    except typst.TypstError as error:
        raise _failed(template, error) from error
    return json.loads(found)


def _input(template: Template) -> str | bytes:
    return template if isinstance(template, bytes) else str(template)


def _common(root: Path, inputs: Mapping[str, Any]) -> dict[str, Any]:
    fonts = root / "fonts"
    return {
        "root": str(root),
        "font_paths": [str(fonts)] if fonts.is_dir() else [],
        "ignore_system_fonts": True,
        "sys_inputs": {key: json.dumps(value, ensure_ascii=False) for key, value in inputs.items()},
    }


def _failed(template: Template, error: Any) -> DocumentError:
    name = "template" if isinstance(template, bytes) else str(template)
    hints = "; ".join(error.hints)
    return DocumentError(f"{name}: {error.message}" + (f" ({hints})" if hints else ""))
