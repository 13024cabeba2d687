"""What changed in where the steps of an SOP lead, and in their numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from laksana.spec.diff_words import Difference, Place, value_differs
from laksana.spec.model import SELESAI, Edge
from laksana.spec.pairing import in_order, pair_replaced, words_in_common


@dataclass(frozen=True)
class Renumbering:
    """Which step of the older version is which of the newer."""

    numbers: Mapping[int, int]
    """Older number → newer number; without the removed steps."""

    def same_target(self, old: Edge, new: Edge, old_no: int, new_no: int) -> bool:
        """Tell whether two ways lead to the same: one step, the end, or in both versions just on to the next step."""
        if not isinstance(old.ke, int) or not isinstance(new.ke, int):
            return old.ke == new.ke
        return self.numbers.get(old.ke) == new.ke or (old.ke == old_no + 1 and new.ke == new_no + 1)

    def earlier(self, ke: int | str) -> str:
        """Name an older target, with its newer number where it has another."""
        if not isinstance(ke, int):
            return str(ke)
        now = self.numbers.get(ke)
        return f"langkah {ke}" + ("" if now == ke else ", kini dihapus" if now is None else f", kini langkah {now}")

    def in_words(self) -> str:
        """Say all new numbers at once: ``langkah 4-6 menjadi 5-7, langkah 9 menjadi 3``; empty where none changed."""
        runs: list[tuple[int, int, int]] = []
        for old, new in sorted(self.numbers.items()):
            if runs and runs[-1][1] + 1 == old and runs[-1][2] == new - old:
                runs[-1] = (runs[-1][0], old, new - old)
            else:
                runs.append((old, old, new - old))
        moved = [(_span(first, last), _span(first + by, last + by)) for first, last, by in runs if by]
        return ", ".join(f"langkah {old} menjadi {new}" for old, new in moved)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


@dataclass(frozen=True)
class Ways:
    """How the ways on of one step are compared."""

    place: Place
    kunci: str
    label: str
    moves: Renumbering
    numbers: tuple[int, int]

    def differ(self, old: Sequence[Edge], new: Sequence[Edge]) -> Iterator[Difference]:
        """Compare two steps' ways by their outcomes."""
        before, after = [edge.bila for edge in old], [edge.bila for edge in new]
        pairs = pair_replaced(before, after, words_in_common)
        kept, stayed = {i for i, _ in pairs}, {j for _, j in pairs}
        for i, j in pairs:
            yield from self._way_differs(old[i], new[j])
        for i, edge in enumerate(old):
            if i not in kept:
                words = f"{self.label} '{edge.bila}' menuju {self.moves.earlier(edge.ke)} dihapus"
                yield self.place.says(self.kunci, edge.bila, None, words)
        for j, edge in enumerate(new):
            if j not in stayed:
                bound = f", paling banyak {edge.paling_banyak} kali" if edge.paling_banyak else ""
                words = f"{self.label} '{edge.bila}' menuju {_target(edge.ke)} baru{bound}"
                yield self.place.says(self.kunci, None, edge.bila, words)
        if not in_order(pairs):
            yield self.place.says(self.kunci, before, after, f"urutan {self.label} berubah")

    def _way_differs(self, old: Edge, new: Edge) -> Iterator[Difference]:
        where = f"{self.label} '{new.bila}'"
        yield from value_differs(self.place, f"{self.kunci}.bila", self.label, old.bila, new.bila)
        if not self.moves.same_target(old, new, *self.numbers):
            words = f"{where} menuju {_target(new.ke)} (semula {self.moves.earlier(old.ke)})"
            yield self.place.says(f"{self.kunci}.ke", old.ke, new.ke, words)
        if old.paling_banyak != new.paling_banyak:
            bounds = (old.paling_banyak, new.paling_banyak)
            counts = [f"paling banyak {count} kali" if count else "tanpa batas kali" for count in bounds]
            words = f"{where} {counts[0]} menjadi {counts[1]}"
            yield self.place.says(f"{self.kunci}.paling_banyak", old.paling_banyak, new.paling_banyak, words)


def _target(ke: int | str) -> str:
    return SELESAI if ke == SELESAI else f"langkah {ke}"
