"""Rules between the fields of an SOP file that its structure alone can't say; each finding points at its line."""

from __future__ import annotations

from collections.abc import Iterator

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from laksana.errors import Problem
from laksana.spec.model import SELALU, SELESAI, Spec, Step
from laksana.spec.reading import Source

OUTCOMES: dict[str, frozenset[str]] = {
    "terima_permohonan": frozenset({SELALU, "cabut"}),
    "periksa": frozenset({"lulus", "ditolak"}),
    "terapkan": frozenset({SELALU}),
    "uji": frozenset({"lulus", "gagal", "tolak"}),
    "konsep_surat": frozenset({SELALU}),
    "tanda_tangan": frozenset({"setujui", "kembalikan"}),
    "unggah_balasan": frozenset({SELALU}),
}
"""Outcomes that each kind of work can have; a gate's are its buttons."""


def check_rules(spec: Spec, source: Source) -> list[Problem]:
    """Return every breach of the rules between fields."""
    return [
        *_numbering(spec, source),
        *_performers(spec, source),
        *_edges(spec, source),
        *_reachability(spec, source),
        *_inputs(spec, source),
        *_playbooks(spec, source),
        *_form(spec, source),
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
            yield source.problem(("langkah", index, "no"), "numbering", f"step {index + 1} has the number {step.no}", hint)


def _performers(spec: Spec, source: Source) -> Iterator[Problem]:
    known = ", ".join(spec.pelaksana)
    for index, step in enumerate(spec.langkah):
        if step.pelaksana not in spec.pelaksana:
            message = f"{step.pelaksana!r} is not in the SOP's list of pelaksana"
            yield source.problem(("langkah", index, "pelaksana"), "performer", message, f"allowed: {known}")
        decider = step.work.text("pemutus")
        if decider and decider not in spec.pelaksana:
            path = ("langkah", index, "kerja", step.work.kind, "pemutus")
            yield source.problem(path, "performer", f"{decider!r} is not in the SOP's list of pelaksana", f"allowed: {known}")


def _edges(spec: Spec, source: Source) -> Iterator[Problem]:
    last = len(spec.langkah)
    for index, step in enumerate(spec.langkah):
        allowed = outcomes_of(step)
        seen: set[str] = set()
        for number, edge in enumerate(step.lanjut):
            path = ("langkah", index, "lanjut", number)
            if isinstance(edge.ke, int) and not 1 <= edge.ke <= last:
                yield source.problem((*path, "ke"), "target", f"there is no step {edge.ke}", f"allowed: 1-{last} or {SELESAI}")
            if edge.bila not in allowed:
                hint = f"allowed: {', '.join(sorted(allowed))}"
                yield source.problem((*path, "bila"), "outcome", f"{step.work.kind} has no outcome {edge.bila!r}", hint)
            if edge.bila in seen:
                yield source.problem((*path, "bila"), "outcome", f"{edge.bila!r} stands twice", "keep one way an outcome")
            seen.add(edge.bila)
            back = isinstance(edge.ke, int) and edge.ke <= step.no
            if back != bool(edge.paling_banyak):
                message = "a way back needs a bound" if back else "only a way back has a bound"
                yield source.problem(path, "loop", message, "give paling_banyak: 3" if back else "take paling_banyak away")
        optional = {"cabut"} if not any(_returns_to(spec, step.no)) else set()
        missing = sorted(allowed - seen - optional)
        if missing:
            message = f"no way on for {', '.join(missing)}"
            yield source.problem(("langkah", index, "lanjut"), "outcome", message, "add { bila: …, ke: … }")
        if len([e for e in step.lanjut if isinstance(e.ke, int) and e.ke <= step.no]) > 1:
            yield source.problem(("langkah", index, "lanjut"), "loop", "more than one way back from a step", "keep one")


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
            if item.asal == "langkah" and item.nama.lower() not in made:
                path = ("langkah", index, "kelengkapan", number, "nama")
                message = f"no earlier step makes {item.nama!r}"
                yield source.problem(path, "input", message, "name an earlier output, or another asal")
            if item.asal == "formulir" and not spec.formulir:
                path = ("langkah", index, "kelengkapan", number, "asal")
                yield source.problem(path, "input", "the SOP has no formulir", "add formulir, or another asal")
        made.update(name.lower() for name in step.output)


def _playbooks(spec: Spec, source: Source) -> Iterator[Problem]:
    fields = spec.formulir.get("properties", {})
    for index, step in enumerate(spec.langkah):
        playbook = step.work.text("playbook")
        if playbook and playbook not in spec.playbook_variables:
            path = ("langkah", index, "kerja", step.work.kind, "playbook")
            yield source.problem(path, "playbook", f"no variables for playbook {playbook!r}", "add it to variabel_playbook")
    for playbook, variables in spec.playbook_variables.items():
        for name, origin in variables.items():
            place, _, key = origin.partition(".")
            if place == "formulir" and key not in fields:
                path = ("variabel_playbook", playbook, name)
                yield source.problem(path, "playbook", f"the form has no field {key!r}", f"allowed: {', '.join(fields)}")


def _form(spec: Spec, source: Source) -> Iterator[Problem]:
    if not spec.formulir:
        return
    try:
        Draft202012Validator.check_schema(spec.formulir)
    except SchemaError as error:
        yield source.problem(("formulir", *error.absolute_path), "form", error.message, "see JSON Schema 2020-12")
        return
    properties = spec.formulir["properties"]
    for name in spec.formulir.get("required", []):
        if name not in properties:
            yield source.problem(("formulir", "required"), "form", f"required field {name!r} is not declared", "declare it")
    for name, schema in properties.items():
        if "title" not in schema:
            yield source.problem(("formulir", "properties", name), "form", "the field has no title", "add title")
