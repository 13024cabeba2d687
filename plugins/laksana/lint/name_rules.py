"""Rules about Kelengkapan and Output: what is needed must be made, and one thing has one name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from laksana.lint.findings import Hit
from laksana.lint.sops import Others, Sop
from laksana.lint.way_rules import jumps_past_inputs
from laksana.lint.ways import REFUSING, losing_ways, makers, surely_made
from laksana.spec.model import SELESAI, Spec, Step

_GENERAL = frozenset({"akun", "fasilitasi", "layanan", "penambahan", "permohonan", "resource"})
"""Words of a service's name that don't say which one it is."""
_CLOSE = 0.6
_ENDS = frozenset({"arsip", "unggah_balasan"})
"""Work whose outputs leave the SOP."""


def inputs_that_nobody_makes(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find inputs under a name that no step gives to an output, with the name that is probably meant."""
    del others
    known = {name.casefold(): name for step in sop.document.langkah for name in step.output}
    for step in sop.document.langkah:
        for index, item in enumerate(step.kelengkapan):
            if item.asal != "langkah" or item.nama.casefold() in known:
                continue
            close = difflib.get_close_matches(item.nama.casefold(), known, n=1, cutoff=_CLOSE)
            meant = known[close[0]] if close else ""
            hint = f"did you mean {meant!r}?" if meant else "name an output of an earlier step"
            message = f"no step makes {item.nama!r}"
            yield Hit(step.no, sop.place(step, "kelengkapan", index), message, hint, item.nama, meant)


def inputs_missing_on_a_way(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find inputs that are not there on every way to their step, the refusal's among them, in either flow."""
    explained = {(target, hit.written.casefold()) for hit in jumps_past_inputs(sop, others) for target in hit.also}
    for flow in (sop.document, sop.spec):
        made = surely_made(flow)
        for step in flow.langkah:
            for index, item in enumerate(step.kelengkapan):
                name = item.nama.casefold()
                sure = step.no not in made or name in made[step.no] or not makers(flow, name)
                if item.asal != "langkah" or sure or (step.no, name) in explained:
                    continue
                if sop.document is sop.spec and (item.optional_on_refusal or item.optional_when_skipped):
                    continue  # the file is the document, and says so
                explained.add((step.no, name))
                message = f"{item.nama!r} is not made on every way that leads here"
                hint = "say on which way the step can do without, or make it there"
                path = sop.place(step, "kelengkapan", index) if flow is sop.document else _own_place(step, index)
                yield Hit(step.no, path, message, hint, item.nama)


def inputs_lost_when_run(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find ways of the flow that runs on which a step waits for ever for an input that it may not do without."""
    del others
    for step in sop.spec.langkah:
        for index, item in enumerate(step.kelengkapan):
            passed = [number for number in makers(sop.spec, item.nama) if number != step.no]
            if item.asal != "langkah" or not passed or min(passed) > step.no or item.optional_when_skipped:
                continue
            for origin, edge in losing_ways(sop.spec, step.no, passed):
                refused = edge.bila in REFUSING
                if refused and item.optional_on_refusal:
                    continue
                message = (
                    f"{edge.bila!r} of step {origin.no} leads past step {passed[0]}, which makes {item.nama!r}, and "
                    f"step {step.no} can't begin without it"
                )
                key = "pada_penolakan" if refused else "bila_dilewati"
                hint = f"write {key}: tidak wajib, or lead the way past a step that makes it"
                yield Hit(step.no, _own_place(step, index), message, hint, item.nama, f"{key}: tidak wajib")
                break


def _own_place(step: Step, index: int) -> tuple[str | int, ...]:
    return ("langkah", step.no - 1, "kelengkapan", index)


def outputs_that_nobody_needs(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find outputs that no step takes and that are no end of the SOP; one that is taken under a wrong name is taken."""
    needed = {item.nama.casefold() for step in sop.document.langkah for item in step.kelengkapan}
    needed |= {hit.allowed.casefold() for hit in inputs_that_nobody_makes(sop, others)}
    for step in sop.document.langkah:
        if step.work.kind in _ENDS or any(edge.ke == SELESAI for edge in step.lanjut):
            continue
        for index, name in enumerate(step.output):
            if name.casefold() not in needed:
                hint = "name it under the kelengkapan of the step that takes it"
                yield Hit(step.no, sop.place(step, "output", index), f"no step takes {name!r}", hint, name)


def steps_without_inputs_or_outputs(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find steps whose quality standard is not whole: nothing that they need, or nothing that they make."""
    del others
    for step in sop.document.langkah:
        for part, name in ((step.kelengkapan, "Kelengkapan"), (step.output, "Output")):
            if not part:
                message = f"the step states no {name}"
                hint = f"name what it {'needs' if name == 'Kelengkapan' else 'makes'}"
                yield Hit(step.no, sop.place(step, name.casefold()), message, hint, "", "a name")


def tools_that_are_not_listed(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find inputs that come from outside the steps and are neither in Peralatan nor an SOP."""
    del others
    listed = {tool.casefold() for tool in sop.document.identity["peralatan"]}
    for step in sop.document.langkah:
        for index, item in enumerate(step.kelengkapan):
            if item.asal != "sarana" or item.nama.casefold() in listed or item.nama.startswith("SOP "):
                continue
            message = f"no step makes {item.nama!r}, and Peralatan does not list it"
            hint = "list it under peralatan, or name the output that is meant"
            yield Hit(
                step.no, sop.place(step, "kelengkapan", index), message, hint, item.nama, ", ".join(sorted(listed))
            )


def names_of_other_services(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find inputs and outputs that carry the name of another SOP's service, which their activity does not speak of."""
    own = _service(sop.spec)
    names = {_service(other.spec) for other in others.values()} - {own, ""}
    foreign = [name for name in sorted(names, key=len, reverse=True) if not _speaks_of(own, name)]
    said: set[str] = set()
    for step in sop.document.langkah:
        named = [
            *(
                ("kelengkapan", index, item.nama)
                for index, item in enumerate(step.kelengkapan)
                if item.asal == "langkah"
            ),
            *(("output", index, name) for index, name in enumerate(step.output)),
        ]
        for part, index, name in named:
            other = next((word for word in foreign if _speaks_of(name, word) and not _belongs(name, word, own)), "")
            if other and name.casefold() not in said and not _speaks_of(step.kegiatan, other):
                said.add(name.casefold())
                message = f"{name!r} speaks of {other!r}, the SOP is about {own!r}"
                yield Hit(step.no, sop.place(step, part, index), message, "give one thing one name", name, own)


def _service(spec: Spec) -> str:
    """Return the name of an SOP's service without general words."""
    return " ".join(word for word in spec.layanan.split() if word.casefold() not in _GENERAL)


def _speaks_of(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name.casefold())}\b", text.casefold()) is not None


def _belongs(text: str, other: str, own: str) -> bool:
    """Tell whether a text speaks of another service as a part of the own one: a VPS *of* the Pusat Komputasi."""
    return _speaks_of(text, own) and text.casefold().rindex(own.casefold()) > text.casefold().index(other.casefold())
