"""Made-up SOPs: any order of any work, ways on, skips, refusals and loops that the rules of SOP files allow.

As in the office's SOPs only the last step ends a case.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from laksana.spec.model import SELESAI, Spec
from laksana.spec.reading import read_yaml
from laksana.spec.validation import build_spec

PERFORMERS = ["Pemohon", "Petugas", "Kepala"]
TIMES = ["5 Menit", "2 Jam", "3 Hari"]
BUTTONS = ["terus", "lewat", "belok", "singkat", "ulang", "tolak"]
CALLED = "monitoring-layanan-hosting"
Work = tuple[str, dict[str, Any], list[str]]
"""Kind, its settings, its outcomes."""

ASK: Work = ("gerbang", {"pertanyaan": "Bagaimana?"}, BUTTONS)
SIGN: Work = ("tanda_tangan", {"surat": "nota-dinas-balasan", "pertanyaan": "Ya?"}, ["setujui", "kembalikan"])
REPORT: Work = ("laporan_rutin", {"perbaikan": "Perbaiki."}, ["selalu"])
MEASURE: Work = ("periksa_resource", {"batas_atas": 80}, ["cukup", "melampaui"])
COORDINATE: Work = (
    "koordinasi", {"sop": "permohonan-penambahan-resource-vps"}, ["diajukan", "diminta", "ditolak"],
)  # fmt: skip
TEST: Work = (
    "uji",
    {"pengujian": "sub-domain", "playbook": "subdomain", "pemutus": "Kepala", "pertanyaan": "Lagi?"},
    ["lulus", "gagal", "tolak"],
)
OF_REQUESTS: list[list[Work]] = [
    [ASK],
    [("periksa", {"pemeriksaan": "sub-domain"}, ["lulus", "ditolak"])],
    [("terapkan", {"playbook": "subdomain"}, ["selalu"])],
    [TEST],
    [("tentukan_letak", {}, ["pdn", "lokal", "ditolak"])],
    [("konsep_surat", {"surat": "nota-dinas-balasan", "perbaikan": "Perbaiki."}, ["selalu"]), SIGN],
]
OF_ROUTINE: list[list[Work]] = [
    [ASK],
    [("periksa_status", {}, ["up", "down"])],
    [("jalankan_sop", {"sop": CALLED}, ["selesai", "tolak"])],
    [MEASURE, COORDINATE, ("konfigurasi_tambahan", {"playbook": "hosting_active"}, ["selesai", "tolak"])],
    [REPORT, ("validasi", {"pertanyaan": "Ya?"}, ["setujui", "kembalikan"])],
]
"""Work that goes together stays together, as the rules ask for what comes before."""
RETURNS = {"uji": "gagal", "tanda_tangan": "kembalikan", "validasi": "kembalikan"}


@st.composite
def made_up_specs(draw: st.DrawFn) -> Spec:
    """Draw an SOP; it has passed all rules of SOP files."""
    routine = draw(st.booleans())
    groups = draw(st.lists(st.sampled_from(OF_ROUTINE if routine else OF_REQUESTS), min_size=1, max_size=4))
    first: Work = ("akses", {}, ["selalu"])
    if not routine:
        first = ("terima_permohonan", {"perbaikan": "Perbaiki."}, ["selalu", "cabut"])
    plan = [first, *(work for group in groups for work in group)]
    steps, looped = [], 0
    for number, work in enumerate(plan, start=1):
        kind, settings, outcomes = _with_buttons(draw, work)
        ways = [_forward(draw, number, len(plan) + 1, place, outcome) for place, outcome in enumerate(outcomes)]
        back = RETURNS.get(kind, outcomes[-1] if kind == "gerbang" and len(outcomes) > 1 else "")
        if back and draw(st.booleans()):
            target = draw(st.integers(min_value=looped + 1, max_value=number))
            bound = draw(st.integers(min_value=1, max_value=3))
            ways[outcomes.index(back)] = {"bila": back, "ke": target, "paling_banyak": bound}
            looped = number
        steps.append(_step(draw, number, kind, settings, ways))
    last = {"pertanyaan": "Selesai?", "pilihan": [{"hasil": "terima"}]}
    steps.append(_step(draw, len(plan) + 1, "gerbang", last, [{"bila": "terima", "ke": SELESAI}]))
    return build_spec(read_yaml(json.dumps(_file(steps, routine=routine)), "contoh.yaml"))


def _with_buttons(draw: st.DrawFn, work: Work) -> Work:
    """Give a gate some buttons."""
    kind, settings, outcomes = work
    if kind != "gerbang":
        return work
    shown = outcomes[: draw(st.integers(min_value=1, max_value=len(outcomes)))]
    buttons = [{"hasil": name, "wajib_catatan": name == "tolak"} for name in shown]
    return kind, {**settings, "pilihan": buttons}, shown


def _forward(draw: st.DrawFn, number: int, last: int, place: int, outcome: str) -> dict[str, Any]:
    """Lead the first outcome to the next step, so that all are reached, and others anywhere behind."""
    target = draw(st.integers(min_value=number + 1, max_value=last)) if place else number + 1
    return {"bila": outcome, "ke": target}


def _step(
    draw: st.DrawFn, number: int, kind: str, settings: dict[str, Any], ways: list[dict[str, Any]]
) -> dict[str, Any]:
    inputs = [{"nama": f"Hasil {number - 1}", "asal": "langkah"}] if kind == "tanda_tangan" else []
    return {
        "no": number, "kegiatan": f"Mengerjakan hal {number}", "pelaksana": draw(st.sampled_from(PERFORMERS)),
        "pelaksana_dasar": "tanda", "kelengkapan": inputs, "waktu": draw(st.sampled_from(TIMES)),
        "output": [f"Hasil {number}"], "kerja": {kind: settings}, "lanjut": ways,
    }  # fmt: skip


def _file(steps: list[dict[str, Any]], *, routine: bool) -> dict[str, Any]:
    texts = ("nomor", "judul", "layanan", "penerbit", "disahkan_oleh", "tujuan", "peringatan", "pencatatan")
    lists = ("dasar_hukum", "kualifikasi_pelaksana", "peralatan")
    form = {"type": "object", "additionalProperties": False, "required": ["perangkat_daerah"],
            "properties": {"perangkat_daerah": {"type": "string", "title": "Perangkat Daerah"}}}  # fmt: skip
    own = {"jenis": "pemeliharaan", "jenis_layanan": "hosting", "variabel_playbook": {"hosting_active": {}}}
    if not routine:
        own = {"jenis": "permohonan", "jenis_layanan": "sub-domain", "variabel_playbook": {"subdomain": {}}}
    return {
        **dict.fromkeys(texts, "Contoh"), **{name: ["Contoh"] for name in lists}, "keterkaitan": [],
        "slug": "contoh", "urutan": 99, "tanggal_pembuatan": "2026-01-02", "tanggal_revisi": None,
        "tanggal_efektif": None, "pelaksana": PERFORMERS, "langkah": steps, **own,
        **({} if routine else {"formulir": form}),
    }  # fmt: skip
