"""Turns a letter's facts into a PDF by the office's template; refuses a final letter without number or date.

All texts reach the template as JSON data, so none of them can act as markup. The same facts give the same bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from laksana.documents.dates import indonesian_date
from laksana.documents.letters import CAPACITY_PREFIX
from laksana.documents.office import Office, read_office
from laksana.documents.wording import TABLE_MARK
from laksana.errors import DocumentError
from laksana.records import LetterFacts
from laksana.typesetting import typeset_pdf

LETTER_TEMPLATE = "nota-dinas-balasan.typ"
STAMP_TEMPLATE = "tanda-tangan.typ"

_BLANK = "……………………"
_DRAFT_NOTICE = "DRAF: konsep naskah dinas, belum ditandatangani dan tidak berlaku sebagai dokumen resmi."
_ITEM = re.compile(r"(?P<mark>(?:\d{1,2}|[a-z])[.)]|-) +(?P<text>.+)", re.DOTALL)
_PRINTABLE_BELOW = 0x250
"""Latin with all its accents."""
_FURTHER = frozenset("\u2010\u2011\u2012\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2022\u2026\u20ac\u200b\u2212\u00d7")
_LONG_WORD = re.compile(r"\S{40,}")
_WEB_ADDRESS = re.compile(r"https?://[^\s/]{1,60}(/[^\s/]{0,40})*[.,;)]?")
"""An address that may break behind each of its slashes; signs of our own in it would be copied with it."""
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
_NIP_GROUPS = re.compile(r"(\d{8})(\d{6})(\d)(\d{3})")


def render_letter(facts: LetterFacts, *, letters_dir: Path, draft: bool, verification: str = "") -> bytes:
    """Render a letter as PDF/A.

    Args:
        facts: what the letter says.
        letters_dir: folder of the template and of ``office.yaml``.
        draft: mark it as a draft; only a draft may lack number and date.
        verification: address at which a reader checks the letter, printed at its foot.

    Raises:
        DocumentError: a final letter lacks number or date, or the template or its data can't be rendered.
    """
    for name in ("number", "date"):
        if not draft and not getattr(facts, name):
            raise DocumentError(f"letter of {facts.ticket}: no {name}; only a draft may lack it (draft=True)")
    day = _letter_date(facts)
    data = _letter_data(facts, read_office(letters_dir), day=day, draft=draft, verification=verification)
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else _UNDATED
    return compile_template(letters_dir, LETTER_TEMPLATE, {"surat": data}, at=at)


def render_stamp(*, name: str, lines: tuple[str, ...], size: tuple[float, float], letters_dir: Path) -> bytes:
    """Render the visible part of a signature, ``size`` points wide and high."""
    data = {
        "nama": name,
        "baris": list(lines),
        "lebar": size[0],
        "tinggi": size[1],
        "huruf": list(read_office(letters_dir).fonts),
    }
    return compile_template(letters_dir, STAMP_TEMPLATE, {"tanda_tangan": data}, at=_UNDATED, tagged=False)


def _letter_date(facts: LetterFacts) -> date | None:
    """Read the letter's date."""
    try:
        return date.fromisoformat(facts.date) if facts.date else None
    except ValueError as error:
        raise DocumentError(
            f"letter of {facts.ticket}: date {facts.date!r} is no ISO date (like 2026-11-23)"
        ) from error


def _letter_data(
    facts: LetterFacts, office: Office, *, day: date | None, draft: bool, verification: str
) -> dict[str, Any]:
    """Lay the facts out in the template's words."""
    foot = [_DRAFT_NOTICE] if draft else list(office.signature_notice)
    if verification and not draft:
        foot.append(f"Keaslian dokumen dapat diperiksa pada {verification}")
    return {
        "judul": f"Nota Dinas {facts.number}".strip(),
        "draf": draft,
        "huruf": list(office.fonts),
        "kop": {
            "pemerintah": office.government,
            "perangkat_daerah": office.agency,
            "alamat": list(office.address),
            "lambang": office.emblem,
        },
        "kepala": [
            ["Yth.", facts.recipient],
            ["Dari", facts.sender],
            ["Tanggal", indonesian_date(day) if day else _BLANK],
            ["Nomor", facts.number or _BLANK],
            ["Sifat", office.urgency],
            ["Lampiran", office.attachment],
            ["Hal", facts.subject],
        ],
        "isi": _body(facts),
        "fakta": [list(row) for row in facts.facts],
        "ttd": _signature_block(facts),
        "kaki": foot,
    }


def _body(facts: LetterFacts) -> list[dict[str, Any]]:
    """Tell paragraphs, list items and the table apart; without a mark the table stands before the closing."""
    texts = [text.strip() for text in facts.paragraphs if text.strip()]
    if facts.facts and TABLE_MARK not in texts:
        texts.insert(max(len(texts) - 1, 1), TABLE_MARK)
    body: list[dict[str, Any]] = []
    for text in texts:
        item = _ITEM.fullmatch(text)
        if text == TABLE_MARK:
            body.append({"jenis": "tabel"})
        elif item:
            body.append({"jenis": "butir", "tanda": item["mark"], "teks": item["text"]})
        else:
            # A sentence that goes on after the table or a list begins in lower case and is not indented.
            body.append({"jenis": "paragraf", "teks": text, "menjorok": not text[0].islower()})
    return body


def _signature_block(facts: LetterFacts) -> dict[str, Any]:
    """Return post, name and the lines under the name."""
    signer = facts.signer
    capacity = signer.get("capacity", "definitif")
    if capacity not in CAPACITY_PREFIX or not signer.get("name") or not signer.get("position"):
        raise DocumentError(
            f"letter of {facts.ticket}: signer needs name, position and a known capacity ({', '.join(CAPACITY_PREFIX)})"
        )
    nip = _NIP_GROUPS.fullmatch(signer.get("nip", "").replace(" ", ""))
    written_nip = " ".join(nip.groups()) if nip else signer.get("nip", "")
    return {
        "jabatan": CAPACITY_PREFIX[capacity] + signer["position"],
        "nama": signer["name"],
        "keterangan": [line for line in (signer.get("rank", ""), written_nip and f"NIP {written_nip}") if line],
    }


def compile_template(
    letters_dir: Path, template: str, inputs: Mapping[str, Any], *, at: datetime, tagged: bool = True
) -> bytes:
    """Run the template on the data; the same data gives the same letter on every machine."""
    path = letters_dir / template
    if not path.is_file():
        raise DocumentError(f"{path}: no such template (restore it, or check LAKSANA_LETTERS_DIR)")
    printable = {key: _printable(value) for key, value in inputs.items()}
    return typeset_pdf(path, letters_dir, printable, at=at, tagged=tagged)


def _sign(sign: str) -> str:
    """Return a sign that the letter's fonts have; a foreign page's title must not keep a letter from being written."""
    if unicodedata.category(sign) in {"Cc", "Cs"} and sign != "\n":
        return " "
    return sign if ord(sign) < _PRINTABLE_BELOW or sign in _FURTHER else "?"


def _breakable(word: re.Match[str]) -> str:
    """Let a word break every 20 signs, but for a web address."""
    return word[0] if _WEB_ADDRESS.fullmatch(word[0]) else re.sub(r"(.{20})", "\\1\u200b", word[0])


def _printable(value: Any) -> Any:
    """Make all texts fit for print: no control characters, and words too long for a line may break."""
    if isinstance(value, str):
        plain = "".join(_sign(sign) for sign in value)
        return _LONG_WORD.sub(_breakable, plain)
    if isinstance(value, Mapping):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_printable(item) for item in value]
    return value
