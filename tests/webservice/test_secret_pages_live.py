"""The same pages in Airflow's own server, behind its login, its middlewares and its access log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from laksana.office import Office
from laksana.secretstore.store import read_keys
from laksana.settings import Settings
from tests.secretstore.installation import HOSTING, PDN, offer, ticket_of
from tests.secretstore.traces import MARKER, everything_kept
from tests.stack.stack import Stack

pytestmark = pytest.mark.scenario


@pytest.fixture
def office(stack: Stack) -> Iterator[Office]:
    opened = Office(Settings.from_environment(stack.environment))
    yield opened
    opened.database.dispose()


def ask(stack: Stack, method: str, path: str, *, username: str = "", origin: str = "") -> requests.Response:
    """Ask as a person's browser does, with Airflow's cookie."""
    cookies = {"_token": token(stack, username)} if username else {}
    headers = {"Origin": origin or stack.api_url, "Accept": "text/html"}
    url = f"{stack.api_url}/laksana{path}"
    return requests.request(method, url, cookies=cookies, headers=headers, allow_redirects=False, timeout=30)


def token(stack: Stack, username: str) -> str:
    login = {"username": username, "password": stack.password(username)}
    return str(requests.post(f"{stack.api_url}/auth/token", json=login, timeout=30).json()["access_token"])


def test_key_of_the_store_is_made_before_the_first_start(stack: Stack) -> None:
    file = stack.state_dir / "secrets" / "secrets.key"

    assert file.stat().st_mode & 0o777 == 0o600
    read_keys(file)


def test_passwords_leave_once_and_stand_in_no_log(stack: Stack, office: Office) -> None:
    ticket = ticket_of(office, HOSTING)
    offer(office, ticket)
    page = f"/sandi/{ticket.number}"

    look = ask(stack, "GET", page)
    assert (look.status_code, "/auth/login" in look.headers["Location"]) == (302, True)
    assert [ask(stack, method, page).status_code for method in ("HEAD", "POST")] == [405, 401]
    assert [ask(stack, "POST", page, username=name).status_code for name in ("analis", "admin", "auditor")] == [404] * 3
    assert ask(stack, "POST", page, username="kabid.spbe", origin="https://situs.example").status_code == 403
    assert MARKER not in ask(stack, "GET", page, username="kabid.spbe").text
    shown, again = (ask(stack, "POST", page, username="kabid.spbe") for _ in range(2))

    assert (shown.status_code, MARKER in shown.text, shown.headers["Cache-Control"]) == (200, True, "no-store")
    assert (again.status_code, MARKER in again.text) == (409, False)
    assert_nothing_left(stack, office, MARKER)


def test_code_opens_without_a_login_and_stands_in_no_log(stack: Stack, office: Office) -> None:
    ticket = ticket_of(office, PDN)
    offer(office, ticket)
    code = office.handovers.renew(ticket.number, at=office.now(), until=office.now() + timedelta(days=1))
    url = f"{stack.api_url}/laksana/sandi/buka"

    form = {"tiket": ticket.number, "kode": code}
    shown, again = (requests.post(url, data=form, timeout=30) for _ in range(2))

    assert (shown.status_code, MARKER in shown.text) == (200, True)
    assert (again.status_code, MARKER in again.text) == (404, False)
    assert_nothing_left(stack, office, MARKER)
    assert_nothing_left(stack, office, code)


def assert_nothing_left(stack: Stack, office: Office, secret: str) -> None:
    """Look into every log and every row."""
    logs = [file for file in (stack.state_dir / "logs").rglob("*") if file.is_file()]

    assert stack.log("api-server") in logs
    assert [file.name for file in logs if secret.encode() in file.read_bytes()] == []
    assert secret not in everything_kept(office.database)
