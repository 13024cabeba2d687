"""The frozen model of an SOP: what later rooms see; whoever holds one need not ask whether a key is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SELESAI = "selesai"
"""Target of an edge that ends the case."""
SELALU = "selalu"
"""Condition of the one edge of a step that decides nothing."""
_CAPITALS = frozenset({"SOP", "VPS", "PDN", "SPBE", "IP"})
"""Abbreviations in titles."""


def slug_of(name: str) -> str:
    """Turn a name of the office into a slug: ``Kabid TI`` → ``kabid-ti``."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


@dataclass(frozen=True)
class Requirement:
    """One entry of a step's Kelengkapan."""

    nama: str
    """Name on the sheet."""
    asal: str
    """``formulir`` (the applicant's form), ``langkah`` (an earlier step's output) or ``sarana`` (a tool)."""
    optional_on_refusal: bool = False
    """True where the refusal path has no such thing (ruling R3)."""
    optional_when_skipped: bool = False
    """True where the step that makes it may lie on a way that the case did not take (rulings R8, R15)."""


@dataclass(frozen=True)
class Edge:
    """One way on from a step."""

    bila: str
    """Outcome that takes this way; ``selalu`` where there is only one."""
    ke: int | str
    """Number of the next step, or ``selesai``."""
    paling_banyak: int = 0
    """For a way back: how many attempts in all (ruling R7) or how many returns (R5, R6)."""


@dataclass(frozen=True)
class Choice:
    """One button of a gate."""

    hasil: str
    """Outcome; the button shows it with a capital."""
    wajib_catatan: bool = False
    """True where a reason must be given."""

    @property
    def label(self) -> str:
        """Text on the button."""
        return self.hasil.capitalize()


@dataclass(frozen=True)
class Work:
    """How a step is carried out: one kind and its settings."""

    kind: str
    """One of the kinds in ``structure.json``, e.g. ``gerbang``."""
    settings: Mapping[str, Any]

    def text(self, key: str) -> str:
        """Return a text setting, empty where it is absent."""
        return str(self.settings.get(key, ""))

    @property
    def playbooks(self) -> tuple[str, ...]:
        """Names of the playbooks that the work runs, in order; undone in reverse."""
        named = self.settings.get("playbook", ())
        return (named,) if isinstance(named, str) else tuple(named)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Buttons of a gate, in order."""
        return tuple(
            Choice(item["hasil"], bool(item.get("wajib_catatan", False))) for item in self.settings.get("pilihan", [])
        )


@dataclass(frozen=True)
class StepSource:
    """What the office's document says of a step, where the SOP file departs from it; None where it does not."""

    kegiatan: str | None = None
    kelengkapan: tuple[str, ...] | None = None
    """Names only: the document does not say where an input comes from."""
    output: tuple[str, ...] | None = None
    lanjut: tuple[Edge, ...] | None = None
    """Ways on as they are drawn; none has a bound."""


@dataclass(frozen=True)
class Step:
    """One row of the SOP's sheet."""

    no: int
    kegiatan: str
    pelaksana: str
    pelaksana_dasar: str
    """``tanda`` (marked in the source) or ``disimpulkan`` (inferred)."""
    kelengkapan: tuple[Requirement, ...]
    waktu: str
    """Standard time, e.g. ``10 Menit``."""
    output: tuple[str, ...]
    work: Work
    lanjut: tuple[Edge, ...]
    source: StepSource | None = None
    """What the document says otherwise (key ``sumber``); None where the step is the document's."""

    @property
    def role(self) -> str:
        """Role slug of the performer."""
        return slug_of(self.pelaksana)

    @property
    def answerer(self) -> str:
        """Post that answers the step's gate: the performer, or who records for one outside the office."""
        return self.work.text("dicatat_oleh") or self.pelaksana

    @property
    def task_id(self) -> str:
        """Stem of the step's task ids: ``langkah_03_melakukan_pengecekan_permohonan``."""
        words = slug_of(self.kegiatan.split(".")[0].split(",")[0]).split("-")[:5]
        return f"langkah_{self.no:02d}_{'_'.join(words)}"

    def edge(self, outcome: str) -> Edge | None:
        """Return the way that an outcome takes."""
        return next((edge for edge in self.lanjut if edge.bila == outcome), None)

    @property
    def way_back(self) -> Edge | None:
        """Return the edge that leads to an earlier step (or to this one), if there is one."""
        return next((edge for edge in self.lanjut if isinstance(edge.ke, int) and edge.ke <= self.no), None)


@dataclass(frozen=True)
class Deviation:
    """Where the spec departs from its source, and why."""

    ruling: str
    langkah: int
    sumber: str
    spek: str
    alasan: str


@dataclass(frozen=True)
class Spec:
    """One SOP."""

    slug: str
    urutan: int
    nomor: str
    judul: str
    layanan: str
    jenis: str
    identity: Mapping[str, Any]
    """The other fields of the sheet's identity block, by their key."""
    pelaksana: tuple[str, ...]
    langkah: tuple[Step, ...]
    formulir: Mapping[str, Any]
    """JSON schema of the request form; empty for an SOP without applicants."""
    playbook_variables: Mapping[str, Mapping[str, str]]
    """For each playbook: variable → where its value comes from."""
    penyimpangan: tuple[Deviation, ...]
    jenis_layanan: str
    """What the SOP provides, e.g. ``hosting``; empty where it provides nothing."""
    digest: str = field(compare=False)
    """SHA-256 over the file's data: the version of the SOP."""
    file: str = field(compare=False)

    @property
    def title(self) -> str:
        """The SOP's name in running text: ``SOP Monitoring VPS PDN`` rather than all in capitals."""
        words = (word if word in _CAPITALS else word.title() for word in self.judul.split())
        return " ".join(words)

    def step(self, no: int) -> Step:
        """Return a step by its number."""
        return self.langkah[no - 1]
