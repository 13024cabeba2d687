"""Rules about SOPs that call each other: cycles, times that can't hold what is called, thresholds that differ."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from laksana.lint import wording
from laksana.lint.durations import Known, best_and_worst, in_words, minutes
from laksana.lint.findings import Hit
from laksana.lint.sops import Others, Sop, called_by, plain_name
from laksana.spec.model import Step


def call_cycles(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find calls of an SOP that, by itself or through others, calls this one again."""
    for step in sop.document.langkah:
        way = _way_back(called_by(step), sop.spec.slug, others)
        if way:
            message = f"calls {way[0]}, which calls this SOP again" + (f" (by {', '.join(way[1:])})" if way[1:] else "")
            hint = "say what the called SOP leaves out then, so that it ends"
            yield Hit(step.no, ("langkah", step.no - 1, "kerja"), message, hint, " > ".join(way))


def _way_back(slug: str, home: str, others: Others) -> tuple[str, ...]:
    """Return the shortest chain of calls from an SOP back home, nothing where there is none."""
    chains: list[tuple[str, ...]] = [(slug,)]
    seen = {slug}
    for chain in chains:
        if chain[-1] not in others:
            continue
        called = [called_by(step) for step in others[chain[-1]].document.langkah]
        if home in called:
            return chain
        new = [name for name in dict.fromkeys(called) if name and name not in seen]
        seen.update(new)
        chains.extend((*chain, name) for name in new)
    return ()


def calls_of_nothing(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find calls of SOPs that are not there."""
    for step in sop.spec.langkah:
        slug = called_by(step)
        if slug and slug not in others:
            close = difflib.get_close_matches(slug, others, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(others))}"
            path = ("langkah", step.no - 1, "kerja", step.work.kind, "sop")
            yield Hit(step.no, path, f"there is no SOP {slug!r} to call", hint, slug, ", ".join(sorted(others)))


def calls_that_take_too_long(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find steps whose standard time can't hold the SOP that they call."""
    known: Known = {}
    for step in sop.document.langkah:
        called = others.get(called_by(step))
        if called is None:
            continue
        best, worst = best_and_worst(called.document, others, (sop.spec.slug,), known)
        own = minutes(step.waktu)
        if own >= worst:
            continue
        verdict = "can never be kept" if own < best else "can't be kept always"
        message = (
            f"{step.waktu} {verdict}: {called.spec.slug} takes {in_words(best)} in the best case, "
            f"{in_words(worst)} in the worst"
        )
        path = ("langkah", step.no - 1, "waktu")
        yield Hit(step.no, path, message, "give the step the time of what it calls", step.waktu, in_words(worst))


def thresholds_that_differ(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find ages of backups that the SOP which is called judges otherwise."""
    for step in sop.document.langkah:
        own = _months(step)
        for caller in sop.document.langkah if own else ():
            called = others.get(called_by(caller))
            if called is None:
                continue
            for theirs in called.document.langkah:
                age = _months(theirs)
                if age and age != own:
                    message = (
                        f"{own} Bulan here, {age} Bulan in step {theirs.no} of {called.spec.slug}, "
                        f"which step {caller.no} calls: in between one finds too old what the other leaves"
                    )
                    path = ("langkah", step.no - 1, "kerja", step.work.kind, "umur")
                    yield Hit(step.no, path, message, "agree on one age", f"{own} Bulan", f"{age} Bulan")


def thresholds_against_text(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find activities that name another age of backups than the step works with."""
    del others
    for step in sop.document.langkah:
        told, own = wording.months(step.kegiatan), _months(step)
        if told and own and told != own:
            message = f"the activity says {told} bulan, the step works with {own} Bulan"
            path = ("langkah", step.no - 1, "kerja", step.work.kind, "umur")
            yield Hit(step.no, path, message, "let text and value agree", f"{own} Bulan", f"{told} Bulan")


def related_sops_missing(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find called SOPs that Keterkaitan does not name."""
    named = {plain_name(name) for name in sop.document.identity["keterkaitan"]}
    for step in sop.document.langkah:
        called = others.get(called_by(step))
        if called is not None and plain_name(called.spec.judul) not in named:
            message = f"Keterkaitan does not name {called.spec.title}, which the step calls"
            yield Hit(step.no, ("keterkaitan",), message, f"add {called.spec.title}", "", called.spec.title)


def related_sops_unknown(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find SOPs in Keterkaitan that are not there."""
    known = {plain_name(other.spec.judul): other.spec.title for other in others.values()}
    for index, name in enumerate(sop.document.identity["keterkaitan"]):
        if plain_name(name) not in known:
            hint = f"known: {', '.join(sorted(known.values()))}"
            yield Hit(0, ("keterkaitan", index), f"there is no {name!r}", hint, name)


def sops_named_otherwise(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find SOPs that a Kelengkapan names by something else than their title."""
    titles = {plain_name(other.spec.judul): other.spec.title for other in others.values()}
    for step in sop.document.langkah:
        called = others.get(called_by(step))
        for index, item in enumerate(step.kelengkapan):
            if not item.nama.casefold().startswith("sop ") or plain_name(item.nama) in titles:
                continue
            close = difflib.get_close_matches(plain_name(item.nama), titles, n=1)
            meant = called.spec.title if called else titles[close[0]] if close else ""
            hint = f"did you mean {meant!r}?" if meant else f"known: {', '.join(sorted(titles.values()))}"
            message = f"no SOP has the title {item.nama!r}"
            yield Hit(step.no, sop.place(step, "kelengkapan", index), message, hint, item.nama, meant)


def _months(step: Step) -> int:
    """Return the age in months that a step works with, 0 where it looks at no age."""
    age = step.work.text("umur")
    return int(age.split()[0]) if age else 0
