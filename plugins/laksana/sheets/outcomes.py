"""Which outcomes of a step the sheet draws, and which it says: a decision has the two exits Ya and Tidak. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from laksana.spec.model import SELESAI, Edge, Spec, Step

YA, TIDAK = "Ya", "Tidak"
_NEVER_YA = frozenset(
    {"kembalikan", "tolak", "ditolak", "gagal", "down", "usang", "melampaui", "cabut", "batal", "lokal"}
)
"""Outcomes that never are a decision's Ya: of the others the first one is."""


@dataclass(frozen=True)
class Exits:
    """What leaves a step's symbol, and what Keterangan says besides."""

    drawn: tuple[tuple[str, Edge], ...]
    """Label and way: one without a label leaves a process, two labelled ones leave a decision."""
    said: str
    """Words for Keterangan; empty where the drawing says all."""

    @property
    def is_decision(self) -> bool:
        """Tell whether the symbol is a diamond."""
        return len(self.drawn) > 1


def exits_of(step: Step) -> Exits:
    """Return the exits of a step: at most two are drawn, and whatever they don't say is said in words."""
    if len({edge.ke for edge in step.lanjut}) == 1:
        only = step.lanjut[0]
        return Exits((("", only),), "" if only.ke in {step.no + 1, SELESAI} else f"{_target(only).capitalize()}.")
    edges = sorted(step.lanjut, key=lambda edge: edge.bila in _NEVER_YA)
    yes = edges[0]
    others = [edge for edge in edges[1:] if edge.ke != yes.ke]
    if yes.bila == "selalu":
        return Exits((("", yes),), _sentences(edges[1:]))
    no = _drawn_no(step, others)
    yeses = [yes, *(edge for edge in edges[1:] if edge.ke == yes.ke and edge.bila not in _NEVER_YA)]
    rest = [edge for edge in edges[1:] if edge is not no and edge not in yeses]
    words = f"{YA}: {_words(yeses)}. {TIDAK}: {_words([no])}."
    return Exits(((YA, yes), (TIDAK, no)), " ".join(filter(None, (words, _sentences(rest)))))


def remarks(spec: Spec, step: Step) -> str:
    """Return a step's Keterangan: what its exits mean, and the rulings under which it departs from the document."""
    rulings = ", ".join(dict.fromkeys(item.ruling for item in spec.penyimpangan if item.langkah == step.no))
    return " ".join(filter(None, (exits_of(step).said, f"({rulings})" if rulings else "")))


def _drawn_no(step: Step, others: list[Edge]) -> Edge:
    """Return the way that is drawn as Tidak: the way back where there is one, for the eye looks for it."""
    back = step.way_back
    return back if back in others and back is not None else others[0]


def _words(edges: list[Edge]) -> str:
    """Say where outcomes lead: ``kembalikan, ke langkah 1 (paling banyak 3 kali)``."""
    outcomes = " atau ".join(edge.bila for edge in edges)
    return f"{outcomes}, {_target(edges[0])}"


def _sentences(edges: list[Edge]) -> str:
    return " ".join(f"{edge.bila.capitalize()}: {_target(edge)}." for edge in edges)


def _target(edge: Edge) -> str:
    """Say where a way leads, and how often it may be taken."""
    where = "selesai" if edge.ke == SELESAI else f"ke langkah {edge.ke}"
    return f"{where} (paling banyak {edge.paling_banyak} kali)" if edge.paling_banyak else where
