"""Whether backups are fresh, whole and had again: a Great Expectations suite over what was found out about them.

Each service is a row, each demand an expectation. How a service stands follows from the rows that an expectation names
as unexpected, and from nothing else: an expectation that is taken out finds nothing any more.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from laksana.errors import CheckError
from laksana.records import BackupEvidence, BackupJudgement, BackupVerdict, Snapshot

FRESH, STALE, BROKEN, MISSING = "segar", "usang", "rusak", "tidak-ada"
WORST_FIRST = (MISSING, BROKEN, STALE)
SMALLEST_PART = 0.5
"""A snapshot below this part of the earlier ones' median has lost something."""
_CLOCKS_APART = timedelta(days=1)
_ROW = "baris"
_NUMBERS = ("ukuran", "berkas", "bagian", "jalur_hilang")
_FLAGS = ("repositori_utuh", "pulih")


@dataclass(frozen=True)
class Demand:
    """One thing that is expected of each service's backups."""

    column: str
    expectation: str
    """Name of Great Expectations' class."""
    arguments: Mapping[str, Any]
    state: str
    """How a service stands that does not fulfil it."""
    meaning: str
    """What is expected, in Bahasa Indonesia."""


def judge_backups(evidence: Sequence[BackupEvidence], *, cutoff: datetime, at: datetime) -> BackupVerdict:
    """Judge the backups of all services at a moment; a snapshot made exactly at ``cutoff`` is still fresh.

    Raises:
        CheckError: a time has no zone, or an expectation could not be evaluated.
    """
    if cutoff.tzinfo is None or at.tzinfo is None:
        raise CheckError(f"cutoff {cutoff.isoformat()} and time {at.isoformat()}: each needs its time zone")
    demands = demanded(cutoff=cutoff, at=at)
    validation = _validate([_row(number, item) for number, item in enumerate(evidence)], demands)
    failed = _failed(validation)
    services = tuple(_judgement(item, failed.get(number, []), at=at) for number, item in enumerate(evidence))
    return BackupVerdict(all(service.state == FRESH for service in services), services, validation)


def demanded(*, cutoff: datetime, at: datetime) -> tuple[Demand, ...]:
    """Return what is expected of each service's backups, the worst to miss first."""
    between, yes = "ExpectColumnValuesToBeBetween", ("ExpectColumnValuesToBeInSet", {"value_set": [True]})
    since = f"{cutoff:%d-%m-%Y %H.%M.%S} ({cutoff.tzname()})"
    newest = "cadangan terbaru"
    return (
        Demand("terbaru", "ExpectColumnValuesToNotBeNull", {}, MISSING, "ada cadangan"),
        Demand("terbaru", between, {"min_value": cutoff}, STALE, f"{newest} dibuat pada atau sesudah {since}"),
        Demand("terbaru", between, {"max_value": at + _CLOCKS_APART}, BROKEN, f"{newest} tidak dari masa depan"),
        Demand("ukuran", between, {"min_value": 1}, BROKEN, f"{newest} berisi data"),
        Demand("berkas", between, {"min_value": 1}, BROKEN, f"{newest} berisi berkas"),
        Demand("bagian", between, {"min_value": SMALLEST_PART}, BROKEN,
               f"{newest} sedikitnya separuh ukuran median cadangan sebelumnya"),
        Demand("jalur_hilang", between, {"max_value": 0}, BROKEN, f"semua jalur wajib ada dalam {newest}"),
        Demand("repositori_utuh", *yes, BROKEN, "data repositori utuh saat dibaca ulang"),
        Demand("pulih", *yes, BROKEN, "berkas contoh yang dipulihkan sama dengan saat dicadangkan"),
    )  # fmt: skip


def _row(number: int, evidence: BackupEvidence) -> dict[str, Any]:
    """Lay a service's evidence out as a row; what can't be known is null, and expected of nobody."""
    newest, earlier = _newest(evidence), [item.size for item in evidence.snapshots[:-1] if item.size > 0]
    median = statistics.median(earlier) if earlier else None
    return {
        _ROW: number,
        "layanan": f"{evidence.kind}/{evidence.name}",
        "terbaru": datetime.fromisoformat(newest.at) if newest else None,
        "ukuran": newest.size if newest else None,
        "berkas": newest.files if newest else None,
        "bagian": newest.size / median if newest and median else None,
        "jalur_hilang": len(evidence.missing_paths),
        "repositori_utuh": evidence.repository_ok,
        "pulih": evidence.restore_ok,
    }


def _newest(evidence: BackupEvidence) -> Snapshot | None:
    """Return the newest snapshot."""
    return evidence.snapshots[-1] if evidence.snapshots else None


def _validate(rows: Sequence[Mapping[str, Any]], demands: Sequence[Demand]) -> dict[str, Any]:
    """Have Great Expectations evaluate every demand on every row; it is loaded here alone, for it takes seconds."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # before the import: it reports to its makers otherwise
    import great_expectations as gx
    from great_expectations import expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("laksana").add_dataframe_asset("cadangan")
    batch = asset.add_batch_definition_whole_dataframe("putaran").get_batch({"dataframe": _frame(rows)})
    suite = gx.ExpectationSuite(
        name="cadangan",
        expectations=[
            getattr(expectations, demand.expectation)(
                column=demand.column, meta={"keadaan": demand.state, "makna": demand.meaning}, **demand.arguments
            )
            for demand in demands
        ],
    )
    form = {"result_format": "COMPLETE", "unexpected_index_column_names": [_ROW, "layanan"]}
    result: Any = batch.validate(suite, result_format=form)
    return dict(result.to_json_dict())


def _frame(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Make a table whose columns have their types even where they are empty."""
    import pandas as pd  # type: ignore[import-untyped]  # pandas brings no types

    frame = pd.DataFrame(list(rows), columns=[_ROW, "layanan", "terbaru", *_NUMBERS, *_FLAGS])
    frame["terbaru"] = pd.to_datetime(frame["terbaru"], utc=True)
    for column in _NUMBERS:
        frame[column] = frame[column].astype("float64")
    for column in _FLAGS:
        frame[column] = frame[column].astype("bool")
    return frame


def _failed(validation: Mapping[str, Any]) -> dict[int, list[Mapping[str, Any]]]:
    """Return for each row the expectations that it does not fulfil.

    Raises:
        CheckError: an expectation could not be evaluated, so that nobody knows.
    """
    failed: dict[int, list[Mapping[str, Any]]] = {}
    for result in validation["results"]:
        config = result["expectation_config"]
        if result["exception_info"].get("raised_exception"):
            said = " ".join(str(result["exception_info"].get("exception_message", "")).split())[:200]
            raise CheckError(f"expectation on {config['kwargs'].get('column')} could not be evaluated: {said}")
        for unexpected in result["result"].get("unexpected_index_list") or []:
            failed.setdefault(int(unexpected[_ROW]), []).append(config)
    return failed


def _judgement(evidence: BackupEvidence, failed: Sequence[Mapping[str, Any]], *, at: datetime) -> BackupJudgement:
    """Say how a service's backups stand, by the expectations that it does not fulfil; the worst one counts."""
    states = {str(config["meta"]["keadaan"]) for config in failed}
    newest = _newest(evidence)
    return BackupJudgement(
        evidence.kind,
        evidence.name,
        next((state for state in WORST_FIRST if state in states), FRESH),
        tuple(_reason(evidence, config, at=at) for config in failed),
        newest.at if newest else "",
        _days(newest, at) if newest else -1,
        newest.size if newest else 0,
    )


def _days(newest: Snapshot, at: datetime) -> int:
    """Return the whole days since a snapshot was made."""
    return max((at - datetime.fromisoformat(newest.at)).days, 0)


def _reason(evidence: BackupEvidence, config: Mapping[str, Any], *, at: datetime) -> str:
    """Say in Bahasa Indonesia what was found in place of what one expectation demands."""
    newest, column = _newest(evidence), str(config["kwargs"]["column"])
    if newest is None:
        return evidence.repository_note or "belum ada cadangan"
    if column == "terbaru" and config["meta"]["keadaan"] == STALE:
        made = datetime.fromisoformat(newest.at).astimezone(at.tzinfo)
        return f"cadangan terbaru berumur {_days(newest, at)} hari (dibuat {made:%d-%m-%Y %H.%M})"
    if column == "bagian":
        part = f"{_row(0, evidence)[column]:.1%}".replace(".", ",")
        return f"ukuran cadangan terbaru hanya {part} dari median sebelumnya ({newest.size} bita)"
    return {
        "terbaru": f"cadangan terbaru bertanggal di masa depan ({newest.at})",
        "ukuran": "cadangan terbaru kosong",
        "berkas": "cadangan terbaru tidak berisi satu berkas pun",
        "jalur_hilang": f"tidak ada dalam cadangan terbaru: {', '.join(evidence.missing_paths)}",
        "repositori_utuh": evidence.repository_note or "repositori cadangan rusak",
        "pulih": evidence.restore_note or "hasil pemulihan berbeda",
    }[column]
