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
    """Find activities that name who performs them; the column says it."""
    del others
    for step in sop.document.langkah:
        if re.match(rf"{re.escape(step.pelaksana)}\b", step.kegiatan, re.IGNORECASE):
            message = f"the activity names its performer, {step.pelaksana!r}"
            yield Hit(step.no, sop.place(step, "kegiatan"), message, "leave it to the column", step.pelaksana)


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
    """Find two columns that are probably one performer."""
    del others
    for (first, one), (second, other) in combinations(enumerate(sop.document.pelaksana), 2):
        if difflib.SequenceMatcher(None, one.casefold(), other.casefold()).ratio() >= _SAME:
            message = f"{one!r} (column {first + 1}) and {other!r} look like one performer"
            yield Hit(0, ("pelaksana", second), message, "spell a performer in one way", other, one)


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


def sheets_too_large(sop: Sop, others: Others) -> Iterator[Hit]:
    """Find sheets that nobody can survey."""
    del others
    steps, columns = len(sop.document.langkah), len(sop.document.pelaksana)
    if steps > MOST_STEPS:
        yield Hit(0, ("langkah",), f"{steps} steps", "make two SOPs of it", str(steps), f"up to {MOST_STEPS}")
    if columns > MOST_COLUMNS:
        yield Hit(0, ("pelaksana",), f"{columns} columns", "make two SOPs of it", str(columns), f"up to {MOST_COLUMNS}")
