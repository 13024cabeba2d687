"""Rules between the fields of an SOP file that its structure alone can't say; each finding points at its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from laksana.errors import Problem
from laksana.spec.evaluation_rules import check_evaluation
from laksana.spec.form_rules import check_form_schema, check_gate_forms
from laksana.spec.guessing import hint_of, is_date, meant
from laksana.spec.letter_rules import check_letters
from laksana.spec.model import SELESAI, Spec, Step
from laksana.spec.reading import Path, Source
from laksana.spec.vocabulary import CHECKS, EVALUATION_WORK, WAYS_BACK, outcomes_of
from laksana.spec.work_rules import check_playbooks, check_routine


def check_rules(spec: Spec, source: Source) -> list[Problem]:
    """Return every breach of the rules between fields."""
    ways = [*_numbering(spec, source), *_edges(spec, source)]
    # What comes of the ways is looked at once each of them is right: one fault is said once.
    flow = ways or [*_loops(spec, source)] or [*_reachability(spec, source)]
    kind = [*check_routine(spec, source), *check_evaluation(spec, source)]
    whole = [problem for problem in kind if problem.key == "jenis"]
    return [
        *flow,
        *_dates(spec, source),
        *_performers(spec, source),
        *_inputs(spec, source),
        *_needs(spec, source),
        *_services(spec, source),
        *(whole or [*kind, *check_playbooks(spec, source)]),
        *check_form_schema(spec, source),
        *check_gate_forms(spec, source),
        *check_letters(spec, source),
    ]


def _numbering(spec: Spec, source: Source) -> Iterator[Problem]:
    for index, step in enumerate(spec.langkah):
        if step.no != index + 1:
            hint = "number the steps 1, 2, 3 … without gaps"
            yield source.problem(
                ("langkah", index, "no"), "numbering", f"step {index + 1} has the number {step.no}", hint
            )


def _dates(spec: Spec, source: Source) -> Iterator[Problem]:
    for key in ("tanggal_pembuatan", "tanggal_revisi", "tanggal_efektif"):
        text = spec.identity[key]
        if text is not None and not is_date(text):
            yield source.problem((key,), "date", f"there is no day {text}", "write the year, the month and the day")


def _performers(spec: Spec, source: Source) -> Iterator[Problem]:
    for index, step in enumerate(spec.langkah):
        if step.pelaksana not in spec.pelaksana:
            message = f"{step.pelaksana!r} is not in the SOP's list of pelaksana"
            yield source.problem(
                ("langkah", index, "pelaksana"), "performer", message, hint_of(step.pelaksana, spec.pelaksana)
            )
        for key in ("pemutus", "dicatat_oleh"):
            post = step.work.text(key)
            if post and post not in spec.pelaksana:
                path = ("langkah", index, "kerja", step.work.kind, key)
                message = f"{post!r} is not in the SOP's list of pelaksana"
                yield source.problem(path, "performer", message, hint_of(post, spec.pelaksana))


def _edges(spec: Spec, source: Source) -> Iterator[Problem]:
    last = len(spec.langkah)
    for index, step in enumerate(spec.langkah):
        allowed = outcomes_of(step)
        seen: set[str] = set()
        unknown: set[str] = set()
        for number, edge in enumerate(step.lanjut):
            path = ("langkah", index, "lanjut", number)
            if isinstance(edge.ke, int) and not 1 <= edge.ke <= last:
                yield source.problem(
                    (*path, "ke"), "target", f"there is no step {edge.ke}", f"allowed: 1-{last} or {SELESAI}"
                )
            if edge.bila not in allowed:
                hint = hint_of(edge.bila, sorted(allowed))
                yield source.problem((*path, "bila"), "outcome", f"{step.work.kind} has no outcome {edge.bila!r}", hint)
                unknown.add(edge.bila)
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
        missing = sorted(allowed - seen - optional - {meant(name, allowed) for name in unknown})
        # As many unknown as missing: each of them stands for one, and is said already.
        if missing and len(missing) != len([name for name in unknown if not meant(name, allowed)]):
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
    made: dict[str, str] = {}
    for index, step in enumerate(spec.langkah):
        kind = step.work.kind
        makers = {"periksa", "konsep_surat", "berita_acara", "laporan_rutin", "validasi", *EVALUATION_WORK}
        if kind in makers and not step.output:
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
            hint = _earlier(document, made, "name an earlier output")
            yield source.problem(place, "input", f"no earlier step makes {document!r}", hint)
        made.update({name.lower(): name for name in step.output})


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
    made: dict[str, str] = {}
    for index, step in enumerate(spec.langkah):
        for number, item in enumerate(step.kelengkapan):
            place: Path = ("langkah", index, "kelengkapan", number)
            if item.asal == "langkah" and item.nama.lower() not in made:
                message = f"no earlier step makes {item.nama!r}"
                hint = _earlier(item.nama, made, "name an earlier output, or another asal")
                yield source.problem((*place, "nama"), "input", message, hint)
            if item.asal == "formulir" and not spec.formulir:
                message = "the SOP has no formulir"
                yield source.problem((*place, "asal"), "input", message, "add formulir, or another asal")
        made.update({name.lower(): name for name in step.output})


def _earlier(name: str, made: Mapping[str, str], otherwise: str) -> str:
    """Say which earlier output a name was probably meant to be."""
    close = meant(name, made.values())
    return f"did you mean {close!r}?" if close else otherwise


def _services(spec: Spec, source: Source) -> Iterator[Problem]:
    """What a step checks, makes or tests must be something that the SOP's kind of service has."""
    for index, step in enumerate(spec.langkah):
        kind, settings = step.work.kind, step.work.settings
        place: Path = ("langkah", index, "kerja", kind)
        if not spec.jenis_layanan and kind in {"periksa", "terapkan", "uji", "tentukan_letak"}:
            hint = f"add it at the top: one of {', '.join(sorted(CHECKS))}; or let a person do it: gerbang"
            yield source.problem(place, "service", f"{kind} needs the SOP's jenis_layanan", hint)
            return
        allowed = CHECKS.get(spec.jenis_layanan, frozenset())
        for key in ("pemeriksaan", "pengujian"):
            if key in settings and settings[key] not in allowed:
                message = f"{spec.jenis_layanan} has no {key} {settings[key]!r}"
                yield source.problem((*place, key), "service", message, hint_of(settings[key], sorted(allowed)))
