"""Which way a case takes when a task is done, and which of our errors Airflow may try again."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from airflow.sdk.exceptions import AirflowException, AirflowFailException, DownstreamTasksSkipped

from laksana.errors import CaseFileError, LaksanaError, RoundError, SettingsError, SpecError, VersionError

END = ""
"""The way that ends the case; a task's other ways are task ids."""
_PERMANENT = (SpecError, VersionError, SettingsError, CaseFileError, RoundError)


def take_way(operator: Any, context: Any, target: str) -> None:
    """Go one way, and skip all that can't be reached from there any more: everything, where the way ends the case.

    A case is at one place at a time. Airflow's own branching skips direct followers only: a join further on would run,
    because another of its ways had been successful once: a request returned and then withdrawn was carried out.
    """
    reachable = {target, *operator.dag.get_task(target).get_flat_relative_ids(upstream=False)} if target else set()
    lost = sorted(operator.get_flat_relative_ids(upstream=False) - reachable)
    with suppress(DownstreamTasksSkipped):  # names the direct followers only
        operator.do_branch(context, target or None)
    if lost:
        raise DownstreamTasksSkipped(tasks=[(task_id, -1) for task_id in lost])


def as_airflow_error(error: LaksanaError) -> Exception:
    """Return Airflow's error for one of ours: what a person must mend is not tried again."""
    kind = AirflowFailException if isinstance(error, _PERMANENT) else AirflowException
    return kind(str(error))  # type: ignore[no-any-return]  # mypy does not follow Airflow
