"""Rules about what an SOP's papers take for granted: an addressee, a reason of refusal, what the reply shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from laksana.errors import Problem
from laksana.spec.model import Spec
from laksana.spec.reading import Path, Source
from laksana.spec.vocabulary import ADDRESSED, IN_LETTER, NAMES_IT, REFUSING

_PAPERS = frozenset({"konsep_surat", "berita_acara"})


def check_letters(spec: Spec, source: Source) -> Iterator[Problem]:
    """Say what a paper of the SOP would lack."""
    papers = [index for index, step in enumerate(spec.langkah) if step.work.kind in _PAPERS]
    if papers and ADDRESSED not in spec.formulir.get("required", ()):
        kind = spec.langkah[papers[0]].work.kind
        place: Path = ("formulir", "required") if spec.formulir else ("langkah", papers[0], "kerja", kind)
        message = f"{kind} is addressed to the agency that asks"
        yield source.problem(place, "form", message, f"require a field {ADDRESSED} in formulir")
    if any(step.work.kind == "konsep_surat" for step in spec.langkah):
        yield from _reasons(spec, source)
    yield from _shown(spec, source)


def _reasons(spec: Spec, source: Source) -> Iterator[Problem]:
    """A reply that refuses gives the reason, so that whoever refuses must write one."""
    for index, step in enumerate(spec.langkah):
        for number, choice in enumerate(step.work.choices):
            if choice.hasil in REFUSING and not choice.wajib_catatan:
                place: Path = ("langkah", index, "kerja", step.work.kind, "pilihan", number)
                message = f"{choice.hasil!r} refuses the request, and the reply gives the reason"
                yield source.problem(place, "outcome", message, "add wajib_catatan: true")


def _shown(spec: Spec, source: Source) -> Iterator[Problem]:
    """One field of the form names what is asked for; where the SOP has a kind of service, the service does."""
    names: list[str] = []
    for name, schema in _fields(spec.formulir.get("properties", {})):
        if schema.get(IN_LETTER) == NAMES_IT:
            names.append(name)
            place: Path = ("formulir", "properties", name, IN_LETTER)
            if spec.jenis_layanan:
                message = f"{spec.jenis_layanan} has a name of its own in letters"
                yield source.problem(place, "form", message, f"write {IN_LETTER}: rincian, or take it away")
            elif len(names) > 1:
                message = f"{names[0]!r} names already what is asked for"
                yield source.problem(place, "form", message, f"write {IN_LETTER}: rincian")
    for index, step in enumerate(spec.langkah):
        for name, schema in _fields(step.work.settings.get("isian", {})):
            if schema.get(IN_LETTER) == NAMES_IT:
                place = ("langkah", index, "kerja", step.work.kind, "isian", name, IN_LETTER)
                message = "what is asked for is named by the request form, not at a gate"
                yield source.problem(place, "form", message, f"write {IN_LETTER}: rincian")


def _fields(fields: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the fields that are described at all; the others are said elsewhere."""
    for name, schema in fields.items():
        if isinstance(schema, Mapping):
            yield name, schema
