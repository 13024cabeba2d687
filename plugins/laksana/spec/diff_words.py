"""One difference between two versions of an SOP, and how values and lists of names are compared and said. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from laksana.spec.pairing import in_order, pair_replaced, words_in_common


@dataclass(frozen=True)
class Difference:
    """One thing that changed, as a person who knows the sheet would say it."""

    bagian: str
    """Part of the SOP: ``identitas``, ``langkah``, ``formulir``, ``playbook`` or ``penyimpangan``."""
    langkah: int | None
    """Number of the step in the newer version (of a removed step: in the older), None where it is about no step."""
    kunci: str
    """Key in the SOP file, e.g. ``waktu``; empty where a whole step is new, gone or renumbered."""
    semula: Any
    """The older value, None where there was none."""
    menjadi: Any
    """The newer value, None where there is none any more."""
    teks: str
    """The change in Bahasa Indonesia, one line."""


@dataclass(frozen=True)
class Place:
    """Where in the SOP something is compared."""

    bagian: str
    langkah: int | None = None

    def says(self, kunci: str, semula: Any, menjadi: Any, words: str) -> Difference:
        """Make a difference at this place; its text names the step, if it is about one."""
        text = f"Langkah {self.langkah}: {words}" if self.langkah else words[:1].upper() + words[1:]
        return Difference(self.bagian, self.langkah, kunci, semula, menjadi, " ".join(text.split()))


def shown(value: Any) -> str:
    """Write a value for a reader: nothing as ``(kosong)``, texts in quotes unless they begin with a number."""
    if value is None or value in ("", [], (), {}):
        return "(kosong)"
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(item)}" for key, item in value.items())
    text = str(value)
    return text if text[:1].isdigit() else f"'{text}'"


def value_differs(place: Place, kunci: str, label: str, old: Any, new: Any) -> Iterator[Difference]:
    """Say that a value is another, if it is."""
    if old != new or type(old) is not type(new):
        yield place.says(kunci, old, new, f"{label} {shown(old)} menjadi {shown(new)}")


def names_differ(place: Place, kunci: str, label: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    """Say which entries of a list came, went, were reworded, or that only their order is another."""
    pairs = pair_replaced(old, new, lambda a, b: words_in_common(str(a), str(b)))
    kept, stayed = {i for i, _ in pairs}, {j for _, j in pairs}
    for i, j in pairs:
        yield from value_differs(place, kunci, label, old[i], new[j])
    for i in range(len(old)):
        if i not in kept:
            yield place.says(kunci, old[i], None, f"{label} {shown(old[i])} dihapus")
    for j in range(len(new)):
        if j not in stayed:
            yield place.says(kunci, None, new[j], f"{label} {shown(new[j])} baru")
    if not in_order(pairs):
        yield place.says(kunci, list(old), list(new), f"urutan {label} berubah")
