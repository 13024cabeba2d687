"""Rules about what an SOP file's steps work with: variables of playbooks, and what routine SOPs take for granted."""

from __future__ import annotations

from collections.abc import Iterator

from laksana.errors import Problem
from laksana.spec.model import Spec
from laksana.spec.reading import Path, Source
from laksana.spec.vocabulary import (
    EVALUATION,
    NEEDED_BEFORE,
    OWN_VARIABLES,
    PLAYBOOK_SOURCES,
    RESERVED_VALUES,
    ROUTINE,
    ROUTINE_WORK,
    SERVICE_VALUES,
)


def check_playbooks(spec: Spec, source: Source) -> Iterator[Problem]:
    """Say which variables of playbooks come from nowhere."""
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


def check_routine(spec: Spec, source: Source) -> Iterator[Problem]:
    """What a routine SOP's steps take for granted: somebody fixes its services first, and it has no form."""
    if spec.jenis == EVALUATION:
        return  # has rules of its own
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
