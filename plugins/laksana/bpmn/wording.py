"""The words of a BPMN file, in Bahasa Indonesia: names that fit their shapes, and documentation that says it all."""

from __future__ import annotations

import re

from laksana.spec.model import Spec, Step
from laksana.worktime.duration import Unit, parse

_JUMP = re.compile(r"[.,]\s+apabila\b", re.IGNORECASE)
_ISO = {Unit.MINUTE: "PT{}M", Unit.HOUR: "PT{}H", Unit.DAY: "P{}D"}
_BASES = {"tanda": "tertera dalam dokumen", "disimpulkan": "disimpulkan"}
_SHOWN = 150
"""Letters that an activity's shape has room for."""
_ABBREVIATIONS = {"pdn": "PDN"}
_CLOCK = "Mesin alur kerja menghitung waktu jam dinding; waktu baku dihitung menurut jam kerja kantor."
_DAYS = "Hari ialah hari kerja; mesin alur kerja menghitung hari takwim."


def process_id(slug: str) -> str:
    """Return the id of an SOP's process, by which other SOPs call it."""
    return f"sop_{slug.replace('-', '_')}"


def step_name(step: Step) -> str:
    """Return a step's number and activity; what a gateway shows (``apabila …, ke langkah …``) is left to it.

    A very long one is cut at a word's end, its documentation says it all.
    """
    name = f"{step.no}. {_JUMP.split(step.kegiatan)[0]}"
    return name if len(name) <= _SHOWN else name[: _SHOWN - 2].rsplit(" ", 1)[0] + " …"


def step_documentation(step: Step) -> str:
    """Say what the SOP's sheet says of a step, and how it is carried out."""
    rows = [
        f"Langkah {step.no}: {step.kegiatan}",
        f"Pelaksana: {step.pelaksana} ({_BASES[step.pelaksana_dasar]})",
        f"Kelengkapan: {'; '.join(item.nama for item in step.kelengkapan) or '-'}",
        f"Waktu baku: {step.waktu}",
        f"Output: {'; '.join(step.output) or '-'}",
        f"Jenis kerja: {step.work.kind}",
    ]
    recorder = step.work.text("dicatat_oleh")
    question = step.work.text("pertanyaan")
    playbooks = ", ".join(step.work.playbooks)
    rows += [f"Dicatat oleh: {recorder}"] if recorder else []
    rows += [f"Pertanyaan: {question}"] if question else []
    rows += [f"Playbook: {playbooks}"] if playbooks else []
    rows += [f"SOP terkait: {step.work.text('sop')}"] if step.work.text("sop") else []
    return "\n".join(rows)


def process_documentation(spec: Spec) -> str:
    """Say what the SOP is: its identity block, and the version of which this is the drawing."""
    rows = [
        f"{spec.judul}, nomor {spec.nomor}",
        f"Layanan: {spec.layanan}",
        f"Tujuan: {spec.identity['tujuan']}",
        f"Dasar hukum: {'; '.join(spec.identity['dasar_hukum'])}",
        f"Peringatan: {spec.identity['peringatan']}",
        f"Versi (SHA-256): {spec.digest}",
    ]
    rows += [f"Penyimpangan {item.ruling}, langkah {item.langkah}: {item.spek}" for item in spec.penyimpangan]
    return "\n".join(rows)


def iso_duration(waktu: str) -> str:
    """Return a standard time as an ISO 8601 duration: ``10 Menit`` is ``PT10M``, ``3 Hari`` is ``P3D``."""
    duration = parse(waktu)
    return _ISO[duration.unit].format(duration.value)


def timer_documentation(waktu: str) -> str:
    """Say what the timer means: the office's clock stands still where an engine's does not."""
    return f"Waktu baku {waktu}. {_DAYS if parse(waktu).unit is Unit.DAY else _CLOCK}"


def outcome_label(outcomes: tuple[str, ...]) -> str:
    """Return what a flow shows: ``Diajukan / Ditolak``."""
    return " / ".join(_ABBREVIATIONS.get(outcome, outcome.capitalize()) for outcome in outcomes)
