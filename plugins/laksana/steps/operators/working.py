"""The operator that carries out one piece of a step's work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.bases.branch import BranchMixIn

from laksana.errors import LaksanaError
from laksana.steps.case import Case, Outcome
from laksana.steps.opening import case_of, finish, tell_stuck
from laksana.steps.operators.ways import as_airflow_error, take_way


class StepOperator(BaseOperator, BranchMixIn):  # type: ignore[misc]  # mypy does not follow Airflow
    """Carries out one piece of a step's work and takes the way that its outcome names."""

    inherits_from_skipmixin = True

    def __init__(self, *, slug: str, langkah: int, percobaan: int, kerja: str, spec_digest: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slug = slug
        self.langkah = langkah
        self.percobaan = percobaan
        self.kerja = kerja
        self.spec_digest = spec_digest
        self.ways: dict[str, str] = {}
        self.stopped = False

    def on_kill(self) -> None:
        """End a running playbook when the task is ended from outside; the retry finds the names unlocked."""
        self.stopped = True

    def execute(self, context: Any) -> dict[str, Any]:
        """Do the work; its result goes into the case file first and to Airflow after."""
        from laksana.steps.kinds import WORK

        work: Callable[[Case], Outcome] = WORK[self.kerja]
        case = None
        try:
            case = case_of(self, context)
            case = replace(case, cancelled=lambda: self.stopped)
            case.require_inputs()
            outcome = work(case)
            finish(case, outcome)
        except LaksanaError as error:
            tell_stuck(case)
            raise as_airflow_error(error) from error
        if self.ways:
            take_way(self, context, self.ways[outcome.hasil])
        return {"hasil": outcome.hasil, "keterangan": outcome.keterangan}
