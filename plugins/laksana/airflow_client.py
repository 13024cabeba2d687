"""The client of Airflow's public REST API: logs in, starts and reads runs, reads and answers gates; nothing private."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests

from laksana.errors import AirflowApiError

_PAGE = 100


class AirflowClient:
    """Airflow's REST API under one account's own rights."""

    def __init__(self, url: str, username: str, password: str, *, timeout: float = 15.0) -> None:
        self._url = url.rstrip("/")
        self._username = username
        self._password = password
        self._timeout = timeout
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy variable must not send tokens elsewhere

    @classmethod
    def with_token(cls, url: str, token: str) -> AirflowClient:
        """Return a client that acts for a person who is logged in already."""
        client = cls(url, "", "")
        client._session.headers["Authorization"] = f"Bearer {token}"
        return client

    def start_run(self, dag_id: str, run_id: str, conf: Mapping[str, Any]) -> None:
        """Start a DAG run under a given id; one that exists already is fine."""
        body = {"dag_run_id": run_id, "logical_date": None, "conf": dict(conf)}
        self._call("POST", f"/api/v2/dags/{_quoted(dag_id)}/dagRuns", body, allow=(HTTPStatus.CONFLICT,))

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Return a DAG run."""
        return self._call("GET", _run_path(dag_id, run_id))

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the newest try of every task of a run."""
        return list(
            self._pages(f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}/taskInstances", "task_instances")
        )

    def open_gates(self, dag_id: str = "~", run_id: str = "~") -> list[dict[str, Any]]:
        """Return the gates that wait for an answer now, oldest first."""
        path = f"{_run_path(dag_id, run_id)}/hitlDetails?response_received=false&state=awaiting_input"
        return list(self._pages(path, "hitl_details"))

    def answer_gate(  # noqa: PLR0913, PLR0917  # three of them name one gate
        self, dag_id: str, run_id: str, task_id: str, option: str, values: Mapping[str, Any], map_index: int = -1
    ) -> dict[str, Any]:
        """Answer a gate under this account's rights."""
        path = f"{_run_path(dag_id, run_id)}/taskInstances/{_quoted(task_id)}/{map_index}/hitlDetails"
        return self._call("PATCH", path, {"chosen_options": [option], "params_input": dict(values)})

    def _pages(self, path: str, key: str) -> Iterator[dict[str, Any]]:
        joiner = "&" if "?" in path else "?"
        offset = 0
        while True:
            page = self._call("GET", f"{path}{joiner}limit={_PAGE}&offset={offset}")
            yield from page[key]
            offset += _PAGE
            if offset >= int(page["total_entries"]):
                return

    def _call(self, method: str, path: str, body: Any = None, *, allow: tuple[int, ...] = ()) -> dict[str, Any]:
        """Call the API, logging in first where needed and once more where the token has expired."""
        if "Authorization" not in self._session.headers:
            self._log_in()
        response = self._send(method, path, body)
        if response.status_code == HTTPStatus.UNAUTHORIZED and self._username:
            self._log_in()
            response = self._send(method, path, body)
        if response.ok or response.status_code in allow:
            data = self._data(response) if response.content else {}
            return data if isinstance(data, dict) else {"value": data}
        detail = _detail(response)
        raise AirflowApiError(
            f"Airflow answered {response.status_code} to {method} {path.partition('?')[0]}: {detail}",
            status=response.status_code,
            detail=detail,
        )

    def _log_in(self) -> None:
        self._session.headers.pop("Authorization", None)
        response = self._send("POST", "/auth/token", {"username": self._username, "password": self._password})
        if not response.ok:
            raise AirflowApiError(
                f"Airflow refused the login of {self._username!r} ({response.status_code}); "
                "check the account and its password file",
                status=response.status_code,
            )
        self._session.headers["Authorization"] = f"Bearer {self._data(response)['access_token']}"

    def _data(self, response: requests.Response) -> Any:
        try:
            return response.json()
        except ValueError as error:
            raise AirflowApiError(
                f"{self._url} did not answer in JSON; check LAKSANA_AIRFLOW_API_URL", status=response.status_code
            ) from error

    def _send(self, method: str, path: str, body: Any) -> requests.Response:
        try:
            return self._session.request(method, f"{self._url}{path}", json=body, timeout=self._timeout)
        except requests.RequestException as error:
            raise AirflowApiError(
                f"Airflow at {self._url} can't be reached ({type(error).__name__}); check that its API server runs"
            ) from error


def _run_path(dag_id: str, run_id: str) -> str:
    return f"/api/v2/dags/{_quoted(dag_id)}/dagRuns/{_quoted(run_id)}"


def _quoted(part: str) -> str:
    """Make a text one part of an address; an id with a slash must not lead elsewhere."""
    return quote(part, safe="~")


def _detail(response: requests.Response) -> str:
    """Return the API's own words about a refusal, in one line."""
    try:
        detail = response.json().get("detail", "")
    except ValueError:
        detail = response.text
    return " ".join(str(detail).split())[:300]
