"""The first text of a new SOP: a commented skeleton, or the shape of another SOP. Pure."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from laksana.errors import Problem
from laksana.spec.model import slug_of
from laksana.spec.quick_look import schema_text

MARK = "GANTI"
"""Word in every text that the writer must replace."""
KINDS = ("permohonan", "monitoring", "pemeliharaan", "evaluasi")
_SKELETONS = pathlib.Path(__file__).parent / "skeletons"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG = 80
_CAPITALS = frozenset({"sop", "vps", "pdn", "spbe", "ip", "ssl", "vpn", "ftp"})
_HEAD = (
    "# yaml-language-server: $schema=../sop-spec.schema.json\n"
    "# Disalin dari %DARI%. Ganti setiap teks yang memuat kata GANTI, dan sesuaikan yang lain;\n"
    "# lalu periksa: laksana spec lint %FILE%\n"
)
_SECTIONS = {
    "slug": "Identitas: halaman pertama lembar SOP. Kunci slug sama dengan nama berkas ini.",
    "pelaksana": "Pelaksana: jabatan, bukan nama orang, menurut urutan kolom lembar SOP dari kiri ke kanan.",
    "langkah": "Langkah: satu baris lembar SOP pada setiap butir.",
    "formulir": "Formulir permohonan.",
    "variabel_playbook": "Dari mana playbook mendapat nilainya.",
}
"""Key at the top → comment before it."""


@dataclass(frozen=True)
class NewSop:
    """What is known of an SOP before it is written."""

    slug: str
    jenis: str
    urutan: int
    """Its place in the office's list."""
    on: date
    """Day on which it is made."""

    @property
    def title(self) -> str:
        """Its name in running text, from the slug: ``Permohonan VPS Baru``."""
        return " ".join(word.upper() if word in _CAPITALS else word.capitalize() for word in self.slug.split("-"))

    @property
    def service(self) -> str:
        """What it is about: its name without the kind of SOP."""
        return self.title.removeprefix(f"{self.jenis.capitalize()} ")


def kind_of(slug: str) -> str:
    """Return the kind of SOP that a slug begins with, ``permohonan`` where it begins with none."""
    first = slug.split("-", maxsplit=1)[0]
    return first if first in KINDS else KINDS[0]


def check_slug(slug: str, known: frozenset[str]) -> Problem | None:
    """Say why a slug can't be that of a new SOP, nothing where it can.

    Args:
        slug: what was written.
        known: slugs that are taken.
    """
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST_SLUG:
        close = slug_of(slug)[:_LONGEST_SLUG].strip("-")
        hint = (
            f"did you mean {close!r}?" if close and close != slug else "take a name like permohonan-colocation-server"
        )
        message = f"{slug!r} is no slug; allowed are up to {_LONGEST_SLUG} small letters, digits and single hyphens"
        return Problem("slug", message, hint)
    if slug in known:
        return Problem("slug", f"the SOP {slug!r} is there already", "take another slug; nothing was written")
    return None


def skeleton(new: NewSop, file: str) -> str:
    """Return a commented text that loads as it stands, by the kind of SOP.

    Args:
        new: the SOP.
        file: where it will stand, for the comment that says how to check it.
    """
    text = "\n".join((_SKELETONS / f"{part}.yaml").read_text(encoding="utf-8") for part in ("identitas", new.jenis))
    values = {
        "SLUG": new.slug, "URUTAN": str(new.urutan), "JUDUL": new.title.upper(), "LAYANAN": new.service,
        "JENIS": new.jenis, "TANGGAL": new.on.isoformat(), "FILE": file,
    }  # fmt: skip
    for name, value in values.items():
        text = text.replace(f"%{name}%", value)
    return text


def copied(new: NewSop, file: str, data: Mapping[str, Any]) -> str:
    """Return the text of an SOP in the shape of another: its steps and form, without what was that SOP's own.

    Args:
        new: the SOP.
        file: where it will stand.
        data: the other SOP's data.
    """
    own = {
        "slug": new.slug, "urutan": new.urutan, "nomor": f"{MARK}: nomor SOP", "judul": f"SOP {new.title.upper()}",
        "tanggal_pembuatan": new.on.isoformat(), "tanggal_revisi": None, "tanggal_efektif": None,
        "tujuan": f"{MARK}: {data['tujuan']}",
    }  # fmt: skip
    kept = {key: value for key, value in {**data, **own}.items() if key != "penyimpangan"}
    kept["langkah"] = [{key: value for key, value in step.items() if key != "sumber"} for step in data["langkah"]]
    order = json.loads(schema_text())["properties"]
    head = _HEAD.replace("%DARI%", str(data["slug"])).replace("%FILE%", file)
    return head + "".join(_section(key, kept[key]) for key in order if key in kept)


def dag_text(new: NewSop) -> str:
    """Return the DAG file that lets Airflow see the SOP."""
    return (
        f'"""Airflow DAG of the SOP "{new.title}"."""\n\n'
        f'from laksana.building.dag import sop_dag\n\ndag = sop_dag("{new.slug}")\n'
    )


def dag_name(slug: str) -> str:
    """Return the name of an SOP's DAG file."""
    return f"{slug.replace('-', '_')}.py"


class _Dumper(yaml.SafeDumper):
    """Writes lists indented below their key, as SOP files have them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  # PyYAML's own signature
        super().increase_indent(flow, indentless=False)


def _section(key: str, value: Any) -> str:
    text = yaml.dump({key: value}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return f"\n# {_SECTIONS[key]}\n{text}" if key in _SECTIONS else text
