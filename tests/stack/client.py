"""A person at Airflow's REST API: logs in with a password, keeps the token; the answers are the caller's to judge."""

from __future__ import annotations

from typing import Any

import requests

from tests.stack.failures import StackError

_TIMEOUT = 30
_UNAUTHORISED = 401


class Client:
    """Calls ``/api/v2`` under one account's rights."""

    def __init__(self, api_url: str, username: str, password: str) -> None:
        self.username = username
        self._api_url = api_url
        self._password = password
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the machine has no business with 127.0.0.1

    def get(self, path: str, **params: Any) -> requests.Response:
        """Read something."""
        return self.call("GET", path, params=params)

    def post(self, path: str, body: object) -> requests.Response:
        """Make something."""
        return self.call("POST", path, json=body)

    def patch(self, path: str, body: object) -> requests.Response:
        """Change something."""
        return self.call("PATCH", path, json=body)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Call a path under ``/api/v2``; an expired token is renewed once."""
        if "Authorization" not in self._session.headers:
            self._log_in()
        url = f"{self._api_url}/api/v2{path}"
        response = self._session.request(method, url, timeout=_TIMEOUT, **options)
        if response.status_code == _UNAUTHORISED:
            self._log_in()
            response = self._session.request(method, url, timeout=_TIMEOUT, **options)
        return response

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _log_in(self) -> None:
        body = {"username": self.username, "password": self._password}
        answer = self._session.post(f"{self._api_url}/auth/token", json=body, timeout=_TIMEOUT)
        if not answer.ok:
            raise StackError(f"{self.username} can't log in at {self._api_url}: {answer.status_code} {answer.text}")
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
