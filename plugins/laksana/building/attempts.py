"""What every step's tasks are made of: one attempt at one step, the tasks in it, and where its outcomes leave them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from laksana.building.unrolling import Place
from laksana.spec.model import SELALU, Spec, Step
from laksana.steps.case import RETRIES
from laksana.steps.operators import CallOperator, GateOperator, ListOperator, ServiceOperator, StepOperator

RULE = "none_failed_min_one_success"
"""Every task joins ways of which only some were taken."""
AT_ONCE = 24
"""Services that a step works on at the same time."""
LONGEST_LOOK = timedelta(minutes=30)
"""After this a service's task is ended; a backup of many gigabytes takes its time."""
_SHOWN = 60

Task = StepOperator | GateOperator | ListOperator


@dataclass(frozen=True)
class Exit:
    """Where an outcome of a step leaves its tasks."""

    outcome: str
    """Outcome of the step, as the spec names it."""
    task: Task
    said: str = ""
    """What the task itself calls it, where that differs: a person's "ulang" takes the way of a failed test."""


@dataclass(frozen=True)
class Attempt:
    """The tasks of one attempt at one step, and where its outcomes leave them."""

    entry: Task
    exits: tuple[Exit, ...]


@dataclass(frozen=True)
class Site:
    """Where an attempt is built: the SOP, its step, which attempt, and whether the case may still go back from here."""

    spec: Spec
    step: Step
    place: Place
    may_return: bool
    last_test: bool
    """True at the last attempt that a test has without a person's word."""

    @property
    def stem(self) -> str:
        """Task id of the attempt; the first carries the step's own id."""
        return self.step.task_id if self.place.attempt == 1 else f"{self.step.task_id}_percobaan_{self.place.attempt}"

    @property
    def title(self) -> str:
        """Name shown in the graph."""
        number = f"{self.step.no} (percobaan {self.place.attempt})" if self.place.attempt > 1 else str(self.step.no)
        return f"{number}. {short(self.step.kegiatan)}"

    def part(self, name: str) -> str:
        """Name of one of several tasks of the attempt, shown in the graph."""
        return f"{self.title.partition('. ')[0]}. {name}"


def work(site: Site, task_id: str, kerja: str, title: str, **settings: Any) -> StepOperator:
    """Return a task that does one piece of a step's work."""
    return StepOperator(
        task_id=task_id, task_display_name=title, slug=site.spec.slug, langkah=site.step.no,
        percobaan=site.place.attempt, kerja=kerja, spec_digest=site.spec.digest, trigger_rule=RULE, retries=RETRIES,
        retry_delay=timedelta(seconds=10), doc_md=sheet_row(site.step), **settings,
    )  # fmt: skip


def list_services(site: Site, task_id: str, kerja: str, title: str) -> ListOperator:
    """Return the task that names the services a step goes through."""
    return ListOperator(
        task_id=task_id, task_display_name=title, slug=site.spec.slug, langkah=site.step.no,
        percobaan=site.place.attempt, kerja=kerja, spec_digest=site.spec.digest, trigger_rule=RULE, retries=RETRIES,
        retry_delay=timedelta(seconds=10), doc_md=sheet_row(site.step),
    )  # fmt: skip


def one_service(site: Site, task_id: str, kerja: str, title: str, listing: ListOperator) -> Any:
    """Return the task that is mapped over the services; one that hangs is ended, and holds up nobody else."""
    partial = ServiceOperator.partial(
        task_id=task_id, task_display_name=title, slug=site.spec.slug, langkah=site.step.no,
        percobaan=site.place.attempt, kerja=kerja, spec_digest=site.spec.digest, retries=RETRIES,
        retry_delay=timedelta(seconds=10), execution_timeout=LONGEST_LOOK, max_active_tis_per_dagrun=AT_ONCE,
        map_index_template="{{ task.layanan }}", doc_md=sheet_row(site.step),
    )  # fmt: skip
    return partial.expand(layanan=listing.output)


def call_other(site: Site, task_id: str, title: str) -> CallOperator:
    """Return the task that carries another SOP out."""
    return CallOperator(
        task_id=task_id, task_display_name=title, slug=site.spec.slug, langkah=site.step.no,
        percobaan=site.place.attempt, kerja="jalankan_sop", spec_digest=site.spec.digest, trigger_rule=RULE,
        retries=RETRIES, retry_delay=timedelta(seconds=10), doc_md=sheet_row(site.step),
    )  # fmt: skip


def gate(  # noqa: PLR0913  # all but three are keywords
    site: Site,
    task_id: str,
    gerbang: str,
    title: str,
    *,
    judul: str,
    role: str,
    pilihan: list[str],
    wajib_catatan: list[str],
    isian: Mapping[str, Any],
    wajib_isian: list[str] | None = None,
) -> GateOperator:
    """Return a gate."""
    return GateOperator(
        task_id=task_id, task_display_name=title, slug=site.spec.slug, langkah=site.step.no,
        percobaan=site.place.attempt, gerbang=gerbang, peran=role, pilihan=pilihan, wajib_catatan=wajib_catatan,
        isian=isian, wajib_isian=wajib_isian or [], judul=judul, spec_digest=site.spec.digest, trigger_rule=RULE,
        retries=RETRIES, retry_delay=timedelta(seconds=5), doc_md=sheet_row(site.step),
    )  # fmt: skip


def single(kerja: str) -> Callable[[Site], Attempt]:
    """Return the builder of a kind that is one task with one way on."""

    def build(site: Site) -> Attempt:
        task = work(site, site.stem, kerja, site.title)
        return Attempt(task, (Exit(SELALU, task),))

    return build


def short(text: str) -> str:
    """Shorten an activity for the graph at a word's end."""
    first = text.split(".", maxsplit=1)[0].split(", apabila", maxsplit=1)[0]
    return first if len(first) <= _SHOWN else first[: _SHOWN - 3].rsplit(" ", 1)[0] + " …"


def sheet_row(step: Step) -> str:
    """Say on the task what the SOP's sheet says of its step."""
    inputs = "; ".join(item.nama for item in step.kelengkapan) or "-"
    return (
        f"**Langkah {step.no}** — {step.kegiatan}\n\n- Pelaksana: {step.pelaksana}\n- Kelengkapan: {inputs}\n"
        f"- Waktu: {step.waktu}\n- Output: {'; '.join(step.output) or '-'}"
    )
