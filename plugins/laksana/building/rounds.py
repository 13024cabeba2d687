"""Tasks of the routine SOPs: steps that go through services, call another SOP, draft a report and have it validated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airflow.sdk import TaskGroup

from laksana.building.attempts import Attempt, Exit, Site, call_other, gate, list_services, one_service, single, work
from laksana.gates.answers import WRITABLE
from laksana.spec.model import SELALU


def each_service(*outcomes: str) -> Callable[[Site], Attempt]:
    """Return the builder of a kind that names services, works on each by itself, and concludes.

    The conclusion waits for all of them, also for those whose task failed: what could not be looked at is named there.
    """

    def build(site: Site) -> Attempt:
        kind = site.step.work.kind
        with TaskGroup(site.stem, group_display_name=site.title, prefix_group_id=True, ui_color="#e8f6f3"):
            listing = list_services(site, "daftar", kind, site.part("daftar layanan"))
            each = one_service(site, "tiap", kind, site.part("tiap layanan"), listing)
            conclude = work(site, "simpulan", kind, site.part("simpulan"))
            conclude.trigger_rule = "all_done"
            listing >> [each, conclude]
            each >> conclude
        return Attempt(listing, tuple(Exit(outcome, conclude) for outcome in outcomes or (SELALU,)))

    return build


def coordinate(site: Site) -> Attempt:
    """Ask for more resources in the owners' names, or take up the request that is there (ruling R10)."""
    task = work(site, site.stem, "koordinasi", site.title)
    return Attempt(task, tuple(Exit(outcome, task) for outcome in ("diajukan", "diminta", "ditolak")))


def configure_growth(site: Site) -> Attempt:
    """Add and configure what was asked for, test it, and take it back where the test fails."""
    with TaskGroup(site.stem, group_display_name=site.title, prefix_group_id=True, ui_color="#eef4ff"):
        grow = work(site, "tambah", "konfigurasi_tambahan", site.part("tambah resource"))
        test = work(site, "uji", "uji_tambahan", site.part("uji"))
        undo = work(site, "batalkan", "batalkan_tambahan", site.part("tarik kembali"))
        grow >> test >> undo
        test.ways["gagal"] = undo.task_id
    return Attempt(grow, (Exit("selesai", test), Exit("tolak", undo)))


def call(site: Site) -> Attempt:
    """Carry another SOP out and wait for its end."""
    task = call_other(site, site.stem, site.title)
    return Attempt(task, (Exit("selesai", task), Exit("tolak", task)))


def draft_report(site: Site) -> Attempt:
    """Draft the report; for a returned one the analyst writes first what is to be said besides (ruling R6)."""
    if site.place.attempt == 1:
        return single("laporan_rutin")(site)
    text = _long_text("Uraian", "Satu alinea tiap baris kosong.")
    with TaskGroup(site.stem, group_display_name=site.title, prefix_group_id=True, ui_color="#fff6e5"):
        ask = gate(
            site, "perbaikan", "perbaikan_laporan", site.part("perbaikan"), judul="Perbaiki laporan",
            role=site.step.role, pilihan=["kirim"], wajib_catatan=[], isian={"uraian": text}, wajib_isian=["uraian"],
        )  # fmt: skip
        draft = work(site, "laporan", "laporan_rutin", site.part("laporan"))
    ask >> draft
    return Attempt(ask, (Exit(SELALU, draft),))


def draft_recommendation(site: Site) -> Attempt:
    """Have the recommendation written, then draft the evaluation's report with it; a returned one again (ruling R6)."""
    text = _long_text("Rekomendasi", "Satu rekomendasi tiap baris.")
    with TaskGroup(site.stem, group_display_name=site.title, prefix_group_id=True, ui_color="#fff6e5"):
        ask = gate(
            site, "rekomendasi", "konsep_rekomendasi", site.part("rekomendasi"),
            judul=site.step.work.text("pertanyaan"), role=site.step.role, pilihan=["kirim"], wajib_catatan=[],
            isian={"rekomendasi": text}, wajib_isian=["rekomendasi"],
        )  # fmt: skip
        draft = work(site, "laporan", "konsep_rekomendasi", site.part("laporan"))
    ask >> draft
    return Attempt(ask, (Exit(SELALU, draft),))


def _long_text(title: str, description: str) -> dict[str, Any]:
    """Return the field for a text that a paper will show."""
    return {"type": "string", "title": title, "description": description, "maxLength": 8000, "format": "multiline",
            "pattern": WRITABLE, "x-petunjuk": "pakai huruf biasa, tanpa emoji"}  # fmt: skip


def validate(site: Site) -> Attempt:
    """Ask for the report's validation; the last attempt can't be returned any more."""
    options = ["setujui", "kembalikan"] if site.may_return else ["setujui"]
    ask = gate(
        site, site.stem, "validasi", site.title, judul=site.step.work.text("pertanyaan"), role=site.step.role,
        pilihan=options, wajib_catatan=["kembalikan"] if site.may_return else [], isian={},
    )  # fmt: skip
    return Attempt(ask, tuple(Exit(outcome, ask) for outcome in options))
