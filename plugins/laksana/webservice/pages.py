"""Routes of the inbox: the list, one gate, its answer."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from laksana.airflow_client import AirflowClient
from laksana.errors import AirflowApiError
from laksana.office import Office
from laksana.settings import current
from laksana.webservice.body import read_body
from laksana.webservice.inbox import Task, answer_page, list_page, read_answer, tasks_for, with_values

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    # With "no-referrer" browsers would post forms with the origin "null", and same_site would refuse them.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_LIST = "/tugas"
_GATE = "/tugas/{dag_id}/{run_id}/{task_id}"


@cache
def office() -> Office:
    """Open the installation once a process."""
    return Office(current())


Office_ = Annotated[Office, Depends(office)]


def add_pages(app: FastAPI) -> None:
    """Add the inbox to the app; who is not logged in is sent to the login page and comes back."""
    app.get(_LIST, response_class=HTMLResponse)(show_list)
    app.get(_GATE, response_class=HTMLResponse)(show_gate)
    app.post(_GATE, response_class=HTMLResponse)(take_answer)
    app.add_exception_handler(401, _to_login)


def show_list(request: Request, office: Office_, user: GetUserDep, selesai: int = 0) -> Response:
    """Show what waits for the person."""
    username = user.get_name()
    tasks = [task for task, _ in _tasks(office, username)]
    return html_page(list_page(tasks, username=username, root=root_of(request), done=bool(selesai)))


def show_gate(request: Request, dag_id: str, run_id: str, task_id: str, office: Office_, user: GetUserDep) -> Response:  # noqa: PLR0913, PLR0917  # FastAPI fills them by name
    """Show one gate with its form."""
    username = user.get_name()
    found = _find(office, username, f"{dag_id}/{run_id}/{task_id}")
    if found is None:
        return RedirectResponse(f"{root_of(request)}{_LIST}", status_code=303)  # answered meanwhile, or not theirs
    return html_page(answer_page(found[0], username=username, root=root_of(request)))


def take_answer(  # noqa: PLR0913, PLR0917  # FastAPI fills them by name
    request: Request, dag_id: str, run_id: str, task_id: str, office: Office_, user: GetUserDep,
    body: Annotated[bytes, Depends(read_body)],
) -> Response:  # fmt: skip
    """Hand the answer to Airflow under the person's own token; a refused one is shown again with what was typed."""
    if not same_site(request):
        return JSONResponse({"detail": "permintaan dari situs lain ditolak"}, status_code=403)
    username = user.get_name()
    found = _find(office, username, f"{dag_id}/{run_id}/{task_id}")
    if found is None:
        return RedirectResponse(f"{root_of(request)}{_LIST}", status_code=303)
    task, gate = found
    option, values = read_answer(body, gate)
    client = AirflowClient.with_token(office.settings.airflow_api_url, _token(request))
    try:
        client.answer_gate(dag_id, run_id, task_id, option, values)
    except AirflowApiError as error:
        again = with_values(task, values)
        page = answer_page(again, username=username, root=root_of(request), error=error.detail or str(error))
        return html_page(page, status=error.status or 503)
    return RedirectResponse(f"{root_of(request)}{_LIST}?selesai=1", status_code=303)


def _tasks(office: Office, username: str) -> list[tuple[Task, Any]]:
    zone = ZoneInfo(office.settings.timezone)
    return tasks_for(office.airflow().open_gates(), username, office.holders, office.today(), zone)


def _find(office: Office, username: str, gate_id: str) -> tuple[Task, Any] | None:
    return next(((task, gate) for task, gate in _tasks(office, username) if task.id == gate_id), None)


def html_page(html: str, status: int = 200) -> HTMLResponse:
    """Answer with a page that nobody keeps, and that loads nothing."""
    return HTMLResponse(html, status_code=status, headers=_HEADERS)


def root_of(request: Request) -> str:
    """Return the path under which the app is mounted."""
    return str(request.scope.get("root_path", ""))


def _token(request: Request) -> str:
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bearer or request.cookies.get(COOKIE_NAME_JWT_TOKEN, "")


def same_site(request: Request) -> bool:
    """Tell whether a form was sent from our own pages; browsers name the origin of every form they post."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("Host", "")


def _to_login(request: Request, error: Exception) -> Response:
    detail = error.detail if isinstance(error, HTTPException) else "belum masuk"
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        return RedirectResponse(get_auth_manager().get_url_login(next_url=str(request.url)), status_code=302)
    return JSONResponse({"detail": detail}, status_code=401)
