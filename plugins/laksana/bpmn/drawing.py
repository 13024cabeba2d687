"""An SOP becomes nodes and flows: one activity a step, gateways where something is chosen, timers, counted loops. Pure.

The flow is the DAG's: where that unrolls a loop into attempts, this goes back and counts them.
"""

from __future__ import annotations

from collections.abc import Callable

from laksana.bpmn.elements import (
    CALL,
    END,
    GATEWAY,
    SCRIPT,
    SERVICE,
    START,
    TIMER,
    USER,
    Flow,
    Node,
    Process,
)
from laksana.bpmn.loops import chooses_revision, is_revised, loop_around, loops_of
from laksana.bpmn.ways import (
    CALLER,
    END_ID,
    ORIGIN,
    OUTCOME,
    activity_id,
    entry_id,
    is_guarded,
    part_id,
    return_id,
    target_id,
    ways_of,
)
from laksana.bpmn.wording import (
    iso_duration,
    process_id,
    step_documentation,
    step_name,
    timer_documentation,
)
from laksana.spec.model import SELESAI, Spec, Step, slug_of

KINDS = {
    "gerbang": USER,
    "terima_permohonan": USER,
    "tanda_tangan": USER,
    "konsep_rekomendasi": USER,
    "validasi": USER,
    "jalankan_sop": CALL,
}
"""What people do, and what another SOP does; everything else the machine does."""
LATE = "Melewati waktu baku"


def draw(spec: Spec) -> Process:
    """Return an SOP as a BPMN process."""
    return _Drawing(spec).process()


class _Drawing:
    """Collects the nodes, each in the next column or below the one before, and the flows."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []
        self.column = -1

    def process(self) -> Process:
        """Draw everything."""
        self._begin()
        for step in self.spec.langkah:
            self._step(step)
        last = [step for step in self.spec.langkah if any(edge.ke == SELESAI for edge in step.lanjut)][-1]
        self._add(END_ID, END, "Selesai", self._lane(last.pelaksana))
        return Process(self.spec.pelaksana, tuple(self.nodes), tuple(self.flows))

    def _begin(self) -> None:
        """Draw the start, and where something is counted or called the script that sets the variables."""
        lane = self._lane(self.spec.langkah[0].pelaksana)
        first = entry_id(self.spec, self.spec.langkah[0])
        self._add("mulai", START, "Mulai", lane)
        script = "\n".join(self._variables())
        if script:
            text = "Menyiapkan penghitung percobaan dan asal pemanggilan."
            self._add("siapkan", SCRIPT, "Siapkan penghitung", lane, documentation=text, script=script)
            self._flow("mulai", "siapkan")
        self._flow("siapkan" if script else "mulai", first)

    def _variables(self) -> list[str]:
        """Return the statements that set the process's variables."""
        calls = [step for step in self.spec.langkah if step.work.kind == "jalankan_sop"]
        guards = [step for step in calls if is_guarded(self.spec, step)]
        return [
            *(f"{loop.counter} = 1" for loop in loops_of(self.spec)),
            *([f"{ORIGIN} = {CALLER}"] if guards else []),
            *([f"{CALLER} = {process_id(self.spec.slug)!r}"] if calls else []),
        ]

    def _step(self, step: Step) -> None:
        """Draw a step: how it is entered, its activity with its timer, where its outcomes lead."""
        lane = self._lane(step.pelaksana)
        if is_guarded(self.spec, step):
            self._guard(step, lane)
        if chooses_revision(self.spec, step):
            self._revision_gateway(step, lane)
        self._activity(step, lane)
        if is_revised(self.spec, step):
            self._revision(step, lane)
        self._ways(step, lane)
        PARTS.get(step.work.kind, _nothing)(self, step, lane)

    def _activity(self, step: Step, lane: int) -> None:
        """Draw what the step does."""
        kind, name = KINDS.get(step.work.kind, SERVICE), activity_id(step.no)
        detail = {"called": process_id(step.work.text("sop"))} if kind == CALL else {}
        if kind == USER:
            detail = {"owner": "pemohon" if _asks_applicant(step) else slug_of(step.answerer)}
        self._add(name, kind, step_name(step), lane, step=step.no, documentation=step_documentation(step), **detail)
        if kind != SERVICE:
            self._timer(name, step)

    def _timer(self, host: str, step: Step, row: int = 0) -> None:
        """Draw the standard time: it interrupts nothing, but says that it has passed."""
        lane, timer, late = self._lane(step.pelaksana), f"{host}_waktu", f"{host}_lewat"
        text = timer_documentation(step.waktu)
        self._below(
            timer, TIMER, step.waktu, lane, row, step=step.no, documentation=text,
            host=host, duration=iso_duration(step.waktu),
        )  # fmt: skip
        self._below(late, END, LATE, lane, row + 1, step=step.no, escalates="ya")
        self._flow(timer, late)

    def _guard(self, step: Step, lane: int) -> None:
        """Draw the choice not to call: an SOP that was called itself goes on with what its caller has (R9, R10)."""
        guard = part_id(step.no, "dipanggil")
        self._add(guard, GATEWAY, "Dipanggil SOP lain?", lane, step=step.no)
        self._flow(guard, activity_id(step.no), "Tidak", default=True)
        self._flow(guard, target_id(self.spec, step.edge("selesai")), "Ya", f"{ORIGIN} != ''")

    def _revision_gateway(self, step: Step, lane: int) -> None:
        """Draw the choice between first draft and revision, for a step that is entered the same way for both."""
        loop, gateway = loop_around(self.spec, step), part_id(step.no, "ulang")
        self._add(gateway, GATEWAY, "Dikembalikan?", lane, step=step.no)
        self._flow(gateway, activity_id(step.no), "Tidak", default=True)
        self._flow(gateway, part_id(step.no, "perbaikan"), "Ya", f"{loop.counter} > 1" if loop else "")

    def _revision(self, step: Step, lane: int) -> None:
        """Draw what a person does to a returned draft before the machine writes it anew."""
        name = part_id(step.no, "perbaikan")
        noun = "laporan" if step.work.kind == "laporan_rutin" else "konsep"
        self._below(
            name, USER, f"{step.no}. Perbaiki {noun}", lane, 1, step=step.no,
            documentation=step.work.text("perbaikan"), owner=step.role,
        )  # fmt: skip
        self._flow(name, activity_id(step.no))
        self._timer(name, step, row=1)

    def _ways(self, step: Step, lane: int) -> None:
        """Draw where the outcomes lead: straight on, or by a gateway; the way back counts."""
        ways, source = ways_of(self.spec, step), activity_id(step.no)
        alone = len(ways) == 1
        if not alone:
            asked = KINDS.get(step.work.kind, SERVICE) == USER
            self._add(part_id(step.no, OUTCOME), GATEWAY, "Keputusan?" if asked else "Hasil?", lane, step=step.no)
            self._flow(source, part_id(step.no, OUTCOME))
            source = part_id(step.no, OUTCOME)
        self.flows += [way.flow(source, alone=alone) for way in ways]
        if any(way.target == part_id(step.no, "hitung") for way in ways):
            self._count(step, lane)

    def _count(self, step: Step, lane: int) -> None:
        """Draw the counting on the way back, below the gateway that sends it."""
        loop, name = loop_around(self.spec, step), part_id(step.no, "hitung")
        if loop is None:
            return
        script = f"{loop.counter} = {loop.counter} + 1"
        self._below(name, SCRIPT, "Hitung percobaan", lane, 1, step=step.no, script=script)
        self._flow(name, return_id(self.spec, loop.first))

    def after_test(self, step: Step, lane: int) -> None:
        """Draw what follows a failed test: another attempt, a person's decision, the undo (ruling R7)."""
        undo, loop = part_id(step.no, "tarik_kembali"), loop_around(self.spec, step)
        if step.way_back and loop:
            gateway, decision = part_id(step.no, "gagal"), part_id(step.no, "putusan")
            self._add(gateway, GATEWAY, "Percobaan habis?", lane, step=step.no)
            self._count(step, lane)
            self._flow(gateway, part_id(step.no, "hitung"), "Belum", f"{loop.counter} < {loop.bound}")
            self._flow(gateway, decision, f"Percobaan ke-{loop.bound}", f"{loop.counter} == {loop.bound}")
            self._flow(gateway, undo, "Sesudahnya", default=True)
            self._decision(step, decision, undo)
        self.undo(step, lane)

    def _decision(self, step: Step, decision: str, undo: str) -> None:
        """Draw the person's choice after the last test: once more, or undo."""
        judge, chosen = step.work.text("pemutus"), f"{decision}_{OUTCOME}"
        lane = self._lane(judge)
        self._add(
            decision, USER, f"{step.no}. Putuskan: coba sekali lagi, atau batalkan", lane, step=step.no,
            documentation=step.work.text("pertanyaan"), owner=slug_of(judge),
        )  # fmt: skip
        self._add(chosen, GATEWAY, "Keputusan?", lane, step=step.no)
        self._flow(decision, chosen)
        self._flow(chosen, part_id(step.no, "hitung"), "Ulang", f"{OUTCOME} == 'ulang'")
        self._flow(chosen, undo, "Tolak", f"{OUTCOME} == 'tolak'")

    def undo(self, step: Step, lane: int) -> None:
        """Draw that what was made is taken back."""
        name, text = part_id(step.no, "tarik_kembali"), "Yang sudah dibuat ditarik kembali, lalu langkah ini ditolak."
        self._add(name, SERVICE, f"{step.no}. Tarik kembali perubahan", lane, step=step.no, documentation=text)
        self._flow(name, target_id(self.spec, step.edge("tolak")))

    def _lane(self, performer: str) -> int:
        return self.spec.pelaksana.index(performer)

    def _add(  # noqa: PLR0913  # all but four are keywords
        self, name: str, kind: str, title: str, lane: int, *, step: int = 0, documentation: str = "", **detail: str
    ) -> None:
        """Put a node into the next column."""
        self.column += 1
        self.nodes.append(Node(name, kind, title, lane, self.column, 0, step, documentation, detail))

    def _below(  # noqa: PLR0913  # as above, with its row
        self, name: str, kind: str, title: str, lane: int, row: int, *, step: int, documentation: str = "",
        **detail: str,
    ) -> None:  # fmt: skip
        """Put a node into the column of the one before, in a row below."""
        self.nodes.append(Node(name, kind, title, lane, self.column, row, step, documentation, detail))

    def _flow(self, source: str, target: str, name: str = "", condition: str = "", *, default: bool = False) -> None:
        self.flows.append(Flow(source, target, name, condition, default))


def _asks_applicant(step: Step) -> bool:
    """Tell whether the applicant does the step, not a post of the office."""
    return step.work.kind == "terima_permohonan" or step.work.text("penjawab") == "pemohon"


def _nothing(drawing: _Drawing, step: Step, lane: int) -> None:
    """Add nothing to a step."""


PARTS: dict[str, Callable[[_Drawing, Step, int], None]] = {
    "uji": _Drawing.after_test,
    "konfigurasi_tambahan": _Drawing.undo,
}
"""What belongs to a kind of step besides its activity and its gateway."""
