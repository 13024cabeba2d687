"""Rules about where an SOP goes on: jumps, branches, loops, and decisions that leave no way out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from laksana.lint import wording
from laksana.lint.findings import Hit
from laksana.lint.sops import Others, Sop
from laksana.lint.ways import followers, makers, outputs, surely_made
from laksana.spec.model import SELALU, SELESAI, Step
from laksana.spec.vocabulary import outcomes_of

_LABELS = {"ya": True, "tidak": False}
_CHECKS = frozenset({"periksa", "tentukan_letak"})
_APPROVALS = frozenset({"tanda_tangan", "validasi"})


def jumps_past_inputs(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find jumps over the only step that makes what the step jumped to needs."""
    del others
    made = surely_made(sop.document)
    for step in sop.document.langkah:
        there = made.get(step.no, frozenset()) | outputs(sop.document, [step.no])
        for target in followers(sop.document, step.no):
            for item in sop.document.step(target).kelengkapan if target > step.no + 1 else ():
                passed = makers(sop.document, item.nama)
                if item.asal != "langkah" or item.nama.casefold() in there or not passed:
                    continue
                if item.optional_on_refusal or item.optional_when_skipped:
                    continue  # only where the file is the document: another document can't say so
                if all(step.no < number < target for number in passed):
                    message = f"the way to step {target} passes step {passed[0]}, which makes its {item.nama!r}"
                    hint = f"lead it to step {passed[0]}, or say that step {target} can do without"
                    yield Hit(
                        step.no, sop.place(step, "lanjut"), message, hint, item.nama, str(passed[0]), also=(target,)
                    )


def flow_against_text(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find activities that tell another way than the one that is drawn."""
    del others
    for step in sop.document.langkah:
        drawn = {edge.ke for edge in step.lanjut}
        for jump in wording.jumps(step.kegiatan):
            if jump.to not in drawn:
                ways = ", ".join(str(target) for target in sorted(drawn, key=str))
                message = f"the activity says step {jump.to}, the ways on lead to {ways}"
                yield Hit(step.no, sop.place(step, "lanjut"), message, "let text and flow agree", str(jump.to), ways)


def labels_against_text(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find ways that are drawn as Tidak although the activity takes them when something is so, or as Ya when not."""
    del others
    for step in sop.document.langkah:
        labels = {edge.ke: _LABELS[edge.bila] for edge in step.lanjut if edge.bila in _LABELS}
        for jump in wording.jumps(step.kegiatan):
            label = labels.get(jump.to)
            if (jump.is_positive and label is False) or (jump.is_negative and label is True):
                drawn, right = ("Tidak", "ya") if jump.is_positive else ("Ya", "tidak")
                message = (
                    f"the activity goes to step {jump.to} when {jump.condition!r} holds, the drawn way there says "
                    f"{drawn}"
                )
                hint = "turn the labels, or the condition"
                yield Hit(step.no, sop.place(step, "lanjut"), message, hint, drawn.casefold(), right)


def checks_without_way_out(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find checks and assessments that go on in one way only, whatever they find."""
    del others
    for step in sop.document.langkah:
        missing = _missing_outcomes(step)
        if missing and not _is_decided_next(sop, step):
            message = f"{step.kegiatan.split('.')[0]!r} has no way on for {missing}"
            hint = "say where the case goes on then, e.g. to the draft of the reply"
            yield Hit(step.no, sop.place(step, "lanjut"), message, hint, _ways(step), missing)


def _missing_outcomes(step: Step) -> str:
    one_way = len({edge.ke for edge in step.lanjut}) == 1
    if wording.is_assessment(step.kegiatan) and one_way:
        return "a result that is turned down"
    if step.work.kind not in _CHECKS:
        return "another result" if wording.is_check(step.kegiatan) and one_way else ""
    labels = {edge.bila for edge in step.lanjut}
    if labels == {SELALU}:
        return "a check that is not passed"
    return ", ".join(sorted(outcomes_of(step) - labels)) if labels <= outcomes_of(step) else ""


def _is_decided_next(sop: Sop, step: Step) -> bool:
    """Tell whether the only step that follows says yes or no to what a check has found."""
    after = set(followers(sop.document, step.no))
    onward = [sop.document.step(number) for number in after]
    found = {name.casefold() for name in step.output}
    return len(onward) == 1 and any(
        wording.decides(other.kegiatan) and found & {item.nama.casefold() for item in other.kelengkapan}
        for other in onward
    )


def ways_to_nowhere(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find ways of the document that lead to a step which it does not have."""
    del others
    last = len(sop.document.langkah)
    for step in sop.document.langkah:
        for index, edge in enumerate(step.lanjut):
            if isinstance(edge.ke, int) and edge.ke > last:
                message = f"there is no step {edge.ke}"
                hint = f"allowed: 1-{last} or {SELESAI}"
                yield Hit(step.no, sop.place(step, "lanjut", index), message, hint, str(edge.ke), f"1-{last}")


def dispositions_without_refusal(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find dispositions that can only be passed on."""
    del others
    for step in sop.document.langkah:
        if wording.is_disposition(step.kegiatan) and len(step.lanjut) == 1:
            message = "who disposes can neither refuse the request nor send it back"
            hint = "add kembalikan (to the applicant) and tolak (to the draft of the reply)"
            yield Hit(step.no, sop.place(step, "lanjut"), message, hint, _ways(step), "teruskan, kembalikan, tolak")


def approvals_without_way_back(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find signatures and validations that can't be withheld."""
    del others
    for step in sop.document.langkah:
        approves = step.work.kind in _APPROVALS or wording.is_approval(step.kegiatan)
        if approves and not any(isinstance(edge.ke, int) and edge.ke <= step.no for edge in step.lanjut):
            message = "who approves can't send the draft back"
            hint = "add kembalikan to the step that drafts it, a bounded number of times"
            yield Hit(step.no, sop.place(step, "lanjut"), message, hint, _ways(step), "setujui, kembalikan")


def loops_without_bound(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find ways back that may be taken for ever."""
    del others
    for step in sop.document.langkah:
        drawn = {edge.ke: edge.paling_banyak for edge in step.lanjut if isinstance(edge.ke, int)}
        told = {jump.to for jump in wording.jumps(step.kegiatan)}
        back = sorted(to for to in drawn.keys() | told if to <= step.no and not drawn.get(to))
        if back and not wording.names_a_bound(step.kegiatan):
            message = f"the way back to step {back[0]} has no end"
            hint = "say how often at most, and who decides then"
            yield Hit(
                step.no, sop.place(step, "lanjut"), message, hint, f"ke langkah {back[0]}", "paling banyak 3 kali"
            )


def branches_that_fall_through(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find branches that run on into the other branch, which needs nothing of what they made."""
    del others
    for step in sop.document.langkah:
        heads = sorted(target for target in set(followers(sop.document, step.no)) if target > step.no)
        for first, second in pairwise(heads):
            needed = {item.nama.casefold() for item in sop.document.step(second).kelengkapan if item.asal == "langkah"}
            branch = range(first, second)
            if not needed or needed & outputs(sop.document, branch):
                continue
            for number in branch:
                if second in followers(sop.document, number):
                    ending = sop.document.step(number)
                    message = f"after the branch of step {first} the case goes on in the other branch, step {second}"
                    hint = "lead it to where both branches meet"
                    yield Hit(number, sop.place(ending, "lanjut"), message, hint, str(second), "the step after both")


def _ways(step: Step) -> str:
    """Return a step's ways on in one line."""
    return ", ".join(f"{edge.bila}: {edge.ke if edge.ke == SELESAI else f'langkah {edge.ke}'}" for edge in step.lanjut)
