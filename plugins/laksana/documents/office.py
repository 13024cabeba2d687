"""The office's letterhead, number pattern and signature sentences, read from ``office.yaml``; refuses unknown keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laksana.documents.placeholders import fill_placeholders
from laksana.documents.yaml_reading import read_yaml
from laksana.errors import DocumentError

OFFICE_FILE = "office.yaml"

_KEYS: Mapping[str, type | Mapping[str, type]] = {
    "kop": {"pemerintah": str, "perangkat_daerah": str, "alamat": list, "lambang": str},
    "tempat": str,
    "nomor": {"pola": str, "kode_klasifikasi": str, "kode_unit": str, "lebar_urut": int},
    "naskah": {"sifat": str, "lampiran": str, "huruf": list},
    "tte": {"penerbit": str, "kalimat": list},
}
_KIND_WORDS = {str: "text in quotes", int: "a whole number", list: "a list of texts", dict: "a group of keys"}


@dataclass(frozen=True)
class NumberTemplate:
    """How a running number becomes a letter number."""

    pattern: str
    """Text with ``{urut}`` and ``{tahun}``, and where wanted ``{kode_klasifikasi}`` and ``{kode_unit}``."""
    classification: str
    """Archive classification code, e.g. ``065``."""
    unit: str
    """Code of the work unit, e.g. ``437.87``."""
    width: int = 3
    """Digits to which the running number is padded."""

    def __post_init__(self) -> None:
        """Refuse a pattern that would give one number twice."""
        for name in ("urut", "tahun"):
            if f"{{{name}}}" not in self.pattern:
                raise DocumentError(
                    f"{OFFICE_FILE} nomor.pola: {self.pattern!r} lacks {{{name}}} "
                    "(numbers restart each year, so both {urut} and {tahun} are needed)"
                )
        self.fill(1, 2000)

    def fill(self, sequence: int, year: int) -> str:
        """Return the letter number for a running number in a year."""
        values = {
            "kode_klasifikasi": self.classification,
            "urut": str(sequence).zfill(self.width),
            "kode_unit": self.unit,
            "tahun": str(year),
        }
        return fill_placeholders(self.pattern, values, where=f"{OFFICE_FILE} nomor.pola")


@dataclass(frozen=True)
class Office:
    """What every letter of the office has in common."""

    government: str
    """First line of the letterhead."""
    agency: str
    """Second, larger line of the letterhead."""
    address: tuple[str, ...]
    """Address lines of the letterhead."""
    emblem: str
    """Picture file beside ``office.yaml``; empty for none."""
    place: str
    """Where letters are signed."""
    numbers: NumberTemplate
    urgency: str
    """``Sifat`` of a letter."""
    attachment: str
    """``Lampiran`` of a letter without enclosures."""
    fonts: tuple[str, ...]
    """Font families in order of preference."""
    signature_notice: tuple[str, ...]
    """Sentences at the foot of a letter that is signed electronically."""


def read_office(letters_dir: Path) -> Office:
    """Read the office's data.

    Raises:
        DocumentError: the file is missing or a key is missing, unknown or of the wrong kind.
    """
    path = letters_dir / OFFICE_FILE
    data = read_yaml(path)
    _check_keys(path, data, _KEYS, prefix="")
    head, number, letter, notice = data["kop"], data["nomor"], data["naskah"], data["tte"]
    _check_emblem(path, head["lambang"])
    return Office(
        government=head["pemerintah"],
        agency=head["perangkat_daerah"],
        address=tuple(head["alamat"]),
        emblem=head["lambang"],
        place=data["tempat"],
        numbers=NumberTemplate(
            pattern=number["pola"],
            classification=number["kode_klasifikasi"],
            unit=number["kode_unit"],
            width=number["lebar_urut"],
        ),
        urgency=letter["sifat"],
        attachment=letter["lampiran"],
        fonts=tuple(letter["huruf"]),
        signature_notice=tuple(
            fill_placeholders(text, {"penerbit": notice["penerbit"]}, where=f"{path} tte.kalimat[{index}]")
            for index, text in enumerate(notice["kalimat"], start=1)
        ),
    )


def _check_keys(path: Path, data: Mapping[str, Any], keys: Mapping[str, Any], *, prefix: str) -> None:
    """Refuse missing and unknown keys and values of the wrong kind."""
    for key in [*data, *keys]:
        if key not in keys:
            raise DocumentError(f"{path} {prefix}{key}: unknown key (allowed: {', '.join(keys)})")
        if key not in data:
            raise DocumentError(f"{path} {prefix}{key}: missing key (add it; needed: {', '.join(keys)})")
    for key, wanted in keys.items():
        kind = dict if isinstance(wanted, Mapping) else wanted
        fits = isinstance(data[key], kind) and not isinstance(data[key], bool)
        if not fits or (kind is list and not all(isinstance(item, str) for item in data[key])):
            raise DocumentError(f"{path} {prefix}{key}: {data[key]!r} is not {_KIND_WORDS[kind]}")
        if isinstance(wanted, Mapping):
            _check_keys(path, data[key], wanted, prefix=f"{prefix}{key}.")


def _check_emblem(path: Path, name: str) -> None:
    """Refuse an emblem that is not a file of the letters' folder."""
    if name and (Path(name).name != name or not (path.parent / name).is_file()):
        raise DocumentError(f"{path} kop.lambang: {name!r} is no file of this folder (put it here, or leave it empty)")
