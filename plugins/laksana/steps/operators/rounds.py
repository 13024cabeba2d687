"""The operators that go through services: one names them, the other does one piece of work for one of them.

Airflow maps the second over what the first returns: each service has a task instance of its own, so that a slow or
broken one holds up nobody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from airflow.sdk import BaseOperator

from laksana.errors import LaksanaError
from laksana.steps.case import Case
from laksana.steps.opening import case_of, tell_stuck
from laksana.steps.operators.ways import as_airflow_error


class ListOperator(BaseOperator):  # type: ignore[misc]  # mypy does not follow Airflow
    """Returns the keys of the services that a step goes through, e.g. ``hosting/perikanan``."""

    def __init__(self, *, slug: str, langkah: int, percobaan: int, kerja: str, spec_digest: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slug = slug
        self.langkah = langkah
        self.percobaan = percobaan
        self.kerja = kerja
        self.spec_digest = spec_digest
        self.ways: dict[str, str] = {}

    def execute(self, context: Any) -> list[str]:
        """Return the services."""
        from laksana.steps.upkeep.tables import SELECTIONS

        select: Callable[[Case], list[str]] = SELECTIONS[self.kerja]
        case = None
        try:
            case = case_of(self, context)
            case.require_inputs()
            return select(case)
        except LaksanaError as error:
            tell_stuck(case)
            raise as_airflow_error(error) from error


class ServiceOperator(BaseOperator):  # type: ignore[misc]  # mypy does not follow Airflow
    """Does one piece of work for one service; what comes of it is an observation, the step's outcome follows later."""

    template_fields = ("layanan",)

    def __init__(  # noqa: PLR0913  # all are keywords, plain JSON each
        self, *, slug: str, langkah: int, percobaan: int, kerja: str, spec_digest: str, layanan: str, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.slug = slug
        self.langkah = langkah
        self.percobaan = percobaan
        self.kerja = kerja
        self.spec_digest = spec_digest
        self.layanan = layanan
        self.stopped = False

    def on_kill(self) -> None:
        """End a running playbook when the task is ended from outside."""
        self.stopped = True

    def execute(self, context: Any) -> None:
        """Do the work for the one service."""
        from laksana.steps.upkeep.tables import EACH

        work: Callable[[Case, str], None] = EACH[self.kerja]
        try:
            case = case_of(self, context)
            work(replace(case, cancelled=lambda: self.stopped), self.layanan)
        except LaksanaError as error:
            raise as_airflow_error(error) from error
