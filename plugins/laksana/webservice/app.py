"""The FastAPI app that the plugin mounts under ``/laksana``; every route needs a login of Airflow's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, FastAPI, Path, Request, Response
from fastapi.responses import JSONResponse

from laksana.casestatus import case_status
from laksana.errors import (
    AirflowApiError,
    ArchiveError,
    IntakeError,
    Problem,
    RequestRefusedError,
    ServiceDeskError,
    SpecError,
)
from laksana.intake.forms import parse_form
from laksana.intake.submission import Door
from laksana.office import Office
from laksana.records import StoredDocument
from laksana.request_rules import request_rules
from laksana.spec.model import Spec
from laksana.webservice.access import is_applicant, may_see
from laksana.webservice.body import read_body
from laksana.webservice.pages import Office_, add_pages
from laksana.webservice.secret_pages import add_secret_pages

Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.~:+-]{1,250}$")]
Key = Annotated[str, Path(pattern=r"^[A-Za-z0-9/_.~:+-]{1,500}$")]
"""Path parameters: what tickets, SOPs and archive keys are made of, and nothing else."""
_HTML = "text/html"
_SHOWN = frozenset({"application/pdf", "application/json", _HTML})
"""Media types that a browser may show; it saves any other."""
_HTML_HEADERS = {
    # A page out of the archive is a document and no part of this site: no script, no form, no cookie, no frame.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}


def build_app() -> FastAPI:
    """Return the app."""
    app = FastAPI(title="Laksana", description="Permohonan layanan pusat data", docs_url=None, redoc_url=None)
    app.get("/api/layanan/{slug}")(read_form)
    app.post("/api/permohonan/{slug}", status_code=202)(submit_request)
    app.get("/api/tiket/{number}")(read_ticket)
    app.get("/berkas/{key:path}")(read_document)
    add_pages(app)
    add_secret_pages(app)
    return app


def read_form(slug: Name, office: Office_, user: GetUserDep) -> Any:  # noqa: ARG001  # the login is the point
    """Return an SOP's request form as JSON schema."""
    spec = _requestable(office, slug)
    if isinstance(spec, JSONResponse):
        return spec
    return {"slug": spec.slug, "judul": spec.judul, "layanan": spec.layanan, "formulir": spec.formulir}


def submit_request(  # noqa: PLR0913, PLR0917  # FastAPI fills them by name
    slug: Name,
    request: Request,
    response: Response,
    office: Office_,
    user: GetUserDep,
    body: Annotated[bytes, Depends(read_body)],
) -> Any:
    """Take a request: 202 with the ticket; the same ``Idempotency-Key`` again gives 200 and the same ticket."""
    username = user.get_name()
    if not is_applicant(office.holders, username, office.today()):
        return _no(403, f"{username} tidak terdaftar sebagai pemohon")
    spec = _requestable(office, slug)
    if isinstance(spec, JSONResponse):
        return spec
    data, problems = parse_form(body)
    if problems:
        return _problems(400, problems)
    door = Door(office.desk, office.airflow())
    try:
        made = door.submit(
            slug, spec.formulir, data, rules=request_rules(office, applicant=username), source="http",
            applicant=username, key=request.headers.get("Idempotency-Key", ""), at=office.now(),
        )  # fmt: skip
    except RequestRefusedError as error:
        return _problems(422, error.problems)
    except (IntakeError, AirflowApiError) as error:
        return _no(503, str(error))
    response.status_code = 202 if made.new else 200
    return {"ticket": made.ticket, "dag_id": made.dag_id, "run_id": made.run_id, "status": made.status}


def _requestable(office: Office, slug: str) -> Spec | JSONResponse:
    """Return the SOP that a request asks for, or say that there is none that takes requests under this name."""
    try:
        spec = office.spec(slug)
    except SpecError:
        return _no(404, f"layanan {slug!r} tidak ada")
    if not spec.formulir:
        return _no(404, f"{spec.title} berjalan tanpa pemohon, sehingga tidak menerima permohonan")
    return spec


def read_ticket(number: Name, office: Office_, user: GetUserDep) -> Any:
    """Return a ticket's status, for its applicant and for the posts."""
    return _for_viewer(office, user.get_name(), number, lambda: case_status(office, number, now=office.now()))


def read_document(key: Key, office: Office_, user: GetUserDep) -> Any:
    """Return a document of a case from the archive, with the media type that it was archived with."""
    number = key.split("/")[2] if key.count("/") >= 3 else ""  # noqa: PLR2004  # year/slug/ticket/name

    def send() -> Response:
        data = office.archive.read(key)
        receipt = next((item for item in office.archive.list(key) if item.key == key), None)
        if receipt is None:
            raise ArchiveError(f"archive {key}: has no receipt")
        return _as_archived(receipt, data)

    return _for_viewer(office, user.get_name(), number, send)


def _as_archived(receipt: StoredDocument, data: bytes) -> Response:
    """Send a document as what it was archived; nothing is guessed, by the browser neither."""
    kind = receipt.media_type.partition(";")[0].strip().lower()
    way = "inline" if kind in _SHOWN else "attachment"
    headers = {
        "Content-Disposition": f'{way}; filename="{receipt.key.rsplit("/", 1)[1]}"',
        "X-Content-Type-Options": "nosniff",
        **(_HTML_HEADERS if kind == _HTML else {}),
    }
    return Response(data, media_type=receipt.media_type, headers=headers)


def _for_viewer(office: Office, username: str, number: str, answer: Callable[[], Any]) -> Any:
    """Answer only who may see the case; a case that one may not see looks like one that does not exist."""
    try:
        ticket = office.desk.get(number)
        if not may_see(office.holders, username, ticket, office.today()):
            return _no(404, "tiket tidak ditemukan")
        return answer()
    except (ServiceDeskError, ArchiveError):
        return _no(404, "tiket atau berkas tidak ditemukan")
    except AirflowApiError as error:
        return _no(503, str(error))


def _no(status: int, text: str) -> JSONResponse:
    return JSONResponse({"detail": text}, status_code=status)


def _problems(status: int, problems: list[Problem]) -> JSONResponse:
    lines = [problem.as_line() for problem in problems]
    fields = [{"isian": p.key, "pesan": p.message, "petunjuk": p.hint, "kode": p.code} for p in problems]
    return JSONResponse({"detail": "; ".join(lines), "masalah": fields}, status_code=status)
