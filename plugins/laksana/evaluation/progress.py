"""How far a case is, step by step: actual times from run metadata against the standard times of the sheet. Pure.

Task ids carry the step's number (``langkah_03_…``), so that history maps to the sheet without guessing. A step's clock
starts when it can be worked on and stops when it is done; each attempt is judged against its own due time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from laksana.spec.model import Spec

Due = Callable[[datetime, str], datetime]
"""Start and standard time (``10 Menit``) → due time."""

_STEP = re.compile(r"^langkah_(\d{2})_")
_ATTEMPT = re.compile(r"_percobaan_(\d+)")
_NEVER_RAN = frozenset({"skipped", "removed", "", "none", "scheduled", "queued", "upstream_failed"})
_DONE = frozenset({"success", "failed"})


@dataclass(frozen=True)
class TaskRun:
    """One task instance, as Airflow's API tells it."""

    task_id: str
    state: str
    start: datetime | None
    end: datetime | None

    @classmethod
    def from_api(cls, data: Mapping[str, Any]) -> TaskRun:
        """Read a task instance of Airflow's REST API."""
        return cls(str(data["task_id"]), str(data["state"] or ""), _time(data["start_date"]), _time(data["end_date"]))

    @property
    def step(self) -> int:
        """Number of the SOP step, 0 for a task that belongs to none."""
        found = _STEP.match(self.task_id)
        return int(found.group(1)) if found else 0

    @property
    def attempt(self) -> int:
        """Which attempt at the step."""
        found = _ATTEMPT.search(self.task_id)
        return int(found.group(1)) if found else 1


@dataclass(frozen=True)
class StepProgress:
    """One step of a case."""

    no: int
    kegiatan: str
    pelaksana: str
    task_ids: tuple[str, ...]
    mulai: datetime | None
    selesai: datetime | None
    batas: datetime | None
    tepat_waktu: bool | None
    """None while the step is open and not yet late, or has not run."""
    hasil: str
    """Outcome; ``berjalan``, ``menunggu``, ``gagal`` (technical), ``dilewati`` or ``belum`` where there is none."""
    percobaan: int
    """Attempts so far."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "no": self.no, "kegiatan": self.kegiatan, "pelaksana": self.pelaksana, "task_ids": list(self.task_ids),
            "mulai": _iso(self.mulai), "selesai": _iso(self.selesai), "batas": _iso(self.batas),
            "tepat_waktu": self.tepat_waktu, "hasil": self.hasil, "percobaan": self.percobaan,
        }  # fmt: skip


def progress_of(  # noqa: PLR0913  # all but three are keywords
    spec: Spec,
    tasks: Iterable[TaskRun],
    outcomes: Mapping[int, str],
    *,
    opened_at: datetime,
    now: datetime,
    due: Due,
    gates_opened: Mapping[str, datetime] = MappingProxyType({}),
) -> list[StepProgress]:
    """Return the progress of every step.

    Args:
        spec: the SOP.
        tasks: the run's task instances.
        outcomes: step → its last outcome, from the case file.
        opened_at: when the ticket was opened; the first step starts there.
        now: for judging steps that are still open.
        due: the working calendar's due time.
        gates_opened: task id → when the gate opened first.
    """
    by_step: dict[int, list[TaskRun]] = {}
    everything = with_clocks(list(tasks), gates_opened)
    for task in everything:
        by_step.setdefault(task.step, []).append(task)
    finished = bool(everything) and all(
        task.state in _DONE | _NEVER_RAN - {"scheduled", "queued", "", "none"} for task in everything
    )
    return [
        _step(spec, number, by_step.get(number, []), outcomes.get(number, ""), opened_at, now, due, finished=finished)
        for number in range(1, len(spec.langkah) + 1)
    ]


def with_clocks(tasks: list[TaskRun], gates_opened: Mapping[str, datetime]) -> list[TaskRun]:
    """Start each task's clock when it could be worked on: a gate when it opened first, else when the task before ended.

    Airflow's own start is that of the newest try: a step that hung for a day and was then cleared would count as quick.
    A case is at one place at a time, so the task before is the one that ended last before this one started.
    """
    ended = sorted((task.end, task.task_id) for task in tasks if task.end and task.state in _DONE)

    def clock(task: TaskRun) -> datetime | None:
        if task.start is None or task.state in _NEVER_RAN:
            return task.start
        before = [end for end, name in ended if end <= task.start and name != task.task_id]
        return gates_opened.get(task.task_id) or (before[-1] if before else task.start)

    return [replace(task, start=clock(task)) for task in tasks]


def _step(  # noqa: PLR0913, PLR0917  # one row from all there is to know
    spec: Spec, number: int, tasks: list[TaskRun], outcome: str, opened_at: datetime, now: datetime, due: Due, *,
    finished: bool,
) -> StepProgress:  # fmt: skip
    step = spec.step(number)
    ran = sorted(
        (task for task in tasks if task.start and task.state not in _NEVER_RAN), key=lambda task: task.start or now
    )
    if not ran:
        hasil = "dilewati" if finished else "belum"
        return StepProgress(number, step.kegiatan, step.pelaksana, (), None, None, None, None, hasil, 0)
    done = all(task.state in _DONE and task.end for task in ran)
    starts, ends = _attempts(ran, now)
    if number == 1:
        starts[1] = opened_at
    limits = {attempt: due(start, step.waktu) for attempt, start in starts.items()}
    late = any(ends[attempt] > limits[attempt] for attempt in starts)
    last = max(starts)
    return StepProgress(
        number, step.kegiatan, step.pelaksana, tuple(task.task_id for task in ran), min(starts.values()),
        max(ends.values()) if done else None, limits[last], False if late else True if done else None,
        _state(ran, outcome, done=done), len(starts),
    )  # fmt: skip


def _attempts(ran: list[TaskRun], now: datetime) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """Return start and end of each attempt; an open one ends now, for judging."""
    starts: dict[int, datetime] = {}
    ends: dict[int, datetime] = {}
    for task in ran:
        start, end = task.start or now, task.end if task.state in _DONE and task.end else now
        starts[task.attempt] = min(starts.get(task.attempt, start), start)
        ends[task.attempt] = max(ends.get(task.attempt, end), end)
    return starts, ends


def _state(ran: list[TaskRun], outcome: str, *, done: bool) -> str:
    if any(task.state == "failed" for task in ran):
        return "gagal"
    if any(task.state == "awaiting_input" for task in ran):
        return "menunggu"
    return (outcome if outcome != "selalu" else "selesai") if done and outcome else "selesai" if done else "berjalan"


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
