"""The standard wording of reply letters, which the office edits as data; refuses placeholders that do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laksana.documents.placeholders import check_placeholders
from laksana.documents.yaml_reading import read_yaml
from laksana.errors import DocumentError

WORDING_FOLDER = "nota-dinas-balasan"
"""Folder with one file an SOP, named by its slug."""
GENERAL = "umum"
"""File that stands for SOPs without a file of their own, where nothing but what people wrote is to be told."""
TABLE_MARK = "[tabel]"
REASONS_MARK = "[alasan]"
PLACEHOLDERS = ("layanan", "nama", "rujukan", "penerima", "pengirim", "tiket", "tanggal", "nomor")
"""Places that every reply's wording may have."""
_SERVER = (
    *("alamat_ip", "porta", "pengguna", "vcpu", "memori", "disk", "perangkat_lunak", "tempat"),
    *("berlaku_sampai", "alamat_sandi", "batas_sandi"),
)
SERVICE_PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    "sub-domain": ("nama_lengkap", "alamat"),
    "hosting": (
        *("alamat_situs", "alamat_ftp", "porta_ftp", "pengguna", "kuota", "basis_data"),
        *("berlaku_sampai", "alamat_sandi", "batas_sandi"),
    ),
    "vps-pusat-komputasi": _SERVER,
    "vps-pdn": _SERVER,
    "resource-vps": ("letak", "sebelum", "sesudah", "penambahan"),
}
"""For each kind of service: places that the wording of its replies may have besides."""


@dataclass(frozen=True)
class ReplyWording:
    """The words of one kind of reply."""

    where: str
    """File and key, for messages."""
    subject: str
    """``Hal`` of the letter."""
    paragraphs: tuple[str, ...]
    """Body, one paragraph an item, with placeholders and marks."""
    facts: tuple[tuple[str, str], ...]
    """Rows of the facts table: label, and value with placeholders."""


@dataclass(frozen=True)
class Wording:
    """The words of both replies."""

    granted: ReplyWording
    refused: ReplyWording


def read_wording(letters_dir: Path, slug: str, kind: str, *, more: Iterable[str] = ()) -> Wording:
    """Read the standard wording of an SOP's reply.

    Args:
        letters_dir: folder of the letters.
        slug: which SOP.
        kind: what it provides (``jenis_layanan``); where that is nothing, the general wording does without a file.
        more: further places that the wording may have.

    Raises:
        DocumentError: the file is missing or malformed, or names a placeholder that does not exist.
    """
    path = letters_dir / WORDING_FOLDER / f"{slug}.yaml"
    if not kind and not path.exists():
        path = path.with_stem(GENERAL)
    places = (*PLACEHOLDERS, *SERVICE_PLACEHOLDERS.get(kind, ()), *more)
    data = read_yaml(path)
    for key in [*data, "disetujui", "ditolak"]:
        if key not in {"disetujui", "ditolak"} or key not in data:
            raise DocumentError(f"{path} {key}: unknown or missing key (needed: disetujui, ditolak)")
    wording = Wording(granted=_reply(path, data, "disetujui", places), refused=_reply(path, data, "ditolak", places))
    if REASONS_MARK not in wording.refused.paragraphs:
        raise DocumentError(f"{path} ditolak.paragraf: no paragraph {REASONS_MARK!r} (a refusal must give its reasons)")
    return wording


def _reply(path: Path, data: Mapping[str, Any], key: str, places: tuple[str, ...]) -> ReplyWording:
    """Check the words of one reply and return them."""
    part, where = data[key], f"{path} {key}"
    if not isinstance(part, dict) or set(part) != {"hal", "paragraf", "fakta"}:
        raise DocumentError(f"{where}: wrong keys (needed, and nothing else: hal, paragraf, fakta)")
    if not isinstance(part["hal"], str):
        raise DocumentError(f"{where}.hal: {part['hal']!r} is no text")
    if not _is_texts(part["paragraf"]):
        raise DocumentError(f"{where}.paragraf: not a list of texts (quote texts that hold a colon)")
    if not isinstance(part["fakta"], list) or not all(_is_texts(row) and len(row) == 2 for row in part["fakta"]):  # noqa: PLR2004 - label and value
        raise DocumentError(f"{where}.fakta: not a list of [label, value] rows")
    check_placeholders(part["hal"], places, where=f"{where}.hal")
    for index, text in enumerate(part["paragraf"], start=1):
        check_placeholders(text, places, where=f"{where}.paragraf[{index}]")
    for index, row in enumerate(part["fakta"], start=1):
        check_placeholders(row[1], places, where=f"{where}.fakta[{index}]")
    return ReplyWording(
        where=where,
        subject=part["hal"],
        paragraphs=tuple(part["paragraf"]),
        facts=tuple((label, value) for label, value in part["fakta"]),
    )


def _is_texts(value: object) -> bool:
    """Tell whether a value is a list of texts."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
