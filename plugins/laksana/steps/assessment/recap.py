"""The recap of a quarter: how many cases each SOP had, how many are done, and how long repairs took (SOP 14 step 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from laksana.errors import CaseFileError, WorktimeError
from laksana.spec import list_specs
from laksana.spec.model import SELALU
from laksana.steps.case import Outcome
from laksana.worktime.quarters import Quarter

if TYPE_CHECKING:
    from laksana.monitoring.outages import Outage
    from laksana.steps.case import Case

RECAP = "rekapitulasi triwulan"
QUARTER = "triwulan"
"""Key of the run's conf that names another quarter than the last one that is over."""
_SECONDS_A_MINUTE = 60


@dataclass(frozen=True)
class Recap:
    """What our own records say of a quarter."""

    quarter: Quarter
    cases: tuple[tuple[str, int, int], ...]
    """SOP, cases opened in the quarter, how many of them are closed; in the SOPs' order, those with none left out."""
    outages: int
    """Outages that began in the quarter."""
    ended: int
    """How many of them are over."""
    repair_minutes: int
    """Mean length of those that are over, in minutes of the clock; 0 where there is none."""

    @property
    def opened(self) -> int:
        """Cases of all SOPs."""
        return sum(opened for _, opened, _ in self.cases)

    @property
    def closed(self) -> int:
        """Closed cases of all SOPs."""
        return sum(closed for _, _, closed in self.cases)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON data."""
        return {
            QUARTER: str(self.quarter), "kasus": [list(row) for row in self.cases], "gangguan": self.outages,
            "gangguan_selesai": self.ended, "menit_perbaikan": self.repair_minutes,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Recap:
        """Build it from such data."""
        cases = tuple((str(title), int(opened), int(closed)) for title, opened, closed in data["kasus"])
        return cls(
            Quarter.read(data[QUARTER]), cases, data["gangguan"], data["gangguan_selesai"], data["menit_perbaikan"]
        )


def take_recap(case: Case) -> Outcome:
    """Count the quarter's cases and outages, and keep them: what comes later does not change this evaluation.

    Raises:
        CaseFileError: the evaluation was started for something that is no quarter, or for one that is still to come.
    """
    zone = ZoneInfo(case.office.settings.timezone)
    quarter = quarter_of(case)
    start, end = quarter.moments(zone)
    counts = case.office.desk.counts(start, end)
    outages = case.office.outages.begun_between(start, end)
    recap = Recap(quarter, _by_sop(case, counts), *_repairs(outages))
    record = recap.to_json()
    case.casefile.put(RECAP, record, step=case.step.no, attempt=case.attempt, at=case.now)
    text = f"rekapitulasi {quarter.title}: {recap.opened} kasus, {recap.outages} gangguan"
    return Outcome(SELALU, text, dict.fromkeys(case.step.output, record))


def quarter_of(case: Case) -> Quarter:
    """Return the quarter that an evaluation is about: the one it was started for, or the last one that was over then.

    Raises:
        CaseFileError: it was started for something that is no quarter, or for one that is still to come.
    """
    opened = _local_day(case, case.ticket.opened_at)
    asked = case.ticket.data.get(QUARTER)
    if not asked:
        return Quarter.before(opened)
    try:
        quarter = Quarter.read(str(asked))
    except WorktimeError as error:
        raise CaseFileError(f"{case.ticket.number}: {error}") from error
    if quarter > Quarter.of(opened):
        raise CaseFileError(
            f"{case.ticket.number}: quarter {quarter} is still to come (allowed: up to {Quarter.of(opened)})"
        )
    return quarter


def recap_of(case: Case) -> Recap:
    """Return what step 1 has counted.

    Raises:
        CaseFileError: it has not been counted yet.
    """
    return Recap.from_json(case.casefile.get(RECAP).record)


def _by_sop(case: Case, counts: dict[str, tuple[int, int]]) -> tuple[tuple[str, int, int], ...]:
    """Name the SOPs in the order of their numbers; one whose file is gone goes by its slug."""
    specs = sorted(list_specs(case.office.settings.specs_dir)[0], key=lambda spec: spec.urutan)
    names = {spec.slug: spec.title for spec in specs if spec.slug != case.spec.slug}
    gone = {slug: slug for slug in sorted(set(counts) - set(names) - {case.spec.slug})}
    return tuple((name, *counts[slug]) for slug, name in (names | gone).items() if slug in counts)


def _repairs(outages: list[Outage]) -> tuple[int, int, int]:
    """Return how many outages there were, how many are over, and their mean length in minutes."""
    lengths = [(item.ended_at - item.began_at).total_seconds() for item in outages if item.ended_at]
    mean = round(sum(lengths) / len(lengths) / _SECONDS_A_MINUTE) if lengths else 0
    return len(outages), len(lengths), mean


def _local_day(case: Case, moment: datetime) -> Any:
    return moment.astimezone(ZoneInfo(case.office.settings.timezone)).date()
