"""Rules between the fields of an SOP file that its structure alone can't say; each finding points at its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from laksana.errors import Problem
from laksana.spec.model import SELALU, SELESAI, Spec, Step
from laksana.spec.reading import Path, Source

OUTCOMES: dict[str, frozenset[str]] = {
    "terima_permohonan": frozenset({SELALU, "cabut"}),
    "periksa": frozenset({"lulus", "ditolak"}),
    "terapkan": frozenset({SELALU}),
    "uji": frozenset({"lulus", "gagal", "tolak"}),
    "tentukan_letak": frozenset({"pdn", "lokal", "ditolak"}),
    "tambah_resource": frozenset({SELALU}),
    "berita_acara": frozenset({SELALU}),
    "konsep_surat": frozenset({SELALU}),
    "tanda_tangan": frozenset({"setujui", "kembalikan"}),
    "unggah_balasan": frozenset({SELALU}),
    "akses": frozenset({SELALU}),
    "periksa_status": frozenset({"up", "down"}),
    "aktifkan": frozenset({SELALU}),
    "periksa_cadangan": frozenset({"segar", "usang"}),
    "perbarui_cadangan": frozenset({SELALU}),
    "periksa_resource": frozenset({"cukup", "melampaui"}),
    "tambah_kuota": frozenset({SELALU}),
    "koordinasi": frozenset({"diajukan", "diminta", "ditolak"}),
    "konfigurasi_tambahan": frozenset({"selesai", "tolak"}),
    "jalankan_sop": frozenset({"selesai", "tolak"}),
    "laporan_rutin": frozenset({SELALU}),
    "validasi": frozenset({"setujui", "kembalikan"}),
    "arsip": frozenset({SELALU}),
}
"""Outcomes that each kind of work can have; a gate's are its buttons."""
WAYS_BACK: dict[str, frozenset[str]] = {
    **dict.fromkeys(OUTCOMES, frozenset()),
    "uji": frozenset({"gagal"}),
    "tanda_tangan": frozenset({"kembalikan"}),
    "validasi": frozenset({"kembalikan"}),
}
"""Outcomes that may lead back: only these can be left out once the returns are used up; a gate's buttons all can."""
FORM_RULES = frozenset({
    "alamat-tujuan",
    "instansi-pemohon",
    "nama-akun-bebas",
    "nama-belum-terdaftar",
    "nama-situs-bebas",
    "nama-vps-bebas",
    "ada-tambahan",
    "vps-milik-pemohon",
})  # fmt: skip
"""Rules that a form's field may name under ``x-aturan``."""
CHECKS: dict[str, frozenset[str]] = {
    "sub-domain": frozenset({"sub-domain"}),
    "hosting": frozenset({"hosting"}),
    "vps-pusat-komputasi": frozenset({"kapasitas"}),
    "vps-pdn": frozenset({"spesifikasi"}),
    "resource-vps": frozenset({"kapasitas"}),
}
"""For each kind of service: the checks and tests that its steps may name."""
PLAYBOOK_SOURCES: dict[str, frozenset[str]] = {
    "pengaturan": frozenset({"dns_server", "dns_zone", "hosting_address", "proxy_address"}),
    "kasus": frozenset({"nama", "tiket"}),
    "rahasia": frozenset({"sandi", "sandi_awal", "sandi_basis_data"}),
}
"""What a playbook's variable may come from besides form, reservation and answers; no setting that may be secret."""
RESERVED_VALUES: dict[str, frozenset[str]] = {
    "sub-domain": frozenset({"target", "port"}),
    "hosting": frozenset({"user", "quota_mb", "database", "site"}),
    "vps-pusat-komputasi": frozenset({"address", "vcpu", "memory_mb", "disk_gb", "user"}),
    "vps-pdn": frozenset({"vcpu", "memory_mb", "disk_gb", "stack", "host_key"}),
    "resource-vps": frozenset({
        "name", "address", "port", "host_key", "vcpu", "memory_mb", "disk_gb", "old_vcpu", "old_memory_mb",
        "old_disk_gb",
    }),
}  # fmt: skip
"""For each kind of service: the values of its reservation (``pemesanan``) that a playbook may get."""
SERVICE_VALUES: dict[str, frozenset[str]] = {
    "sub-domain": frozenset({"nama", "tiket", "label", "target", "port"}),
    "hosting": frozenset({"nama", "tiket", "site", "quota_mb", "database", "kuota_baru"}),
    "vps-pusat-komputasi": frozenset({"nama", "tiket", "address", "port", "host_key"}),
    "vps-pdn": frozenset({"nama", "tiket", "address", "port", "host_key", "units"}),
}
"""For each kind of service: what a playbook of a routine SOP may get of one (``layanan``)."""
ROUTINE = frozenset({"monitoring", "pemeliharaan"})
"""Kinds of SOPs that nobody hands in: the calendar, another SOP or a person starts them."""
ROUTINE_WORK = frozenset({
    "akses", "periksa_status", "aktifkan", "periksa_cadangan", "perbarui_cadangan", "periksa_resource", "tambah_kuota",
    "koordinasi", "tambah_resource", "konfigurasi_tambahan", "laporan_rutin", "validasi", "arsip",
})  # fmt: skip
OWN_VARIABLES = frozenset({"perbarui_cadangan"})
"""Work whose playbook gets its variables from the office itself: repository, keys and paths of a backup."""
NEEDED_BEFORE = {
    "aktifkan": "periksa_status",
    "perbarui_cadangan": "periksa_cadangan",
    "koordinasi": "periksa_resource",
    "tambah_kuota": "periksa_resource",
    "tambah_resource": "koordinasi",
    "konfigurasi_tambahan": "koordinasi",
    "validasi": "laporan_rutin",
    "arsip": "validasi",
}
"""Work → the work without whose findings it has nothing to do."""


def check_rules(spec: Spec, source: Source) -> list[Problem]:
    """Return every breach of the rules between fields."""
    return [
        *_numbering(spec, source),
        *_performers(spec, source),
        *_edges(spec, source),
        *_reachability(spec, source),
        *_inputs(spec, source),
        *_loops(spec, source),
        *_needs(spec, source),
        *_services(spec, source),
        *_playbooks(spec, source),
        *_routine(spec, source),
        *_form(spec, source),
        *_gate_forms(spec, source),
    ]


def outcomes_of(step: Step) -> frozenset[str]:
    """Return the outcomes that a step can have."""
    if step.work.kind == "gerbang":
        return frozenset(choice.hasil for choice in step.work.choices)
    return OUTCOMES[step.work.kind]


def _numbering(spec: Spec, source: Source) -> Iterator[Problem]:
    for index, step in enumerate(spec.langkah):
        if step.no != index + 1:
            hint = "number the steps 1, 2, 3 … without gaps"
            yield source.problem(
                ("langkah", index, "no"), "numbering", f"step {index + 1} has the number {step.no}", hint
            )


def _performers(spec: Spec, source: Source) -> Iterator[Problem]:
    known = ", ".join(spec.pelaksana)
    for index, step in enumerate(spec.langkah):
        if step.pelaksana not in spec.pelaksana:
            message = f"{step.pelaksana!r} is not in the SOP's list of pelaksana"
            yield source.problem(("langkah", index, "pelaksana"), "performer", message, f"allowed: {known}")
        for key in ("pemutus", "dicatat_oleh"):
            post = step.work.text(key)
            if post and post not in spec.pelaksana:
                path = ("langkah", index, "kerja", step.work.kind, key)
                message = f"{post!r} is not in the SOP's list of pelaksana"
                yield source.problem(path, "performer", message, f"allowed: {known}")


def _edges(spec: Spec, source: Source) -> Iterator[Problem]:
    last = len(spec.langkah)
    for index, step in enumerate(spec.langkah):
        allowed = outcomes_of(step)
        seen: set[str] = set()
        for number, edge in enumerate(step.lanjut):
            path = ("langkah", index, "lanjut", number)
            if isinstance(edge.ke, int) and not 1 <= edge.ke <= last:
                yield source.problem(
                    (*path, "ke"), "target", f"there is no step {edge.ke}", f"allowed: 1-{last} or {SELESAI}"
                )
            if edge.bila not in allowed:
                hint = f"allowed: {', '.join(sorted(allowed))}"
                yield source.problem((*path, "bila"), "outcome", f"{step.work.kind} has no outcome {edge.bila!r}", hint)
            if edge.bila in seen:
                yield source.problem(
                    (*path, "bila"), "outcome", f"{edge.bila!r} stands twice", "keep one way an outcome"
                )
            seen.add(edge.bila)
            back = isinstance(edge.ke, int) and edge.ke <= step.no
            if back != bool(edge.paling_banyak):
                message = "a way back needs a bound" if back else "only a way back has a bound"
                yield source.problem(
                    path, "loop", message, "give paling_banyak: 3" if back else "take paling_banyak away"
                )
        optional = {"cabut"} if not any(_returns_to(spec, step.no)) else set()
        missing = sorted(allowed - seen - optional)
        if missing:
            message = f"no way on for {', '.join(missing)}"
            yield source.problem(("langkah", index, "lanjut"), "outcome", message, "add { bila: …, ke: … }")
        if len([e for e in step.lanjut if isinstance(e.ke, int) and e.ke <= step.no]) > 1:
            yield source.problem(("langkah", index, "lanjut"), "loop", "more than one way back from a step", "keep one")


def _loops(spec: Spec, source: Source) -> Iterator[Problem]:
    """Only flows whose ways back can be unrolled: none that overlaps another, each left when its bound is reached."""
    end = 0
    for index, step in enumerate(spec.langkah):
        back = step.way_back
        if back is None or not isinstance(back.ke, int):
            continue
        place: Path = ("langkah", index, "lanjut", step.lanjut.index(back))
        if back.ke <= end:
            message = f"the ways back of steps {end} and {step.no} overlap"
            yield source.problem(place, "loop", message, "let one end before the other begins")
        if back.bila not in WAYS_BACK.get(step.work.kind, {back.bila}):
            message = f"{back.bila!r} of {step.work.kind} can't lead back"
            yield source.problem(place, "loop", message, "lead it to a later step")
        elif len(step.lanjut) == 1:
            yield source.problem(place, "loop", "the step has no way on but back", "add an outcome that leads on")
        end = step.no


def _needs(spec: Spec, source: Source) -> Iterator[Problem]:
    """What a kind of work takes for granted about its step."""
    signed = any(step.work.kind == "tanda_tangan" for step in spec.langkah)
    made: set[str] = set()
    for index, step in enumerate(spec.langkah):
        kind = step.work.kind
        if kind in {"periksa", "konsep_surat", "berita_acara", "laporan_rutin", "validasi"} and not step.output:
            yield source.problem(
                ("langkah", index, "output"), "output", f"{kind} needs an output", "name what it makes"
            )
        if kind == "tanda_tangan" and (not step.kelengkapan or step.kelengkapan[0].asal != "langkah"):
            hint = "name the draft first under kelengkapan, with asal: langkah"
            yield source.problem(
                ("langkah", index, "kelengkapan"), "input", "tanda_tangan needs the draft it signs", hint
            )
        if kind == "konsep_surat" and not signed:
            yield source.problem(
                ("langkah", index, "kerja"), "work", "no step signs the letter", "add a tanda_tangan step"
            )
        document = step.work.text("dokumen")
        if document and document.lower() not in made:
            place: Path = ("langkah", index, "kerja", kind, "dokumen")
            yield source.problem(place, "input", f"no earlier step makes {document!r}", "name an earlier output")
        made.update(name.lower() for name in step.output)


def _returns_to(spec: Spec, number: int) -> Iterator[Step]:
    """Yield the steps that lead back to a step."""
    for step in spec.langkah:
        back = step.way_back
        if back is not None and back.ke == number:
            yield step


def _reachability(spec: Spec, source: Source) -> Iterator[Problem]:
    reached = {1}
    queue = [1]
    ends = False
    while queue:
        number = queue.pop()
        if number > len(spec.langkah):
            continue
        for edge in spec.step(number).lanjut:
            ends = ends or edge.ke == SELESAI
            if isinstance(edge.ke, int) and edge.ke not in reached:
                reached.add(edge.ke)
                queue.append(edge.ke)
    for index, step in enumerate(spec.langkah):
        if step.no not in reached:
            message = f"no way leads to step {step.no}"
            yield source.problem(("langkah", index), "unreachable", message, "let an earlier step lead to it")
    if not ends:
        yield source.problem(("langkah",), "endless", "no step leads to selesai", "let the last step lead to selesai")


def _inputs(spec: Spec, source: Source) -> Iterator[Problem]:
    made: set[str] = set()
    for index, step in enumerate(spec.langkah):
        for number, item in enumerate(step.kelengkapan):
            place: Path = ("langkah", index, "kelengkapan", number)
            if item.asal == "langkah" and item.nama.lower() not in made:
                message = f"no earlier step makes {item.nama!r}"
                yield source.problem((*place, "nama"), "input", message, "name an earlier output, or another asal")
            if item.asal == "formulir" and not spec.formulir:
                message = "the SOP has no formulir"
                yield source.problem((*place, "asal"), "input", message, "add formulir, or another asal")
        made.update(name.lower() for name in step.output)


def _services(spec: Spec, source: Source) -> Iterator[Problem]:
    """What a step checks, makes or tests must be something that the SOP's kind of service has."""
    for index, step in enumerate(spec.langkah):
        kind, settings = step.work.kind, step.work.settings
        place: Path = ("langkah", index, "kerja", kind)
        provides = {"periksa", "terapkan", "uji", "tentukan_letak", "berita_acara", "konsep_surat"}
        if not spec.jenis_layanan and kind in provides:
            hint = f"add it at the top: one of {', '.join(sorted(CHECKS))}"
            yield source.problem(place, "service", f"{kind} needs the SOP's jenis_layanan", hint)
            continue
        allowed = CHECKS.get(spec.jenis_layanan, frozenset())
        for key in ("pemeriksaan", "pengujian"):
            if key in settings and settings[key] not in allowed:
                message = f"{spec.jenis_layanan} has no {key} {settings[key]!r}"
                yield source.problem((*place, key), "service", message, f"allowed: {', '.join(sorted(allowed))}")


def _playbooks(spec: Spec, source: Source) -> Iterator[Problem]:
    # What a maintenance adds to a server is what a request for more resources has reserved (ruling R10).
    reserved = "resource-vps" if spec.jenis == "pemeliharaan" else spec.jenis_layanan
    known = {
        "formulir": frozenset(spec.formulir.get("properties", {})),
        "jawaban": frozenset(_answers(spec)),
        "pemesanan": RESERVED_VALUES.get(reserved, frozenset()),
        "layanan": SERVICE_VALUES.get(spec.jenis_layanan, frozenset()) if spec.jenis in ROUTINE else frozenset(),
        **PLAYBOOK_SOURCES,
    }
    for index, step in enumerate(spec.langkah):
        for playbook in step.work.playbooks:
            if playbook not in spec.playbook_variables and step.work.kind not in OWN_VARIABLES:
                path = ("langkah", index, "kerja", step.work.kind, "playbook")
                message = f"no variables for playbook {playbook!r}"
                yield source.problem(path, "playbook", message, "add it to variabel_playbook")
    for playbook, variables in spec.playbook_variables.items():
        for name, origin in variables.items():
            place, _, key = origin.partition(".")
            if key not in known[place]:
                message = f"{place} has no {key!r} for playbooks"
                hint = f"allowed: {', '.join(sorted(known[place])) or 'none'}"
                yield source.problem(("variabel_playbook", playbook, name), "playbook", message, hint)


def _routine(spec: Spec, source: Source) -> Iterator[Problem]:
    """What a routine SOP's steps take for granted: somebody fixes its services first, and it has no form."""
    if spec.jenis not in ROUTINE:
        for index, step in enumerate(spec.langkah):
            if step.work.kind in ROUTINE_WORK:
                message = f"{step.work.kind} is work of routine SOPs, this one is {spec.jenis}"
                place: Path = ("langkah", index, "kerja", step.work.kind)
                yield source.problem(place, "work", message, f"allowed for: {', '.join(sorted(ROUTINE))}")
        return
    if spec.jenis_layanan not in SERVICE_VALUES:
        hint = f"allowed: {', '.join(sorted(SERVICE_VALUES))}"
        yield source.problem(("jenis",), "service", "a routine SOP needs the jenis_layanan that it looks after", hint)
    if spec.formulir:
        yield source.problem(("formulir",), "form", "nobody hands a routine SOP in", "take formulir away")
    if spec.langkah[0].work.kind not in {"akses", "jalankan_sop"}:
        message = "the first step of a routine SOP fixes its services"
        yield source.problem(("langkah", 0, "kerja"), "work", message, "begin with akses or jalankan_sop")
    kinds = {step.work.kind for step in spec.langkah}
    for index, step in enumerate(spec.langkah):
        needed = NEEDED_BEFORE.get(step.work.kind, "")
        if needed and needed not in kinds:
            message = f"{step.work.kind} goes by what {needed} found"
            yield source.problem(("langkah", index, "kerja"), "work", message, f"add a {needed} step")


def _answers(spec: Spec) -> Iterator[str]:
    """Yield the fields that people fill in at the SOP's own gates."""
    for step in spec.langkah:
        yield from step.work.settings.get("isian", {})


def _form(spec: Spec, source: Source) -> Iterator[Problem]:
    if not spec.formulir:
        return
    faults = list(_schema(spec.formulir, ("formulir",), source))
    if faults:
        yield from faults
        return
    properties = spec.formulir["properties"]
    required = spec.formulir.get("required", [])
    for name in required:
        if name not in properties:
            message = f"required field {name!r} is not declared"
            yield source.problem(("formulir", "required"), "form", message, "declare it")
    for name, schema in properties.items():
        path = ("formulir", "properties", name)
        if not isinstance(schema, dict) or "title" not in schema:
            yield source.problem(path, "form", "the field has no title", "add title")
            continue
        if name not in required and "default" not in schema:
            yield source.problem(path, "form", "an optional field needs a default", "add default, or require the field")
        rule = schema.get("x-aturan", "")
        if rule and rule not in FORM_RULES:
            hint = f"allowed: {', '.join(sorted(FORM_RULES))}"
            yield source.problem((*path, "x-aturan"), "form", f"there is no rule {rule!r}", hint)


def _gate_forms(spec: Spec, source: Source) -> Iterator[Problem]:
    for index, step in enumerate(spec.langkah):
        for name, schema in step.work.settings.get("isian", {}).items():
            path = ("langkah", index, "kerja", step.work.kind, "isian", name)
            yield from _schema(schema, path, source)
            if name == "catatan":
                yield source.problem(path, "form", "catatan is the gate's own note", "take another name")
        for name in step.work.settings.get("wajib_isian", ()):
            if name not in step.work.settings.get("isian", {}):
                place = ("langkah", index, "kerja", step.work.kind, "wajib_isian")
                yield source.problem(place, "form", f"required field {name!r} is not declared", "declare it in isian")


def _schema(schema: Mapping[str, Any], path: Path, source: Source) -> Iterator[Problem]:
    """Check a JSON schema; a reference in it would have to be fetched from somewhere, so there is none."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        inner = (*path, *error.absolute_path)
        yield source.problem(inner, "form", " ".join(error.message.split()), "see JSON Schema 2020-12")
        return
    for inner in _references(schema, path):
        yield source.problem(inner, "form", "references are not allowed in a form", "write it out")


def _references(data: Any, path: Path) -> Iterator[Path]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in {"$ref", "$dynamicRef"}:
                yield (*path, key)
            yield from _references(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _references(value, (*path, index))
