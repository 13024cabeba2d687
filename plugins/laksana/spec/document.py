"""An SOP as the office's document has it: the spec with what each step's ``sumber`` says laid over it. Pure."""

from __future__ import annotations

from dataclasses import replace

from laksana.spec.model import Requirement, Spec, Step, StepSource


def documented(spec: Spec) -> Spec:
    """Return the SOP of the document: its words, names and ways; no input is optional there.

    An SOP that departs from nothing has no other document: it is returned as it stands.
    """
    if not spec.penyimpangan and all(step.source is None for step in spec.langkah):
        return spec
    return replace(spec, langkah=tuple(_documented_step(step, spec) for step in spec.langkah))


def _documented_step(step: Step, spec: Spec) -> Step:
    source = step.source or StepSource()
    names = [item.nama for item in step.kelengkapan] if source.kelengkapan is None else source.kelengkapan
    return replace(
        step,
        kegiatan=step.kegiatan if source.kegiatan is None else source.kegiatan,
        kelengkapan=tuple(Requirement(name, _origin(name, step, spec)) for name in names),
        output=step.output if source.output is None else source.output,
        lanjut=step.lanjut if source.lanjut is None else source.lanjut,
    )


def _origin(name: str, step: Step, spec: Spec) -> str:
    """Say where an input comes from: as the spec says of the same name, else a known tool or SOP, else a step."""
    for item in step.kelengkapan:
        if item.nama.casefold() == name.casefold():
            return item.asal
    tools = {tool.casefold() for tool in spec.identity["peralatan"]}
    return "sarana" if name.casefold() in tools or name.startswith("SOP ") else "langkah"
