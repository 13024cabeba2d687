"""Step kind → tasks: one row a kind says which tasks an attempt has, how they follow, and where its outcomes leave.

Adding a kind of work is one builder in a module beside this one, one function in ``laksana.steps.kinds`` or in the
``tables`` of ``upkeep`` or ``assessment`` (or a pair in ``questions``), one entry in the spec's structure, one valid
and one invalid example.
"""

from __future__ import annotations

from collections.abc import Callable

from laksana.building import requests, rounds
from laksana.building.attempts import Attempt, Site, single


def build_attempt(site: Site) -> Attempt:
    """Draw one attempt at a step."""
    return BUILDERS[site.step.work.kind](site)


BUILDERS: dict[str, Callable[[Site], Attempt]] = {
    "terima_permohonan": requests.receive,
    "gerbang": requests.choice,
    "periksa": requests.check,
    "terapkan": single("terapkan"),
    "uji": requests.test,
    "tentukan_letak": requests.find_place,
    "berita_acara": single("berita_acara"),
    "konsep_surat": requests.draft,
    "tanda_tangan": requests.sign,
    "unggah_balasan": single("unggah_balasan"),
    "akses": single("akses"),
    "periksa_status": rounds.each_service("up", "down"),
    "aktifkan": rounds.each_service(),
    "periksa_cadangan": rounds.each_service("segar", "usang"),
    "perbarui_cadangan": rounds.each_service(),
    "periksa_resource": rounds.each_service("cukup", "melampaui"),
    "tambah_kuota": rounds.each_service(),
    "koordinasi": rounds.coordinate,
    "tambah_resource": single("tambah_resource"),
    "konfigurasi_tambahan": rounds.configure_growth,
    "jalankan_sop": rounds.call,
    "laporan_rutin": rounds.draft_report,
    "validasi": rounds.validate,
    "arsip": single("arsip"),
    "rekap_layanan": single("rekap_layanan"),
    "laporan_rapat": single("laporan_rapat"),
    "konsep_rekomendasi": rounds.draft_recommendation,
}
