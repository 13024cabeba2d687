"""Calls the real app, mounted as in Airflow's server, as a named person; the name stands in for Airflow's login."""

from __future__ import annotations

import asyncio
import warnings
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from httpx import ASGITransport, AsyncClient, Response

from laksana.office import Office

with warnings.catch_warnings():  # Airflow loads Starlette's test client, which wants a newer HTTP library
    warnings.simplefilter("ignore")
    from airflow.api_fastapi.core_api.security import get_user

    from laksana.webservice import pages
    from laksana.webservice.app import build_app

SITE = "https://layanan.example"
_LOGIN = "X-Uji-Masuk"


@dataclass(frozen=True)
class LoggedIn:
    """What Airflow knows of who is logged in."""

    username: str

    def get_name(self) -> str:
        return self.username


class Visitor:
    """A browser with one person before it."""

    def __init__(self, office: Office | None = None, username: str = "") -> None:
        self._app = _app(office)
        self._headers = {"Origin": SITE, **({_LOGIN: username} if username else {})}

    def get(self, path: str) -> Response:
        return self.ask("GET", path)

    def post(self, path: str, **options: Any) -> Response:
        return self.ask("POST", path, **options)

    def ask(self, method: str, path: str, **options: Any) -> Response:
        """Send one request; redirections are the caller's to follow."""
        return asyncio.run(self._ask(method, f"/laksana{path}", **options))

    async def _ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any) -> Response:
        async with AsyncClient(transport=ASGITransport(self._app), base_url=SITE) as client:
            return await client.request(method, path, headers={**self._headers, **(headers or {})}, **options)


def _app(office: Office | None) -> FastAPI:
    """Mount the app; without an installation it is all as in Airflow's server, login included."""
    mounted, app = FastAPI(), build_app()
    if office is not None:
        app.dependency_overrides[pages.office] = lambda: office
        app.dependency_overrides[get_user] = _who
    mounted.mount("/laksana", app)
    return mounted


def _who(request: Request) -> LoggedIn:
    username = request.headers.get(_LOGIN)
    if not username:
        raise HTTPException(401, "Not authenticated")
    return LoggedIn(username)
