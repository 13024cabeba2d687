"""Rules about the sheet itself, as PermenPAN-RB 35/2012 wants it: acts, columns, warnings, empty fields."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from itertools import combinations

from laksana.lint import wording
from laksana.lint.findings import Hit
from laksana.lint.sops import Others, Sop

MOST_STEPS = 20
MOST_COLUMNS = 8
_SAME = 0.9
_EMPTY = {"tanggal_revisi": "Tanggal Revisi", "tanggal_efektif": "Tanggal Efektif", "keterkaitan": "Keterkaitan"}
_CONDITION = re.compile(r"(?is)^(apabila|jika|bila)\b.*\bmaka\b|\b(paling lambat|selambat-lambatnya)\b")


def nouns_for_acts(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find activities that begin with no active verb."""
    del others
    for step in sop.document.langkah:
        if not wording.begins_with_a_verb(step.kegiatan):
            word = step.kegiatan.split()[0]
            message = f"the activity begins with {word!r}, which is no active verb"
            hint = "begin with what is done: Mengumpulkan, Menganalisa, Membuat …"
            yield Hit(step.no, sop.place(step, "kegiatan"), message, hint, word)


def two_acts(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find activities that are two."""
    del others
    for step in sop.document.langkah:
        second = wording.second_act(step.kegiatan)
        if second:
            message = f"two acts in one step: {step.kegiatan.split()[0]!r} and {second!r}"
            yield Hit(step.no, sop.place(step, "kegiatan"), message, "make two steps of it", second)


def performers_in_activities(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find activities that name a performer; the column says who it is."""
    del others
    for step in sop.document.langkah:
        for name in sop.document.pelaksana:
            if re.search(rf"\b{re.escape(name)}\b", step.kegiatan, re.IGNORECASE):
                message = f"the activity names {name!r}, a performer"
                yield Hit(step.no, sop.place(step, "kegiatan"), message, "leave it to the column", name)
                break


def first_columns(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find first columns that are not those of who begins."""
    del others
    first, beginner = sop.document.pelaksana[0], sop.document.step(1).pelaksana
    if first != beginner:
        message = f"the first column is {first!r}, step 1 is {beginner!r}'s"
        yield Hit(0, ("pelaksana", 0), message, f"begin with {beginner}", first, beginner)


def columns_out_of_order(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find columns that don't stand in the order in which their performers come in."""
    del others
    entering = list(dict.fromkeys(step.pelaksana for step in sop.document.langkah))
    standing = [name for name in sop.document.pelaksana if name in entering]
    if standing != entering and standing[:1] == entering[:1]:
        message = f"the columns stand as {', '.join(standing)}, the activities come as {', '.join(entering)}"
        yield Hit(0, ("pelaksana",), message, "order the columns by the activities", standing[1], ", ".join(entering))


def columns_without_step(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find performers that perform nothing."""
    del others
    busy = {
        post for step in sop.document.langkah for post in (step.pelaksana, step.answerer, step.work.text("pemutus"))
    }
    for index, name in enumerate(sop.document.pelaksana):
        if name not in busy:
            yield Hit(0, ("pelaksana", index), f"{name!r} performs no step", "take the column away", name)


def performers_spelled_twice(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find two columns that are probably one performer, and one that other SOPs spell otherwise."""
    elsewhere = {name for other in others.values() for name in other.spec.pelaksana} - set(sop.spec.pelaksana)
    for index, name in enumerate(sop.document.pelaksana):
        for other in sorted(elsewhere):
            if _look_the_same(name, other):
                message = f"{name!r} is spelled {other!r} in another SOP"
                yield Hit(0, ("pelaksana", index), message, "spell a performer in one way", name, other)
    for (first, one), (second, other) in combinations(enumerate(sop.document.pelaksana), 2):
        if _look_the_same(one, other):
            message = f"{one!r} (column {first + 1}) and {other!r} look like one performer"
            yield Hit(0, ("pelaksana", second), message, "spell a performer in one way", other, one)


def _look_the_same(one: str, other: str) -> bool:
    """Tell two spellings of a post: nearly the same letters, or those of one with some of the other's left out."""
    words, others = set(one.casefold().split()), set(other.casefold().split())
    if words < others or others < words:
        return False
    if difflib.SequenceMatcher(None, one.casefold(), other.casefold()).ratio() >= _SAME:
        return True
    short, long = sorted(("".join(one.casefold().split()), "".join(other.casefold().split())), key=len)
    letters = iter(long)
    shortened = short[:3] == long[:3] and all(letter in letters for letter in short)
    return shortened and len(long) / 2 < len(short) < len(long)


def warnings_without_condition(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find a Peringatan that neither says what happens if, nor by when."""
    del others
    text = str(sop.document.identity["peringatan"])
    if not _CONDITION.search(text):
        message = "Peringatan says neither what happens if the SOP is not kept, nor by when it must be"
        yield Hit(0, ("peringatan",), message, "write it as: Apabila …, maka …", text[:60])


def empty_fields(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find fields of the identity block that are empty."""
    del others
    for key, name in _EMPTY.items():
        if not sop.document.identity[key]:
            yield Hit(0, (key,), f"{name} is empty", "fill it in, or have the office confirm that there is none")


def dates_out_of_order(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find SOPs that were revised, or took effect, before they were made."""
    del others
    made = str(sop.document.identity["tanggal_pembuatan"])
    for key in ("tanggal_revisi", "tanggal_efektif"):
        date = sop.document.identity[key]
        if date and str(date) < made:
            message = f"{_EMPTY[key]} {date} lies before Tanggal Pembuatan {made}"
            yield Hit(0, (key,), message, "correct one of them", str(date), f"{made} or later")


def numbers_used_twice(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find a Nomor that another SOP has, too."""
    for slug, other in others.items():
        if slug != sop.spec.slug and other.spec.nomor == sop.spec.nomor:
            message = f"{slug} has the Nomor {sop.spec.nomor!r}, too"
            yield Hit(0, ("nomor",), message, "give each SOP its own", sop.spec.nomor)


def departures_without_reason(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find steps that depart from the document although no penyimpangan of the step says why."""
    del others
    explained = {item.langkah for item in sop.spec.penyimpangan}
    for step in sop.spec.langkah:
        if step.source is not None and step.no not in explained:
            message = "the step departs from the document, and no penyimpangan says why"
            path = ("langkah", step.no - 1, "sumber")
            yield Hit(step.no, path, message, "add the ruling to penyimpangan", "sumber", f"langkah: {step.no}")


def sheets_too_large(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find sheets that nobody can survey."""
    del others
    steps, columns = len(sop.document.langkah), len(sop.document.pelaksana)
    if steps > MOST_STEPS:
        yield Hit(0, ("langkah",), f"{steps} steps", "make two SOPs of it", str(steps), f"up to {MOST_STEPS}")
    if columns > MOST_COLUMNS:
        yield Hit(0, ("pelaksana",), f"{columns} columns", "make two SOPs of it", str(columns), f"up to {MOST_COLUMNS}")
