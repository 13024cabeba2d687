"""The people of a scenario at the HTTP doors: Airflow's REST API and Laksana's own, each under their own login."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import date
from typing import Any

import requests

from laksana.database.connection import open_database
from laksana.posts.holders import Holders, Holding
from tests.stack.configuration import REPOSITORY
from tests.stack.stack import Stack

LOGINS = {
    "pemohon": "kabid.spbe",
    "kabid-ti": "kabid.ti",
    "pranata-komputer-ahli-muda": "pranata",
    "analis-sistem-informasi": "analis",
}
"""Who acts for a role of SOP 11."""
OTHER_APPLICANT = "kabid.spbe.lain"
_UNAUTHORISED = 401
_TIMEOUT = 30


class Person:
    """One login; calls any path of the API server, and the answers are the caller's to judge."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.username = username
        self._url = url
        self._password = password
        self._token = ""

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Call a path; an expired token is renewed once."""
        if not self._token:
            self._log_in()
        response = self._send(method, path, **options)
        if response.status_code == _UNAUTHORISED:
            self._log_in()
            response = self._send(method, path, **options)
        return response

    def get(self, path: str, **params: Any) -> requests.Response:
        """Read something."""
        return self.call("GET", path, params=params)

    def _log_in(self) -> None:
        body = {"username": self.username, "password": self._password}
        answer = anonymous("POST", f"{self._url}/auth/token", json=body)
        answer.raise_for_status()
        self._token = answer.json()["access_token"]

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}", **options.pop("headers", {})}
        return anonymous(method, f"{self._url}{path}", headers=headers, **options)


def anonymous(method: str, url: str, **options: Any) -> requests.Response:
    """Call an address without a login, and without a proxy of the machine; one session a call suits any thread."""
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, timeout=_TIMEOUT, **options)


class People:
    """Every login of a stack, opened once."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._known: dict[str, Person] = {}
        self._lock = threading.Lock()

    def __getitem__(self, who: str) -> Person:
        """Return who acts for a role, or has a login."""
        username = LOGINS.get(who, who)
        with self._lock:
            if username not in self._known:
                self._known[username] = Person(self._stack.api_url, username, self._stack.password(username))
            return self._known[username]


def open_second_applicant(stack: Stack) -> None:
    """Make the account of an applicant from another office; again, it changes nothing."""
    holding = Holding(
        role="kabid-spbe", username=OTHER_APPLICANT, name="Yusuf Hidayat, S.T.", rank="", nip="",
        agency="Dinas Pertanian", valid_from=date(2026, 1, 1),
    )  # fmt: skip
    Holders(open_database(stack.database_url)).enter([holding])
    environment = {**os.environ, **stack.environment}
    command = [sys.executable, "-m", "tests.scenarios.second_applicant"]
    subprocess.run(command, env=environment, cwd=REPOSITORY, check=True, capture_output=True)
