"""Step kind → tasks: one row a kind says which tasks an attempt has, how they follow, and where its outcomes leave.

Adding a kind of work is one builder here, one function in ``laksana.steps.kinds`` (or a pair in ``questions``), one
entry in the spec's structure, one valid and one invalid example.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from airflow.sdk import TaskGroup

from laksana.building.unrolling import Place
from laksana.gates.answers import WRITABLE
from laksana.posts.holders import APPLICANT
from laksana.spec.model import SELALU, Spec, Step, slug_of
from laksana.steps.case import RETRIES
from laksana.steps.ministry import MINISTRY_PARTS, MinistryPart
from laksana.steps.operators import GateOperator, StepOperator

RULE = "none_failed_min_one_success"
"""Every task joins ways of which only some were taken."""
_SHOWN = 60

Task = StepOperator | GateOperator


@dataclass(frozen=True)
class Exit:
    """Where an outcome of a step leaves its tasks."""

    outcome: str
    """Outcome of the step, as the spec names it."""
    task: Task
    said: str = ""
    """What the task itself calls it, where that differs: a person's "ulang" takes the way of a failed test."""


@dataclass(frozen=True)
class Attempt:
    """The tasks of one attempt at one step, and where its outcomes leave them."""

    entry: Task
    exits: tuple[Exit, ...]


@dataclass(frozen=True)
class Site:
    """Where an attempt is built: the SOP, its step, which attempt, and whether the case may still go back from here."""

    spec: Spec
    step: Step
    place: Place
    may_return: bool
    last_test: bool
    """True at the last attempt that a test has without a person's word."""

    @property
    def stem(self) -> str:
        """Task id of the attempt; the first carries the step's own id."""
        return self.step.task_id if self.place.attempt == 1 else f"{self.step.task_id}_percobaan_{self.place.attempt}"

    @property
    def title(self) -> str:
        """Name shown in the graph."""
        number = f"{self.step.no} (percobaan {self.place.attempt})" if self.place.attempt > 1 else str(self.step.no)
        return f"{number}. {_short(self.step.kegiatan)}"

    def part(self, name: str) -> str:
        """Name of one of several tasks of the attempt, shown in the graph."""
        return f"{self.title.partition('. ')[0]}. {name}"


def build_attempt(site: Site) -> Attempt:
    """Draw one attempt at a step."""
    return BUILDERS[site.step.work.kind](site)


def _work(site: Site, task_id: str, kerja: str, title: str, **settings: Any) -> StepOperator:
    return StepOperator(
        task_id=task_id, task_display_name=title, slug=site.spec.slug, langkah=site.step.no,
        percobaan=site.place.attempt, kerja=kerja, trigger_rule=RULE, retries=RETRIES,
        retry_delay=timedelta(seconds=10), doc_md=_doc(site.step), **settings,
    )  # fmt: skip


def _gate(  # noqa: PLR0913  # all but three are keywords
    site: Site,
    task_id: str,
    gerbang: str,
    title: str,
    *,
    judul: str,
    role: str,
    pilihan: list[str],
    wajib_catatan: list[str],
    isian: Mapping[str, Any],
    wajib_isian: list[str] | None = None,
) -> GateOperator:
    return GateOperator(
        task_id=task_id, task_display_name=title, slug=site.spec.slug, langkah=site.step.no,
        percobaan=site.place.attempt, gerbang=gerbang, peran=role, pilihan=pilihan, wajib_catatan=wajib_catatan,
        isian=isian, wajib_isian=wajib_isian or [], judul=judul, spec_digest=site.spec.digest, trigger_rule=RULE,
        retries=RETRIES, retry_delay=timedelta(seconds=5), doc_md=_doc(site.step),
    )  # fmt: skip


def _single(kerja: str) -> Callable[[Site], Attempt]:
    """Return the builder of a kind that is one task with one way on."""

    def build(site: Site) -> Attempt:
        task = _work(site, site.stem, kerja, site.title)
        return Attempt(task, (Exit(SELALU, task),))

    return build


def _receive(site: Site) -> Attempt:
    """First attempt: record the request. Later ones: the applicant completes it (ruling R5)."""
    if site.place.attempt == 1:
        return _single("terima_permohonan")(site)
    form = site.spec.formulir
    gate = _gate(
        site, site.stem, "perbaikan_permohonan", site.title, judul="Lengkapi permohonan", role=APPLICANT,
        pilihan=["kirim", "cabut"], wajib_catatan=[], isian=form["properties"], wajib_isian=list(form["required"]),
    )  # fmt: skip
    return Attempt(gate, (Exit(SELALU, gate), Exit("cabut", gate)))


def _choice(site: Site) -> Attempt:
    """Draw a gate of the spec; the way back is offered while attempts are left."""
    work = site.step.work
    back = site.step.way_back
    offered = [item for item in work.choices if site.may_return or back is None or item.hasil != back.bila]
    role = APPLICANT if work.text("penjawab") == "pemohon" else slug_of(site.step.answerer)
    gate = _gate(
        site, site.stem, "gerbang", site.title, judul=work.text("pertanyaan"), role=role,
        pilihan=[item.hasil for item in offered], wajib_catatan=[item.hasil for item in offered if item.wajib_catatan],
        isian=work.settings.get("isian", {}), wajib_isian=list(work.settings.get("wajib_isian", [])),
    )  # fmt: skip
    return Attempt(gate, tuple(Exit(item.hasil, gate) for item in offered))


def _check(site: Site) -> Attempt:
    """Check, and where it passes plan the change, if the SOP has one to plan yet."""
    if not site.step.work.playbooks:
        task = _work(site, site.stem, "periksa", site.title)
        return Attempt(task, (Exit("lulus", task), Exit("ditolak", task)))
    with TaskGroup(site.stem, group_display_name=site.title, prefix_group_id=True, ui_color="#eef4ff"):
        check = _work(site, "periksa", "periksa", site.part("periksa"))
        plan = _work(site, "rencana", "rencana", site.part("rencana"))
    check >> plan
    check.ways["lulus"] = plan.task_id
    return Attempt(check, (Exit("lulus", plan), Exit("ditolak", check)))


def _test(site: Site) -> Attempt:
    """Test; after the last attempt a person decides, after the granted one the change is undone (ruling R7)."""
    test = _work(site, site.stem, "uji", site.title)
    if site.may_return and not site.last_test:
        return Attempt(test, (Exit("lulus", test), Exit("gagal", test)))
    undo = _work(site, f"{site.stem}_batalkan", "batalkan", site.part("tarik kembali"))
    if not site.last_test:
        test >> undo
        test.ways["gagal"] = undo.task_id
        return Attempt(test, (Exit("lulus", test), Exit("tolak", undo)))
    decider = slug_of(site.step.work.text("pemutus"))
    gate = _gate(
        site, f"{site.stem}_putusan", "putusan_uji", site.part("putusan"),
        judul=site.step.work.text("pertanyaan"), role=decider, pilihan=["ulang", "tolak"], wajib_catatan=["tolak"],
        isian={},
    )  # fmt: skip
    test >> gate >> undo
    test.ways["gagal"] = gate.task_id
    gate.ways["tolak"] = undo.task_id
    return Attempt(test, (Exit("lulus", test), Exit("gagal", gate, said="ulang"), Exit("tolak", undo)))


def _find_place(site: Site) -> Attempt:
    """Look up where a server stands; three ways lead on (SOP 10 step 3)."""
    task = _work(site, site.stem, "tentukan_letak", site.title)
    return Attempt(task, (Exit("pdn", task), Exit("lokal", task), Exit("ditolak", task)))


def _grow(site: Site) -> Attempt:
    """Add resources as the Pemeliharaan SOPs do it: at once at the compute centre, by the ministry at the PDN (R10)."""
    with TaskGroup(site.stem, group_display_name=site.title, prefix_group_id=True, ui_color="#eef4ff"):
        grow = _work(site, "tambah", "tambah_resource", site.part("tambah resource"))
        test = _work(site, "uji", "uji_tambahan", site.part("uji"))
        report = _work(site, "laporan", "laporan_pemeliharaan", site.part("laporan"))
        undo = _work(site, "batalkan", "batalkan", site.part("tarik kembali"))
        grow >> test >> [report, undo]
        test.ways.update({"lulus": report.task_id, "gagal": undo.task_id})
        exits = (Exit("selesai", report), Exit("tolak", undo))
        if site.step.work.text("letak") == "pusat-komputasi":
            return Attempt(grow, exits)
        claim = _work(site, "pesan", "pesan_tambahan", site.part("pesan penambahan"))
        gates = [_ministry_gate(site, part) for part in MINISTRY_PARTS]
        order: list[Task] = [claim, *gates, grow]
        for before, after in pairwise(order):
            before >> after
            before.ways[before.pilihan[0] if isinstance(before, GateOperator) else "lulus"] = after.task_id
    refusing = tuple(Exit("tolak", gate) for gate in gates if "tolak" in gate.pilihan)
    return Attempt(claim, (*exits, Exit("tolak", claim, said="ditolak"), *refusing))


def _ministry_gate(site: Site, part: MinistryPart) -> GateOperator:
    """Draw a gate of SOP 6's adding path: what the ministry does is recorded, its assessment is approved."""
    post = site.step.work.text("penyetuju") if part.approves else site.step.pelaksana
    return _gate(
        site, part.name, part.name, site.part(part.title), judul=part.question, role=slug_of(post),
        pilihan=list(part.choices), wajib_catatan=["tolak"] if "tolak" in part.choices else [], isian=part.fields,
        wajib_isian=list(part.fields),
    )  # fmt: skip


def _draft(site: Site) -> Attempt:
    """Draft the letter; a returned one is edited by its drafter first (ruling R6)."""
    if site.place.attempt == 1:
        return _single("konsep_surat")(site)
    body = {"type": "string", "title": "Isi surat", "description": "Satu alinea tiap baris kosong.", "maxLength": 8000,
            "format": "multiline", "pattern": WRITABLE, "x-petunjuk": "pakai huruf biasa, tanpa emoji"}  # fmt: skip
    with TaskGroup(site.stem, group_display_name=site.title, prefix_group_id=True, ui_color="#fff6e5"):
        gate = _gate(
            site, "perbaikan", "perbaikan_konsep", site.part("perbaikan"), judul="Perbaiki konsep balasan",
            role=site.step.role, pilihan=["kirim"], wajib_catatan=[], isian={"isi": body}, wajib_isian=["isi"],
        )  # fmt: skip
        draft = _work(site, "konsep", "konsep_surat", site.part("konsep"))
    gate >> draft
    return Attempt(gate, (Exit(SELALU, draft),))


def _sign(site: Site) -> Attempt:
    """Ask for approval, then sign with the approver's key."""
    work = site.step.work
    options = ["setujui", "kembalikan"] if site.may_return else ["setujui"]
    with TaskGroup(site.stem, group_display_name=site.title, prefix_group_id=True, ui_color="#eaf7ea"):
        gate = _gate(
            site, "putusan", "tanda_tangan", site.part("putusan"), judul=work.text("pertanyaan"), role=site.step.role,
            pilihan=options, wajib_catatan=["kembalikan"] if site.may_return else [], isian={},
        )  # fmt: skip
        sign = _work(site, "tanda_tangan", "tanda_tangan", site.part("tanda tangan"))
    gate >> sign
    gate.ways["setujui"] = sign.task_id
    return Attempt(gate, (Exit("setujui", sign), *((Exit("kembalikan", gate),) if site.may_return else ())))


BUILDERS: dict[str, Callable[[Site], Attempt]] = {
    "terima_permohonan": _receive,
    "gerbang": _choice,
    "periksa": _check,
    "terapkan": _single("terapkan"),
    "uji": _test,
    "tentukan_letak": _find_place,
    "tambah_resource": _grow,
    "berita_acara": _single("berita_acara"),
    "konsep_surat": _draft,
    "tanda_tangan": _sign,
    "unggah_balasan": _single("unggah_balasan"),
}


def _short(text: str) -> str:
    """Shorten an activity for the graph at a word's end."""
    first = text.split(".", maxsplit=1)[0].split(", apabila", maxsplit=1)[0]
    return first if len(first) <= _SHOWN else first[: _SHOWN - 3].rsplit(" ", 1)[0] + " …"


def _doc(step: Step) -> str:
    """Say on the task what the SOP's sheet says of its step."""
    inputs = "; ".join(item.nama for item in step.kelengkapan) or "-"
    return (
        f"**Langkah {step.no}** — {step.kegiatan}\n\n- Pelaksana: {step.pelaksana}\n- Kelengkapan: {inputs}\n"
        f"- Waktu: {step.waktu}\n- Output: {'; '.join(step.output) or '-'}"
    )
