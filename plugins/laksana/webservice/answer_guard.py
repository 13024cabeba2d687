"""Stands before Airflow's own route for gate answers: an answer that breaks the gate's rules is refused there and then.

Airflow alone accepts an empty form, and a bad value would only be noticed after the answer was taken. With this the
person sees at once, in Bahasa Indonesia, what is missing, and the gate stays open. Answers to gates of other DAGs pass.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from fastapi import Request
from jwt import InvalidTokenError

from laksana.errors import LaksanaError, Problem, ServiceDeskError
from laksana.intake.forms import MAX_BYTES, Rule, check_form
from laksana.office import Office
from laksana.request_rules import request_rules
from laksana.servicedesk.api import Ticket
from laksana.settings import Settings, current

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_ANSWER = re.compile(r"^/api/v2/dags/([^/]+)/dagRuns/([^/]+)/taskInstances/([^/]+)/(?:[^/]+/)?hitlDetails/?$")
_drawing = threading.Lock()
"""Airflow keeps the DAG being drawn in a place that all threads share, so one is drawn at a time."""


class AnswerGuard:
    """ASGI middleware that checks answers to Laksana's gates."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let everything pass but an answer that breaks its gate's rules."""
        found = _ANSWER.match(scope.get("path", "")) if scope["type"] == "http" and scope["method"] == "PATCH" else None
        if found is None or not await _is_logged_in(scope):
            await self._app(scope, receive, send)  # Airflow itself sends strangers away
            return
        body, more = await _read(receive)
        if more:
            await _refuse(send, 413, f"jawaban melebihi {MAX_BYTES} bita; ringkas isian")
            return
        dag_id, run_id, task_id = (unquote(part) for part in found.groups())
        try:
            problems = await _in_thread(problems_of_answer, dag_id, run_id, task_id, body)
        except ServiceDeskError:
            problems = []  # no such case: Airflow's own answer says so
        except LaksanaError as error:
            await _refuse(send, 503, f"jawaban belum dapat diperiksa, coba lagi: {error}")
            return
        if problems:
            await _refuse(send, 422, "; ".join(problem.as_words() for problem in problems))
            return
        await self._app(scope, _replay(body, receive), send)


def problems_of_answer(dag_id: str, run_id: str, task_id: str, body: bytes) -> list[Problem]:
    """Return what is wrong with an answer, by the version of the SOP that the case goes by.

    Nothing for gates that Laksana did not draw, and for bodies that Airflow refuses itself.

    Raises:
        ServiceDeskError: the run is no case of ours.
    """
    from laksana.steps.operators import GateOperator

    answer = _parse(body)
    if answer is None:
        return []
    office = Office(current())
    ticket = office.desk.of_run(dag_id, run_id)
    spec = office.spec_of(ticket)
    with _drawing:
        task = _drawn(office.settings, spec.slug, spec.digest).task_dict.get(task_id)
    if not isinstance(task, GateOperator):
        return []
    outcome, values = answer
    if outcome not in task.pilihan:
        return []
    problems = task.problems_of(outcome, values)
    if problems or task.gerbang != "perbaikan_permohonan" or outcome != task.pilihan[0]:
        return problems
    given = {name: value for name, value in values.items() if value not in (None, "")}
    return check_form(spec.formulir, given, _rules_of(office, ticket))[1]


def _rules_of(office: Office, ticket: Ticket) -> dict[str, Rule]:
    """Return the rules for completing a ticket's request."""
    return request_rules(office, own_ticket=ticket.number, applicant=ticket.applicant)


@lru_cache(maxsize=64)
def _drawn(settings: Settings, slug: str, digest: str) -> Any:
    """Draw an SOP once a version."""
    from laksana.building.dag import dag_of

    return dag_of(Office(settings).spec_at(slug, digest))


async def _is_logged_in(scope: Scope) -> bool:
    """Tell whether a request carries a valid login; who has none learns nothing about gates and cases."""
    request = Request(scope)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ") or request.cookies.get(
        COOKIE_NAME_JWT_TOKEN, ""
    )
    try:
        await get_auth_manager().get_user_from_token(token)
    except InvalidTokenError:
        return False
    return True


def _parse(body: bytes) -> tuple[str, dict[str, Any]] | None:
    """Return outcome and values of an answer, or nothing where the body is not one."""
    try:
        data = json.loads(body)
        outcome, values = str(data["chosen_options"][0]).lower(), dict(data.get("params_input") or {})
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    return outcome, values


async def _in_thread(function: Callable[..., list[Problem]], *arguments: Any) -> list[Problem]:
    """Run blocking work beside the event loop, which other requests need."""
    from anyio import to_thread

    return await to_thread.run_sync(lambda: function(*arguments))


async def _read(receive: Receive) -> tuple[bytes, bool]:
    """Read the body; the second value tells that it is longer than an answer can be."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BYTES:
            return body, True
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return body, False


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read to whoever comes next, then go on with the connection."""
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again


async def _refuse(send: Send, status: int, text: str) -> None:
    body = json.dumps({"detail": text}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
