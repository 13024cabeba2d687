"""What changed in the steps of an SOP: which step became which, and what each one says, does and leads to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from laksana.spec.diff_forms import fields_differ
from laksana.spec.diff_ways import Renumbering, Ways
from laksana.spec.diff_words import Difference, Place, names_differ, value_differs
from laksana.spec.model import Requirement, Spec, Step, StepSource
from laksana.spec.pairing import Pairs, pair, pair_replaced, words_in_common

_SAME_STEP = 0.5
_LABELS = {"pelaksana_dasar": "dasar pelaksana", "playbook": "playbook", "wajib_isian": "isian wajib"}


def match_steps(old: Spec, new: Spec) -> Pairs:
    """Return which step became which: by their activity first of all, never by number alone.

    A step whose activity is new altogether is still the same one if all else that the sheet says of it is.
    """
    pairs = pair(old.langkah, new.langkah, _likeness, _SAME_STEP)
    done = ({i for i, _ in pairs}, {j for _, j in pairs})
    for i, step in enumerate(old.langkah):
        for j, other in enumerate(new.langkah):
            if i not in done[0] and j not in done[1] and _the_rest(step) == _the_rest(other):
                pairs.append((i, j))
                done[0].add(i)
                done[1].add(j)
    return sorted(pairs)


def _likeness(old: Step, new: Step) -> float:
    return (
        0.6 * words_in_common(old.kegiatan, new.kegiatan)
        + 0.15 * words_in_common(" ".join(old.output), " ".join(new.output))
        + 0.15 * (old.work.kind == new.work.kind)
        + 0.1 * (old.pelaksana == new.pelaksana)
    )


def _the_rest(step: Step) -> tuple[Any, ...]:
    return step.pelaksana, step.kelengkapan, step.waktu, step.output, step.work


def renumbering(old: Spec, new: Spec, pairs: Pairs) -> Renumbering:
    """Return what became of the steps' numbers, by which step is which."""
    return Renumbering({old.langkah[i].no: new.langkah[j].no for i, j in pairs})


def steps_differ(old: Spec, new: Spec, pairs: Pairs) -> Iterator[Difference]:
    """Say what changed in the steps: their numbers once, then each step in the newer order, then the removed."""
    moves = renumbering(old, new, pairs)
    numbers = moves.in_words()
    if numbers:
        changed = {before: after for before, after in moves.numbers.items() if before != after}
        yield Place("langkah").says("no", list(changed), list(changed.values()), f"penomoran: {numbers}")
    became = {j: i for i, j in pairs}
    for j, step in enumerate(new.langkah):
        if j in became:
            yield from _step_differs(old.langkah[became[j]], step, moves)
        else:
            text = f"Langkah {step.no} baru: {step.kegiatan} ({step.pelaksana}, {step.waktu})"
            yield Difference("langkah", step.no, "", None, step.kegiatan, text)
    for i, step in enumerate(old.langkah):
        if i not in {before for before, _ in pairs}:
            text = f"Langkah {step.no} dihapus: {step.kegiatan}"
            yield Difference("langkah", step.no, "", step.kegiatan, None, text)


def _step_differs(old: Step, new: Step, moves: Renumbering) -> Iterator[Difference]:
    place = Place("langkah", new.no)
    for key in ("kegiatan", "pelaksana", "pelaksana_dasar"):
        yield from value_differs(place, key, _label(key), getattr(old, key), getattr(new, key))
    yield from _inputs_differ(place, old.kelengkapan, new.kelengkapan)
    yield from value_differs(place, "waktu", "waktu", old.waktu, new.waktu)
    yield from names_differ(place, "output", "output", old.output, new.output)
    yield from _work_differs(place, old, new)
    ways = Ways(place, "lanjut", "alur", moves, (old.no, new.no))
    yield from ways.differ(old.lanjut, new.lanjut)
    yield from _source_differs(place, old, new, moves)


def _inputs_differ(place: Place, old: Sequence[Requirement], new: Sequence[Requirement]) -> Iterator[Difference]:
    """Compare inputs by their names; what is said of one that stayed is compared by itself."""
    before, after = [item.nama for item in old], [item.nama for item in new]
    yield from names_differ(place, "kelengkapan", "kelengkapan", before, after)
    for i, j in pair_replaced(before, after, words_in_common):
        where = f"kelengkapan '{after[j]}':"
        yield from value_differs(place, "kelengkapan.asal", f"{where} asal", old[i].asal, new[j].asal)
        for key, attribute, label in (
            ("pada_penolakan", "optional_on_refusal", "tidak wajib pada penolakan:"),
            ("bila_dilewati", "optional_when_skipped", "tidak wajib bila dilewati:"),
        ):
            values = getattr(old[i], attribute), getattr(new[j], attribute)
            yield from value_differs(place, f"kelengkapan.{key}", f"{where} {label}", *values)


def _work_differs(place: Place, old: Step, new: Step) -> Iterator[Difference]:
    if old.work.kind != new.work.kind:
        yield from value_differs(place, "kerja", "cara kerja", old.work.kind, new.work.kind)
        return
    before, after = old.work.settings, new.work.settings
    path = f"kerja.{new.work.kind}"
    for key in dict.fromkeys([*before, *after]):
        if key == "pilihan":
            yield from _buttons_differ(place, f"{path}.pilihan", before.get(key, []), after.get(key, []))
        elif key == "isian":
            forms = [(side.get("isian", {}), side.get("wajib_isian", ())) for side in (before, after)]
            yield from fields_differ(place, f"{path}.isian", "gerbang", forms[0], forms[1])
        elif key == "wajib_isian" and ("isian" in before or "isian" in after):
            continue
        else:
            yield from _setting_differs(place, f"{path}.{key}", _label(key), before.get(key), after.get(key))


def _setting_differs(place: Place, kunci: str, label: str, old: Any, new: Any) -> Iterator[Difference]:
    if isinstance(old, list) and isinstance(new, list):
        yield from names_differ(place, kunci, label, old, new)
    else:
        yield from value_differs(place, kunci, label, old, new)


def _buttons_differ(place: Place, kunci: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    before, after = [item["hasil"] for item in old], [item["hasil"] for item in new]
    yield from names_differ(place, kunci, "tombol", before, after)
    for i, j in pair_replaced(before, after, words_in_common):
        notes = bool(old[i].get("wajib_catatan", False)), bool(new[j].get("wajib_catatan", False))
        yield from value_differs(place, f"{kunci}.wajib_catatan", f"tombol '{after[j]}': catatan wajib:", *notes)


def _source_differs(place: Place, old: Step, new: Step, moves: Renumbering) -> Iterator[Difference]:
    """Compare what two versions say of the office's document (key ``sumber``)."""
    before, after = old.source or StepSource(), new.source or StepSource()
    for key in ("kegiatan", "kelengkapan", "output"):
        label, values = f"naskah asal, {key}", (getattr(before, key), getattr(after, key))
        if isinstance(values[0], tuple) and isinstance(values[1], tuple):
            yield from names_differ(place, f"sumber.{key}", label, *values)
        else:
            yield from value_differs(place, f"sumber.{key}", label, *values)
    if (before.lanjut is None) != (after.lanjut is None):
        words = "dihapus" if after.lanjut is None else "baru"
        ways = [None if item is None else [edge.bila for edge in item] for item in (before.lanjut, after.lanjut)]
        yield place.says("sumber.lanjut", ways[0], ways[1], f"naskah asal, alur {words}")
        return
    ways_there = Ways(place, "sumber.lanjut", "naskah asal, alur", moves, (old.no, new.no))
    yield from ways_there.differ(before.lanjut or (), after.lanjut or ())


def _label(key: str) -> str:
    return _LABELS.get(key, key.replace("_", " "))
