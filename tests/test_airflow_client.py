"""The REST client against a small server of its own: tokens, pages, addresses, and what a refusal says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from laksana.airflow_client import AirflowClient
from laksana.errors import AirflowApiError


class Api(ThreadingHTTPServer):
    """Answers like Airflow's API: a token lasts for ``token_lasts`` calls, ``answers`` are given by method and path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls: list[tuple[str, str, Any]] = []
        self.answers: dict[tuple[str, str], tuple[int, Any]] = {}
        self.tokens = 0
        self.token_lasts = 1000
        self.password = "rahasia-uji"  # noqa: S105  # this server's own

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def client(self, password: str = "rahasia-uji") -> AirflowClient:  # noqa: S107  # this server's own
        return AirflowClient(self.url + "/", "laksana", password, timeout=5)


class Handler(BaseHTTPRequestHandler):
    server: Api

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        status, data = self._answer(body)
        text = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_PATCH = do_GET  # noqa: N815  # the server's own names

    def _answer(self, body: Any) -> tuple[int, Any]:
        api = self.server
        if self.path == "/auth/token":
            if body["password"] != api.password:
                return 401, {"detail": "Invalid credentials"}
            api.tokens += 1
            return 201, {"access_token": f"token-{api.tokens}-{len(api.calls)}"}
        api.calls.append((self.command, self.path, body))
        _, number, given = self.headers["Authorization"].split("-")
        if int(number) != api.tokens or len(api.calls) - int(given) > api.token_lasts:
            return 401, {"detail": "expired"}
        return api.answers.get((self.command, self.path), (404, {"detail": "Not Found"}))

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def api() -> Iterator[Api]:
    server = Api()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


RUN = "/api/v2/dags/sop/dagRuns/SD-2026-000001"


def test_run_is_started_under_the_tickets_number(api: Api) -> None:
    api.answers["POST", "/api/v2/dags/sop/dagRuns"] = (200, {})

    api.client().start_run("sop", "SD-2026-000001", {"label": "perikanan"})

    body = {"dag_run_id": "SD-2026-000001", "logical_date": None, "conf": {"label": "perikanan"}}
    assert api.calls == [("POST", "/api/v2/dags/sop/dagRuns", body)]


def test_run_that_exists_is_fine(api: Api) -> None:
    api.answers["POST", "/api/v2/dags/sop/dagRuns"] = (409, {"detail": "exists"})

    api.client().start_run("sop", "SD-2026-000001", {})


def test_one_login_serves_many_calls_and_an_expired_token_one_more(api: Api) -> None:
    api.answers["GET", RUN] = (200, {"state": "running"})
    client = api.client()
    for _ in range(3):
        client.run("sop", "SD-2026-000001")
    assert api.tokens == 1

    api.token_lasts = 2
    assert client.run("sop", "SD-2026-000001") == {"state": "running"}
    assert api.tokens == 2


def test_every_page_is_read(api: Api) -> None:
    for offset, count in ((0, 100), (100, 100), (200, 7)):
        rows = [{"task_id": f"t{offset + number}"} for number in range(count)]
        api.answers["GET", f"{RUN}/taskInstances?limit=100&offset={offset}"] = (
            200, {"task_instances": rows, "total_entries": 207},
        )  # fmt: skip

    found = api.client().task_instances("sop", "SD-2026-000001")

    assert [row["task_id"] for row in found] == [f"t{number}" for number in range(207)]


def test_ids_can_not_lead_to_another_address(api: Api) -> None:
    with pytest.raises(AirflowApiError):
        api.client().run("sop", "manual__2026-11-23T01:00:00+00:00/../../../variables?x")

    assert api.calls[0][1] == (
        "/api/v2/dags/sop/dagRuns/manual__2026-11-23T01%3A00%3A00%2B00%3A00%2F..%2F..%2F..%2Fvariables%3Fx"
    )


def test_gate_is_answered_with_one_option_and_its_values(api: Api) -> None:
    path = f"{RUN}/taskInstances/langkah_02/-1/hitlDetails"
    api.answers["PATCH", path] = (200, {"chosen_options": ["Tolak"]})

    api.client().answer_gate("sop", "SD-2026-000001", "langkah_02", "Tolak", {"catatan": "tidak layak"})

    assert api.calls == [("PATCH", path, {"chosen_options": ["Tolak"], "params_input": {"catatan": "tidak layak"}})]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((403, {"detail": "Forbidden"}), f"Airflow answered 403 to GET {RUN}: Forbidden"),
        ((500, b"<html>\n  oh no\n</html>"), f"Airflow answered 500 to GET {RUN}: <html> oh no </html>"),
    ],
)
def test_refusal_is_one_line_with_its_status(api: Api, answer: tuple[int, Any], said: str) -> None:
    api.answers["GET", RUN] = answer

    with pytest.raises(AirflowApiError) as caught:
        api.client().run("sop", "SD-2026-000001")

    assert (str(caught.value), caught.value.status) == (said, answer[0])


def test_refused_login_names_the_account_and_keeps_the_password(api: Api) -> None:
    with pytest.raises(AirflowApiError, match="refused the login of 'laksana'") as caught:
        api.client("salah-sandi").run("sop", "x")

    assert caught.value.status == 401
    assert "salah-sandi" not in str(caught.value)


def test_server_that_is_away_is_one_line() -> None:
    client = AirflowClient("http://127.0.0.1:9", "laksana", "rahasia-uji", timeout=2)

    with pytest.raises(AirflowApiError, match=r"^Airflow at http://127.0.0.1:9 can't be reached") as caught:
        client.run("sop", "x")

    assert caught.value.status == 0


def test_server_that_is_not_airflow_is_one_line(api: Api) -> None:
    api.answers["GET", RUN] = (200, b"<html>Selamat datang</html>")

    with pytest.raises(AirflowApiError, match=r"did not answer in JSON; check LAKSANA_AIRFLOW_API_URL"):
        api.client().run("sop", "SD-2026-000001")
