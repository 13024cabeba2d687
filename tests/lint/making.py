"""SOPs in a few words, for the linter to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from laksana.lint.findings import Finding
from laksana.lint.linting import lint
from laksana.lint.sops import Sop
from laksana.spec.document import documented
from laksana.spec.model import SELALU, SELESAI, Deviation, Edge, Requirement, Spec, Step, StepSource, Work
from laksana.spec.reading import Source

POST = "Petugas"
IDENTITY: dict[str, Any] = {
    "penerbit": "Dinas", "disahkan_oleh": "Kepala Dinas", "tanggal_pembuatan": "2023-01-01",
    "tanggal_revisi": "2024-01-01", "tanggal_efektif": "2024-02-01", "tujuan": "Uji", "dasar_hukum": ["Perbup"],
    "keterkaitan": [], "kualifikasi_pelaksana": ["Teliti"], "peralatan": ["Komputer"],
    "peringatan": "Apabila tidak dilaksanakan, maka layanan terhenti.", "pencatatan": "Daftar",
}  # fmt: skip
Ways = Sequence[tuple[str, int | str]]


def step(  # all keywords
    kegiatan: str = "Membuat laporan",
    *,
    needs: Sequence[str] = (),
    makes: Sequence[str] = (),
    ways: Ways | None = None,
    work: tuple[str, dict[str, Any]] = ("gerbang", {"pilihan": [{"hasil": "selesai"}]}),
    waktu: str = "10 Menit",
    by: str = POST,
    tools: Sequence[str] = (),
    source: StepSource | None = None,
) -> Step:
    """Return a step without a number; without ways it leads to the next."""
    inputs = [*(Requirement(name, "langkah") for name in needs), *(Requirement(name, "sarana") for name in tools)]
    edges = () if ways is None else tuple(Edge(bila, ke) for bila, ke in ways)
    return Step(0, kegiatan, by, "tanda", tuple(inputs), waktu, tuple(makes), Work(*work), edges, source)


def sop(  # all keywords
    *steps: Step,
    slug: str = "uji",
    judul: str = "SOP UJI",
    layanan: str = "Uji",
    posts: Sequence[str] = (POST,),
    deviations: Sequence[tuple[str, int]] = (),
    **identity: Any,
) -> Sop:
    """Return an SOP of these steps, numbered in their order."""
    made = []
    for no, given in enumerate(steps, start=1):
        onward: int | str = no + 1 if no < len(steps) else SELESAI
        made.append(_numbered(given, no, onward))
    departures = tuple(Deviation(ruling, no, "dokumen", "spek", "alasan") for ruling, no in deviations)
    spec = Spec(
        slug, 1, "1", judul, layanan, "monitoring", {**IDENTITY, "keterkaitan": ["SOP Uji"], **identity}, tuple(posts),
        tuple(made), {}, {}, departures, "", "", f"{slug}.yaml",
    )  # fmt: skip
    return Sop(spec, documented(spec), Source(spec.file, {}, {}))


def _numbered(given: Step, no: int, onward: int | str) -> Step:
    edges = given.lanjut or (Edge(SELALU, onward),)
    return Step(
        no, given.kegiatan, given.pelaksana, given.pelaksana_dasar, given.kelengkapan, given.waktu, given.output,
        given.work, edges, given.source,
    )  # fmt: skip


def found(*sops: Sop, code: str) -> list[Finding]:
    """Return what one rule finds in the first of some SOPs, which know each other."""
    others = {one.spec.slug: one for one in sops}
    return [finding for finding in lint([sops[0]], others) if finding.code == code]
