"""The operator that carries another SOP out, and waits for its end without holding a worker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

from airflow.sdk.exceptions import AirflowException
from airflow.triggers.base import BaseTrigger, TriggerEvent

from laksana.errors import AirflowApiError, LaksanaError
from laksana.settings import current
from laksana.steps.opening import case_of, finish, tell_stuck
from laksana.steps.operators.ways import as_airflow_error, take_way
from laksana.steps.operators.working import StepOperator

_PAUSE = 3.0
_OVER = frozenset({"success", "failed"})
_NOT_FOUND = 404
_log = logging.getLogger(__name__)


class CallOperator(StepOperator):
    """Starts the run of another SOP for this case, and goes on when it has ended."""

    def execute(self, context: Any) -> dict[str, Any]:
        """Start the other SOP, or go on at once where it is not to be called (rulings R9 and R10)."""
        from laksana.steps.upkeep.calls import start_call

        case = None
        try:
            case = case_of(self, context)
            case.require_inputs()
            call = start_call(case)
        except LaksanaError as error:
            tell_stuck(case)
            raise as_airflow_error(error) from error
        if call is None:
            return self.resume(context, {"state": ""})
        self.defer(trigger=RunEnded(dag_id=call.slug, run_id=call.run_id), method_name="resume")
        raise AssertionError  # defer never returns

    def resume(self, context: Any, event: dict[str, Any]) -> dict[str, Any]:
        """Take what the other SOP left, and the way that follows from it."""
        from laksana.steps.upkeep.calls import end_call

        case = case_of(self, context)
        try:
            outcome = end_call(case, str(event["state"]))
            finish(case, outcome)
        except LaksanaError as error:
            tell_stuck(case)
            raise AirflowException(str(error)) from error
        if self.ways:
            take_way(self, context, self.ways[outcome.hasil])
        return {"hasil": outcome.hasil, "keterangan": outcome.keterangan}


class RunEnded(BaseTrigger):  # type: ignore[misc]  # mypy does not follow Airflow
    """Fires when a DAG run has ended; an API server that is away for a while is waited for."""

    def __init__(self, dag_id: str, run_id: str) -> None:
        super().__init__()
        self.dag_id = dag_id
        self.run_id = run_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what the triggerer needs to make it anew."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {"dag_id": self.dag_id, "run_id": self.run_id}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Ask Airflow for the run's state until it is over."""
        from laksana.office import Office

        office = Office(current())
        while True:
            state = await asyncio.to_thread(self._state, office)
            if state in _OVER:
                yield TriggerEvent({"state": state})
                return
            await asyncio.sleep(_PAUSE)

    def _state(self, office: Any) -> str:
        """Return the run's state, empty while nobody can tell; a run that was deleted has failed."""
        try:
            return str(office.airflow().run(self.dag_id, self.run_id)["state"])
        except AirflowApiError as error:
            if error.status == _NOT_FOUND:
                return "failed"
            _log.warning("%s %s: %s", self.dag_id, self.run_id, error)
            return ""
