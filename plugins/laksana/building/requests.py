"""Tasks of the steps that carry a request out: from its receipt to the signed reply."""

from __future__ import annotations

from airflow.sdk import TaskGroup

from laksana.building.attempts import Attempt, Exit, Site, gate, single, work
from laksana.gates.answers import WRITABLE
from laksana.posts.holders import APPLICANT
from laksana.spec.model import SELALU, slug_of


def receive(site: Site) -> Attempt:
    """First attempt: record the request. Later ones: the applicant completes it (ruling R5)."""
    if site.place.attempt == 1:
        return single("terima_permohonan")(site)
    form = site.spec.formulir
    asked = gate(
        site, site.stem, "perbaikan_permohonan", site.title, judul="Lengkapi permohonan", role=APPLICANT,
        pilihan=["kirim", "cabut"], wajib_catatan=[], isian=form["properties"], wajib_isian=list(form["required"]),
    )  # fmt: skip
    return Attempt(asked, (Exit(SELALU, asked), Exit("cabut", asked)))


def choice(site: Site) -> Attempt:
    """Draw a gate of the spec; the way back is offered while attempts are left."""
    kind = site.step.work
    back = site.step.way_back
    offered = [item for item in kind.choices if site.may_return or back is None or item.hasil != back.bila]
    role = APPLICANT if kind.text("penjawab") == "pemohon" else slug_of(site.step.answerer)
    asked = gate(
        site, site.stem, "gerbang", site.title, judul=kind.text("pertanyaan"), role=role,
        pilihan=[item.hasil for item in offered], wajib_catatan=[item.hasil for item in offered if item.wajib_catatan],
        isian=kind.settings.get("isian", {}), wajib_isian=list(kind.settings.get("wajib_isian", [])),
    )  # fmt: skip
    return Attempt(asked, tuple(Exit(item.hasil, asked) for item in offered))


def check(site: Site) -> Attempt:
    """Check, and where it passes plan the change, if the SOP has one to plan yet."""
    if not site.step.work.playbooks:
        task = work(site, site.stem, "periksa", site.title)
        return Attempt(task, (Exit("lulus", task), Exit("ditolak", task)))
    with TaskGroup(site.stem, group_display_name=site.title, prefix_group_id=True, ui_color="#eef4ff"):
        checked = work(site, "periksa", "periksa", site.part("periksa"))
        plan = work(site, "rencana", "rencana", site.part("rencana"))
    checked >> plan
    checked.ways["lulus"] = plan.task_id
    return Attempt(checked, (Exit("lulus", plan), Exit("ditolak", checked)))


def test(site: Site) -> Attempt:
    """Test; after the last attempt a person decides, after the granted one the change is undone (ruling R7)."""
    tested = work(site, site.stem, "uji", site.title)
    if site.may_return and not site.last_test:
        return Attempt(tested, (Exit("lulus", tested), Exit("gagal", tested)))
    undo = work(site, f"{site.stem}_batalkan", "batalkan", site.part("tarik kembali"))
    if not site.last_test:
        tested >> undo
        tested.ways["gagal"] = undo.task_id
        return Attempt(tested, (Exit("lulus", tested), Exit("tolak", undo)))
    decider = slug_of(site.step.work.text("pemutus"))
    asked = gate(
        site, f"{site.stem}_putusan", "putusan_uji", site.part("putusan"),
        judul=site.step.work.text("pertanyaan"), role=decider, pilihan=["ulang", "tolak"], wajib_catatan=["tolak"],
        isian={},
    )  # fmt: skip
    tested >> asked >> undo
    tested.ways["gagal"] = asked.task_id
    asked.ways["tolak"] = undo.task_id
    return Attempt(tested, (Exit("lulus", tested), Exit("gagal", asked, said="ulang"), Exit("tolak", undo)))


def find_place(site: Site) -> Attempt:
    """Look up where a server stands; three ways lead on (SOP 10 step 3)."""
    task = work(site, site.stem, "tentukan_letak", site.title)
    return Attempt(task, (Exit("pdn", task), Exit("lokal", task), Exit("ditolak", task)))


def draft(site: Site) -> Attempt:
    """Draft the letter; a returned one is edited by its drafter first (ruling R6)."""
    if site.place.attempt == 1:
        return single("konsep_surat")(site)
    body = {"type": "string", "title": "Isi surat", "description": "Satu alinea tiap baris kosong.", "maxLength": 8000,
            "format": "multiline", "pattern": WRITABLE, "x-petunjuk": "pakai huruf biasa, tanpa emoji"}  # fmt: skip
    with TaskGroup(site.stem, group_display_name=site.title, prefix_group_id=True, ui_color="#fff6e5"):
        asked = gate(
            site, "perbaikan", "perbaikan_konsep", site.part("perbaikan"), judul="Perbaiki konsep balasan",
            role=site.step.role, pilihan=["kirim"], wajib_catatan=[], isian={"isi": body}, wajib_isian=["isi"],
        )  # fmt: skip
        drafted = work(site, "konsep", "konsep_surat", site.part("konsep"))
    asked >> drafted
    return Attempt(asked, (Exit(SELALU, drafted),))


def sign(site: Site) -> Attempt:
    """Ask for approval, then sign with the approver's key."""
    question = site.step.work.text("pertanyaan")
    options = ["setujui", "kembalikan"] if site.may_return else ["setujui"]
    with TaskGroup(site.stem, group_display_name=site.title, prefix_group_id=True, ui_color="#eaf7ea"):
        asked = gate(
            site, "putusan", "tanda_tangan", site.part("putusan"), judul=question, role=site.step.role,
            pilihan=options, wajib_catatan=["kembalikan"] if site.may_return else [], isian={},
        )  # fmt: skip
        signed = work(site, "tanda_tangan", "tanda_tangan", site.part("tanda tangan"))
    asked >> signed
    asked.ways["setujui"] = signed.task_id
    return Attempt(asked, (Exit("setujui", signed), *((Exit("kembalikan", asked),) if site.may_return else ())))
