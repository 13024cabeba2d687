"""Rules about what an SOP file's steps work with: variables of playbooks, and what routine SOPs take for granted."""

from __future__ import annotations

from collections.abc import Iterator

from laksana.errors import Problem
from laksana.spec.guessing import hint_of, meant
from laksana.spec.model import Spec
from laksana.spec.reading import Source
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
                close = meant(playbook, spec.playbook_variables)
                hint = f"did you mean {close!r}?" if close else "add it to variabel_playbook"
                yield source.problem(path, "playbook", message, hint)
    unsaid = frozenset({"pemesanan", "layanan"}) if not reserved else frozenset()
    for playbook, variables in spec.playbook_variables.items():
        for name, origin in variables.items():
            place, _, key = origin.partition(".")
            # Without a kind of service there is one fault, and another rule says it.
            if key not in known[place] and place not in unsaid:
                message = f"{place} has no {key!r} for playbooks"
                hint = hint_of(key, sorted(known[place]))
                yield source.problem(("variabel_playbook", playbook, name), "playbook", message, hint)


def check_routine(spec: Spec, source: Source) -> Iterator[Problem]:
    """What a routine SOP's steps take for granted: somebody fixes its services first, and it has no form."""
    if spec.jenis == EVALUATION:
        return  # has rules of its own
    if spec.jenis not in ROUTINE:
        yield from out_of_place(spec, source, ROUTINE_WORK, "routine SOPs", sorted(ROUTINE))
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


def out_of_place(spec: Spec, source: Source, work: frozenset[str], whose: str, kinds: list[str]) -> Iterator[Problem]:
    """Say which steps do work that an SOP of this kind does not have; where several do, the kind itself is wrong."""
    found = [(index, step) for index, step in enumerate(spec.langkah) if step.work.kind in work]
    hint = f"allowed for: {', '.join(kinds)}"
    if len(found) > 1:
        steps = ", ".join(f"{step.work.kind} in step {step.no}" for _, step in found[:3])
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""  # noqa: PLR2004  # as many as are named
        message = f"this SOP is {spec.jenis}, but has work of {whose}: {steps}{more}"
        yield source.problem(("jenis",), "work", message, f"{hint}; set jenis, or take other work")
        return
    for index, step in found:
        message = f"{step.work.kind} is work of {whose}, this one is {spec.jenis}"
        yield source.problem(("langkah", index, "kerja", step.work.kind), "work", message, hint)


def _answers(spec: Spec) -> Iterator[str]:
    """Yield the fields that people fill in at the SOP's own gates."""
    for step in spec.langkah:
        yield from step.work.settings.get("isian", {})
