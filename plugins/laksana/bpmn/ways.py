"""Where the outcomes of a step lead: one row a kind that differs from "each outcome takes its way". Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from laksana.bpmn.elements import Flow
from laksana.bpmn.loops import chooses_revision, is_revised, loop_around
from laksana.bpmn.wording import outcome_label
from laksana.spec.model import SELALU, SELESAI, Edge, Spec, Step
from laksana.spec.vocabulary import ROUTINE

END_ID = "selesai"
OUTCOME = "hasil"
"""Variable that holds the outcome of the activity before."""
CALLER = "pemanggil"
"""Variable, and data input of an SOP that may be called: the process that calls it, empty where none does."""
ORIGIN = "asal"
"""Variable that keeps who called, as ``pemanggil`` is set anew for the SOPs that are called from here."""


@dataclass(frozen=True)
class Way:
    """Where outcomes of a step lead."""

    outcomes: tuple[str, ...]
    target: str
    """Id of a node."""
    also: str = ""
    """What must hold besides the outcome."""
    default: bool = False
    """True for the way that is taken where no other holds."""
    label: str = ""
    """What the diagram shows, where that is not the outcome."""

    @property
    def condition(self) -> str:
        """Expression that must hold for this way."""
        if self.default:
            return ""
        chosen = f"{OUTCOME} == {self.outcomes[0]!r}" if len(self.outcomes) == 1 else f"{OUTCOME} in {self.outcomes!r}"
        return f"{chosen} and {self.also}" if self.also else chosen

    def flow(self, source: str, *, alone: bool) -> Flow:
        """Return the flow from a node; one that is alone has nothing to choose."""
        if alone:
            return Flow(source, self.target)
        return Flow(source, self.target, self.label or outcome_label(self.outcomes), self.condition, self.default)


def activity_id(number: int) -> str:
    """Return the id of a step's activity."""
    return f"langkah_{number:02d}"


def part_id(number: int, part: str) -> str:
    """Return the id of what belongs to a step besides its activity."""
    return f"{activity_id(number)}_{part}"


def is_guarded(spec: Spec, step: Step) -> bool:
    """Tell whether a step calls another SOP only where no SOP has called this one (rulings R9 and R10)."""
    return step.work.kind == "jalankan_sop" and spec.jenis in ROUTINE


def entry_id(spec: Spec, step: Step) -> str:
    """Return the node by which a step is entered."""
    if is_guarded(spec, step):
        return part_id(step.no, "dipanggil")
    return part_id(step.no, "ulang") if chooses_revision(spec, step) else activity_id(step.no)


def target_id(spec: Spec, edge: Edge | None) -> str:
    """Return the node to which an edge leads forward; an outcome without an edge ends the case."""
    return END_ID if edge is None or edge.ke == SELESAI else entry_id(spec, spec.step(int(edge.ke)))


def return_id(spec: Spec, number: int) -> str:
    """Return the node to which a way back leads: to the revision by a person where the step has one."""
    step = spec.step(number)
    return part_id(number, "perbaikan") if is_revised(spec, step) else entry_id(spec, step)


def ways_of(spec: Spec, step: Step) -> list[Way]:
    """Return where the outcomes of a step's activity lead, those with the same target as one."""
    ways: dict[str, Way] = {}
    for way in _WAYS.get(step.work.kind, _each)(spec, step):
        before = ways.get(way.target)
        ways[way.target] = Way((*before.outcomes, *way.outcomes), way.target) if before else way
    return list(ways.values())


def _each(spec: Spec, step: Step) -> list[Way]:
    """Each outcome takes its way; the way back only while returns are left."""
    return [_back(spec, step) if edge is step.way_back else _forward(spec, edge) for edge in step.lanjut]


def _receive(spec: Spec, step: Step) -> list[Way]:
    """Take the request; it can be withdrawn when it is completed after a return only (ruling R5)."""
    loop, onward, withdrawn = loop_around(spec, step), step.edge(SELALU), step.edge("cabut")
    sent = Way((SELALU,), target_id(spec, onward), default=True, label="Kirim")
    if loop is None or withdrawn is None:
        return [sent]
    return [sent, Way(("cabut",), target_id(spec, withdrawn), also=f"{loop.counter} > 1")]


def _sign(spec: Spec, step: Step) -> list[Way]:
    """Approve, or send back where there is a way back."""
    approved = Way(("setujui",), target_id(spec, step.edge("setujui")))
    return [approved, _back(spec, step)] if step.way_back else [approved]


def _test(spec: Spec, step: Step) -> list[Way]:
    """Go on where the test passes; a failed one is tried again, decided by a person, or undone (ruling R7)."""
    failed = part_id(step.no, "gagal" if step.way_back else "tarik_kembali")
    return [Way(("lulus",), target_id(spec, step.edge("lulus"))), Way(("gagal",), failed)]


def _call(spec: Spec, step: Step) -> list[Way]:
    """Go on when the called SOP has ended; only what it calls a refusal takes the other way."""
    done = Way(("selesai",), target_id(spec, step.edge("selesai")), default=True)
    return [done, Way(("tolak",), target_id(spec, step.edge("tolak")))]


def _configure(spec: Spec, step: Step) -> list[Way]:
    """Go on where what was added works; undo it where it does not."""
    undo = part_id(step.no, "tarik_kembali")
    return [Way(("selesai",), target_id(spec, step.edge("selesai"))), Way(("gagal",), undo)]


def _forward(spec: Spec, edge: Edge) -> Way:
    return Way((edge.bila,), target_id(spec, edge))


def _back(spec: Spec, step: Step) -> Way:
    """Return the way back, open while the bound is not reached."""
    loop = loop_around(spec, step)
    assert loop is not None  # noqa: S101  # says so to the type checker: a step with a way back ends a loop
    outcome = next(edge.bila for edge in step.lanjut if edge is step.way_back)
    return Way((outcome,), part_id(step.no, "hitung"), also=f"{loop.counter} <= {loop.bound}")


_WAYS: dict[str, Callable[[Spec, Step], list[Way]]] = {
    "terima_permohonan": _receive,
    "tanda_tangan": _sign,
    "validasi": _sign,
    "uji": _test,
    "konfigurasi_tambahan": _configure,
    "jalankan_sop": _call,
}
