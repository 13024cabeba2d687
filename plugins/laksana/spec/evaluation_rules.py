"""Rules about an evaluation: what its steps take for granted of each other, and of what people enter."""

from __future__ import annotations

from collections.abc import Iterator

from laksana.errors import Problem
from laksana.spec.model import Spec
from laksana.spec.reading import Path, Source
from laksana.spec.vocabulary import (
    EVALUATION,
    EVALUATION_ANSWERS,
    EVALUATION_NEEDS,
    EVALUATION_WORK,
)
from laksana.spec.work_rules import out_of_place

_ALLOWED = EVALUATION_WORK | {"gerbang", "validasi", "arsip"}


def check_evaluation(spec: Spec, source: Source) -> Iterator[Problem]:
    """What an evaluation's steps take for granted: a quarter is fixed first, and people enter what papers say."""
    if spec.jenis != EVALUATION:
        yield from out_of_place(spec, source, EVALUATION_WORK, "evaluations", [EVALUATION])
        return
    if spec.formulir:
        yield source.problem(("formulir",), "form", "nobody hands an evaluation in", "take formulir away")
    if spec.langkah[0].work.kind != "rekap_layanan":
        message = "the first step of an evaluation fixes its quarter"
        yield source.problem(("langkah", 0, "kerja"), "work", message, "begin with rekap_layanan")
    for index, step in enumerate(spec.langkah):
        if step.work.kind not in _ALLOWED:
            message = f"{step.work.kind} is no work of evaluations"
            yield source.problem(
                _work(index, step.work.kind), "work", message, f"allowed: {', '.join(sorted(_ALLOWED))}"
            )
    yield from _order(spec, source)


def _order(spec: Spec, source: Source) -> Iterator[Problem]:
    """Say what a step needs that no earlier step gives: other work, or answers."""
    done = {"rekap_layanan"}  # where it is missing, the first step is told so
    answered: set[str] = set()
    for index, step in enumerate(spec.langkah):
        kind = step.work.kind
        needed = EVALUATION_NEEDS.get(kind, "")
        if needed and needed not in done:
            message = f"{kind} goes by what {needed} left"
            yield source.problem(("langkah", index, "kerja"), "work", message, f"add a {needed} step before it")
        missing = sorted(EVALUATION_ANSWERS.get(kind, frozenset()) - answered)
        if missing:
            message = f"{kind} is written from {', '.join(missing)}, which no earlier gate requires"
            hint = "add the fields to a gate's isian and wajib_isian"
            yield source.problem(_work(index, kind), "form", message, hint)
        done.add(kind)
        answered.update(step.work.settings.get("wajib_isian", ()))


def _work(index: int, kind: str) -> Path:
    return ("langkah", index, "kerja", kind)
