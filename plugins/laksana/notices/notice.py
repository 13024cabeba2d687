"""The service notice of an SOP that is handed in: what to bring, what happens, how long it takes, whom to ask. Pure.

Its sections are the six components of a service standard that concern its delivery (UU 25/2009 art. 21, PermenPAN-RB
15/2014), in their order, and after them the legal basis. What no source says (a fee) it does not say either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from laksana.errors import Problem, SpecError
from laksana.notices.hours import Hours
from laksana.notices.times import Standard, straight_times
from laksana.spec.model import Spec, Step

_JUMP = re.compile(r"[.,]\s+apabila\b", re.IGNORECASE)
_COUNTED = (
    "Waktu dihitung pada jam kerja kantor, sejak permohonan diterima lengkap dan apabila tidak ada langkah yang "
    "perlu diulang. Waktu yang dipakai pemohon untuk mengajukan, melengkapi, dan menerima tidak dihitung."
)
_RULES = {"ada-tambahan": "Sedikitnya satu tambahan diisi."}
"""What a rule of the form asks for besides its required fields."""


@dataclass(frozen=True)
class Contact:
    """Whom the public can ask, and what the office says of its fees."""

    government: str
    agency: str
    address: tuple[str, ...]
    """Lines of the letterhead: street, web page, e-mail."""
    fee: str = ""
    """What the service costs, in words (e.g. ``Tidak dipungut biaya``); empty where nothing is laid down."""
    complaints: tuple[str, ...] = ()
    """Further ways to complain besides the address."""
    hours: Hours = field(default_factory=Hours)


@dataclass(frozen=True)
class Entry:
    """One point of a list: its head, and what is said of it."""

    head: str
    detail: str = ""


@dataclass(frozen=True)
class Section:
    """One component of the notice."""

    title: str
    entries: tuple[Entry, ...] = ()
    numbered: bool = False
    remarks: tuple[str, ...] = ()
    """Sentences after the list."""


@dataclass(frozen=True)
class Notice:
    """The whole notice."""

    title: str
    issuer: str
    purpose: str
    sections: tuple[Section, ...]
    version: str


def service_notice(spec: Spec, contact: Contact) -> Notice:
    """Return the notice of an SOP.

    Raises:
        SpecError: nobody hands this SOP in, so that there is nobody to notify.
    """
    if spec.jenis != "permohonan":
        message = f"a service notice is for SOPs that are handed in (jenis: permohonan), this one is {spec.jenis}"
        raise SpecError([Problem("notice", message, "render its sheet or BPMN instead", spec.file, key="jenis")])
    sections = (
        _requirements(spec),
        _procedure(spec),
        _time(spec, contact.hours),
        Section(
            "Biaya/tarif", remarks=(contact.fee or "SOP ini tidak memuat biaya. Tanyakan kepada kontak di bawah.",)
        ),
        _product(spec),
        _complaints(contact),
        Section("Dasar hukum", tuple(Entry(text) for text in spec.identity["dasar_hukum"])),
    )
    return Notice(
        title=f"Standar Pelayanan {spec.title.removeprefix('SOP ')}",
        issuer=str(spec.identity["penerbit"]),
        purpose=str(spec.identity["tujuan"]),
        sections=sections,
        version=f"SOP nomor {spec.nomor}, versi {spec.digest[:12]}",
    )


def notice_markdown(spec: Spec, contact: Contact) -> bytes:
    """Return the notice as Markdown in UTF-8.

    Raises:
        SpecError: nobody hands this SOP in.
    """
    notice = service_notice(spec, contact)
    parts = [f"# {_marked(notice.title)}", _marked(notice.issuer), _marked(notice.purpose)]
    for section in notice.sections:
        parts.append(f"## {_marked(section.title)}")
        if section.entries:
            parts.append("\n".join(_points(section)))
        parts += [_marked(remark) for remark in section.remarks]
    parts.append(f"*{_marked(notice.version)}*")
    return ("\n\n".join(parts) + "\n").encode()


def is_applicants(step: Step) -> bool:
    """Tell whether the applicant does a step: its time is not the office's."""
    return step.work.kind == "terima_permohonan" or step.work.text("penjawab") == "pemohon"


def _requirements(spec: Spec) -> Section:
    """List what the applicant brings: documents, and every field of the form that must be filled in."""
    fields: Mapping[str, Mapping[str, Any]] = spec.formulir.get("properties", {})
    required = set(spec.formulir.get("required", []))
    papers = [
        Entry(item.nama, "disampaikan melalui formulir permohonan")
        for step in spec.langkah
        for item in step.kelengkapan
        if item.asal == "formulir"
    ]
    asked = [_field(name, field) for name, field in fields.items() if name in required]
    optional = [str(field.get("title", name)) for name, field in fields.items() if name not in required]
    remarks = [f"Diisi bila diperlukan: {', '.join(optional)}."] if optional else []
    remarks += [_RULES[rule] for rule in (field.get("x-aturan") for field in fields.values()) if rule in _RULES]
    return Section("Persyaratan", tuple(dict.fromkeys([*papers, *asked])), remarks=tuple(remarks))


def _field(name: str, field: Mapping[str, Any]) -> Entry:
    hint = str(field.get("x-petunjuk", ""))
    detail = [str(field.get("description", "")), f"{hint[:1].upper()}{hint[1:]}." if hint else ""]
    return Entry(str(field.get("title", name)), " ".join(part for part in detail if part))


def _procedure(spec: Spec) -> Section:
    """Say each step with who does it; what becomes of a request that is not in order."""
    entries = tuple(
        Entry(
            _JUMP.split(step.kegiatan)[0],
            f"{step.pelaksana}{' (pemohon)' if is_applicants(step) else ''}, {step.waktu.lower()}",
        )
        for step in spec.langkah
    )
    return Section("Sistem, mekanisme, dan prosedur", entries, numbered=True, remarks=tuple(_turns(spec)))


def _turns(spec: Spec) -> Iterator[str]:
    """Say how a request can come back to the applicant, what it may skip, and how a refusal is answered."""
    if len(straight_times(spec, is_applicants)) > 1:
        yield "Tidak setiap permohonan melalui semua langkah; hasil pemeriksaan menentukan langkah berikutnya."
    for step in spec.langkah:
        back = step.way_back
        if back is not None and spec.step(int(back.ke)).work.kind == "terima_permohonan":
            yield (
                f"Permohonan yang belum lengkap dikembalikan kepada pemohon dengan catatan, paling banyak "
                f"{back.paling_banyak} kali; pemohon melengkapinya atau mencabutnya."
            )
    if any(step.work.kind == "konsep_surat" for step in spec.langkah):
        yield "Permohonan yang tidak dapat dipenuhi dibalas dengan surat yang memuat alasannya."


def _time(spec: Spec, hours: Hours) -> Section:
    """Say how long the office takes where all goes well; the applicant's own steps do not count."""
    times = straight_times(spec, is_applicants)
    entries = tuple(Entry(time.condition or "Permohonan yang dikabulkan", _length(time, hours)) for time in times)
    remarks = [_COUNTED]
    if hours.lines:
        remarks.append(f"Jam kerja: {'; '.join(hours.lines)}. Hari libur nasional dan cuti bersama tidak dihitung.")
    return Section("Jangka waktu penyelesaian", entries, remarks=tuple(remarks))


def _length(time: Standard, hours: Hours) -> str:
    """Say a time exactly, and where the office's hours are known as whole working days."""
    days = time.working_days(hours.shortest_day) if hours.shortest_day else 0
    return f"{time.words} kerja (setara paling lama {days} hari kerja)" if days else f"{time.words} kerja"


def _product(spec: Spec) -> Section:
    """List what the applicant gets: the service, and the paper that is uploaded to the ticket."""
    papers = [step.work.text("dokumen") for step in spec.langkah if step.work.kind == "unggah_balasan"]
    signed = [name for step in spec.langkah if step.work.kind == "tanda_tangan" for name in step.output]
    return Section(
        "Produk pelayanan", tuple(Entry(text) for text in dict.fromkeys([spec.layanan, *(papers or signed)]))
    )


def _complaints(contact: Contact) -> Section:
    # A line of a letterhead may hold two things side by side, set apart by spaces.
    lines = [part for line in contact.address for part in re.split(r"\s{2,}", line) if part]
    entries = tuple(Entry(line) for line in (contact.agency, *lines, *contact.complaints))
    return Section("Penanganan pengaduan, saran, dan masukan", entries)


def _points(section: Section) -> Iterator[str]:
    for number, entry in enumerate(section.entries, start=1):
        mark = f"{number}." if section.numbered else "-"
        head = f"**{_marked(entry.head)}**: {_marked(entry.detail)}" if entry.detail else _marked(entry.head)
        yield f"{mark} {head}"


def _marked(text: str) -> str:
    """Keep a text from meaning anything in Markdown; it stays on its line."""
    return re.sub(r"([\\`*_\[\]<>&#|])", r"\\\1", " ".join(text.split()))
