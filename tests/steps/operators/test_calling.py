"""Waiting for another SOP's run: an end is an end, a run that was deleted has failed, and nothing else is one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from laksana.errors import AirflowApiError, CaseFileError, LaksanaError, SettingsError, SpecError
from laksana.settings import current
from laksana.steps.operators.calling import RunEnded
from laksana.steps.operators.ways import as_airflow_error
from tests.test_airflow_client import Api

SLUG, RUN = "pemeliharaan-layanan-hosting", "SD-2026-000001-05"
PATH = f"/api/v2/dags/{SLUG}/dagRuns/{RUN}"


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    server = Api()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    (tmp_path / "password").write_text(server.password)
    monkeypatch.setenv("LAKSANA_AIRFLOW_API_URL", server.url)
    monkeypatch.setenv("LAKSANA_AIRFLOW_API_PASSWORD_FILE", str(tmp_path / "password"))
    current.cache_clear()
    yield server
    current.cache_clear()
    server.shutdown()
    thread.join()
    server.server_close()


async def first_event(seconds: float) -> str:
    async with asyncio.timeout(seconds):
        async for event in RunEnded(SLUG, RUN).run():
            return str(event.payload["state"])
    return ""


@pytest.mark.parametrize(
    ("status", "state", "expected"), [(200, "success", "success"), (200, "failed", "failed"), (404, "", "failed")]
)
def test_end_of_the_run_is_told(api: Api, status: int, state: str, expected: str) -> None:
    api.answers["GET", PATH] = (status, {"state": state})

    assert asyncio.run(first_event(5)) == expected


@pytest.mark.parametrize(("status", "state"), [(200, "running"), (200, "queued"), (503, "")])
def test_run_that_goes_on_and_an_api_that_is_away_are_waited_for(api: Api, status: int, state: str) -> None:
    api.answers["GET", PATH] = (status, {"state": state})

    with pytest.raises(TimeoutError):
        asyncio.run(first_event(0.3))


def test_trigger_is_made_anew_from_what_airflow_keeps() -> None:
    path, arguments = RunEnded(SLUG, RUN).serialize()

    assert path == "laksana.steps.operators.calling.RunEnded"
    assert RunEnded(**arguments).serialize() == (path, arguments)


@pytest.mark.parametrize("error", [SpecError([]), SettingsError("x"), CaseFileError("x")], ids=type)
def test_what_a_person_must_mend_is_not_tried_again(error: LaksanaError) -> None:
    assert isinstance(as_airflow_error(error), AirflowFailException)


def test_what_may_pass_by_itself_is_tried_again() -> None:
    found = as_airflow_error(AirflowApiError("away"))

    assert isinstance(found, AirflowException)
    assert not isinstance(found, AirflowFailException)
    assert str(found) == "away"
