"""Pages on which an applicant fetches passwords, once, and an officer hands one in; work without JavaScript.

A secret, and a one-time code, is only ever in a body: addresses stand in logs of servers and proxies. No ``GET``
consumes anything, since programs that look links over follow them.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, FastAPI, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from laksana.documents.dates import indonesian_date
from laksana.errors import SecretError, ServiceDeskError
from laksana.intake.forms import MAX_BYTES
from laksana.office import Office
from laksana.posts.holders import POSITIONS
from laksana.secret_rules import hand_in_objection, hand_in_secret
from laksana.secretstore.handover import (
    BY_CODE,
    MOST_WRONG_CODES,
    OPEN,
    Handover,
    HandoverClosedError,
    Shown,
)
from laksana.secretstore.store import HANDED_IN, LONGEST_VALUE
from laksana.servicedesk.api import Ticket
from laksana.webservice.access import CARETAKERS, may_fetch_secrets, may_hand_in_secrets
from laksana.webservice.body import read_body
from laksana.webservice.inbox import PAGES
from laksana.webservice.pages import Office_, html_page, root_of, same_site

_NUMBER = r"^[A-Za-z0-9_.~:+-]{1,40}$"
Number = Annotated[str, Path(pattern=_NUMBER)]
SecretName = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$")]
Body = Annotated[bytes, Depends(read_body)]
_OWN = "/sandi/{number}"
_BY_CODE = "/sandi/buka"
_HAND_IN = "/rahasia/{number}/{name}"
_HELPER = POSITIONS[CARETAKERS[0]]
_UNFIT = (
    "Nomor tiket dan kode tidak cocok, kode sudah dipakai, atau masa pengambilannya sudah lewat. "
    f"Setelah {MOST_WRONG_CODES} kali salah, kode terkunci: minta kode baru kepada {_HELPER}."
)
_TROUBLE = (
    "Kata sandi belum dapat ditampilkan karena gangguan. Kode Anda masih berlaku: coba lagi nanti; "
    f"bila tetap gagal, hubungi {_HELPER}."
)
_LOG = logging.getLogger(__name__)


def add_secret_pages(app: FastAPI) -> None:
    """Add the pages to the app; the one for codes needs no login."""
    app.get(_BY_CODE, response_class=HTMLResponse)(show_code_form)
    app.post(_BY_CODE, response_class=HTMLResponse)(fetch_by_code)
    app.get(_OWN, response_class=HTMLResponse)(show_own)
    app.post(_OWN, response_class=HTMLResponse)(fetch_own)
    app.get(_HAND_IN, response_class=HTMLResponse)(show_hand_in)
    app.post(_HAND_IN, response_class=HTMLResponse)(take_hand_in)


def show_own(request: Request, number: Number, office: Office_, user: GetUserDep) -> Response:
    """Say what waits for the applicant, until when, and that it is shown once."""
    username = user.get_name()
    ticket = _own_ticket(office, username, number)
    if ticket is None:
        return _not_found(request, username)
    return _state_page(request, office, ticket, username)


def fetch_own(request: Request, number: Number, office: Office_, user: GetUserDep) -> Response:
    """Show the applicant the passwords; of several requests at once one gets them."""
    username = user.get_name()
    ticket = _own_ticket(office, username, number)
    if ticket is None:
        return _not_found(request, username)
    if not same_site(request):
        return _foreign(request, username)
    try:
        shown = office.handovers.reveal(ticket.number, by=username, at=office.now())
    except SecretError as error:
        _LOG.warning("secrets not handed over: %s", error)
        return _state_page(request, office, ticket, username, failed=True)
    _LOG.info("secrets of %s handed over to %s", ticket.number, username)
    return _shown_page(request, ticket.number, shown, username)


def show_code_form(request: Request, tiket: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Ask for ticket and one-time code; says nothing about whether there is such a ticket."""
    return _page(request, "sandi_buka.html", number=tiket, error="")


def fetch_by_code(request: Request, office: Office_, body: Body) -> Response:
    """Show the passwords to who has the code."""
    if not same_site(request):
        return _foreign(request, "")
    form = _read_form(body)
    number = _typed_number(form.get("tiket", ""))
    try:
        shown = office.handovers.reveal_by_code(number, form.get("kode", ""), at=office.now())
    except HandoverClosedError:
        # What was typed as a number may be the code: only a number that there is may stand in a log or on the page.
        known = number if _ticket(office, number) else ""
        _LOG.warning("secrets not handed over by code: ticket %s", known or "unknown")
        return _page(request, "sandi_buka.html", status=404, number=known, error=_UNFIT)
    except SecretError as error:
        _LOG.warning("secrets not handed over by code: %s", error)
        return _page(request, "sandi_buka.html", status=503, number=number, error=_TROUBLE)
    _LOG.info("secrets of %s handed over by code", number)
    return _shown_page(request, number, shown, "")


def show_hand_in(  # noqa: PLR0913, PLR0917  # FastAPI fills them by name
    request: Request, number: Number, name: SecretName, office: Office_, user: GetUserDep, selesai: int = 0
) -> Response:
    """Show an officer the form that takes a password, and whether one is there; never the password."""
    username = user.get_name()
    ticket = _officers_ticket(office, username, number, name)
    if ticket is None:
        return _not_found(request, username)
    return _hand_in_page(request, office, ticket, name, username, done=bool(selesai))


def take_hand_in(  # noqa: PLR0913, PLR0917  # FastAPI fills them by name
    request: Request, number: Number, name: SecretName, office: Office_, user: GetUserDep, body: Body
) -> Response:
    """Keep the password that an officer hands in, in place of an earlier one."""
    username = user.get_name()
    ticket = _officers_ticket(office, username, number, name)
    if ticket is None:
        return _not_found(request, username)
    if not same_site(request):
        return _foreign(request, username)
    form = _read_form(body)
    fault = _fault(form.get("sandi", ""), form.get("ulang", ""))
    if not fault:
        try:
            hand_in_secret(office, ticket, name, form["sandi"], by=username, at=office.now())
            return RedirectResponse(f"{root_of(request)}/rahasia/{number}/{name}?selesai=1", status_code=303)
        except SecretError as error:
            _LOG.warning("secret not taken: %s", error)
            fault = hand_in_objection(office, ticket, name, at=office.now()) or (
                "Kata sandi belum dapat disimpan karena gangguan; hubungi pengelola sistem"
            )
    return _hand_in_page(request, office, ticket, name, username, error=fault)


def _own_ticket(office: Office, username: str, number: str) -> Ticket | None:
    """Return a ticket whose secrets are for the person; one that is not theirs looks like one that is not there."""
    ticket = _ticket(office, number)
    allowed = ticket is not None and may_fetch_secrets(office.holders, username, ticket, office.today())
    return ticket if allowed else None


def _officers_ticket(office: Office, username: str, number: str, name: str) -> Ticket | None:
    """Return a ticket for which the person may hand the secret in."""
    ticket = _ticket(office, number) if name in HANDED_IN else None
    allowed = ticket is not None and may_hand_in_secrets(office.holders, username, ticket, office.today())
    return ticket if allowed else None


def _ticket(office: Office, number: str) -> Ticket | None:
    try:
        return office.desk.get(number)
    except ServiceDeskError:
        return None


def _state_page(request: Request, office: Office, ticket: Ticket, username: str, *, failed: bool = False) -> Response:
    """Show how the hand-over stands; after a failed fetch the state says why, or else there was trouble on our side."""
    found = office.handovers.state(ticket.number, at=office.now())
    return _page(
        request, "sandi.html", status=_status(found, failed=failed), username=username, handover=found,
        title=office.spec_of(ticket).layanan, until=_moment(office, found.until), at=_moment(office, found.shown_at),
        by=_taker(found.shown_to, username), helper=_HELPER,
        trouble=failed and found.state == OPEN,
    )  # fmt: skip


def _taker(shown_to: str, username: str) -> str:
    """Say who fetched the passwords, to the person who looks."""
    if shown_to == BY_CODE:
        return "pemegang kode sekali pakai"
    return f"Anda ({shown_to})" if shown_to == username else shown_to


def _status(found: Handover, *, failed: bool) -> int:
    """Return 200 for a look; for a failed fetch 503 where it can be tried again, and 409 where it can't."""
    if not failed:
        return 200
    return 503 if found.state == OPEN else 409


def _shown_page(request: Request, number: str, shown: list[Shown], username: str) -> Response:
    return _page(request, "sandi_isi.html", number=number, shown=shown, username=username, helper=_HELPER)


def _hand_in_page(  # noqa: PLR0913  # what the page shows
    request: Request, office: Office, ticket: Ticket, name: str, username: str, *, error: str = "", done: bool = False
) -> Response:
    return _page(
        request, "sandi_serah.html", status=422 if error else 200, username=username, number=ticket.number,
        label=HANDED_IN[name], there=office.secrets.has(ticket.number, name), longest=LONGEST_VALUE, error=error,
        done=done, closed=hand_in_objection(office, ticket, name, at=office.now()),
    )  # fmt: skip


def _not_found(request: Request, username: str) -> Response:
    text = (
        "Halaman ini tidak ada, atau bukan untuk Anda. "
        "Periksa nomor tiket, dan apakah Anda masuk dengan akun yang benar."
    )
    return _page(request, "sandi_pesan.html", status=404, username=username, heading="Tidak ditemukan", text=text)


def _foreign(request: Request, username: str) -> Response:
    text = "Permintaan dari situs lain ditolak. Buka halaman ini langsung dari alamatnya."
    return _page(request, "sandi_pesan.html", status=403, username=username, heading="Ditolak", text=text)


def _page(request: Request, template: str, *, status: int = 200, **values: object) -> Response:
    return html_page(PAGES.get_template(template).render(root=root_of(request), **values), status=status)


def _typed_number(text: str) -> str:
    """Return a ticket's number as a person typed it, nothing where it can't be one."""
    number = "".join(text.split()).upper()
    return number if re.fullmatch(_NUMBER, number) else ""


def _read_form(body: bytes) -> dict[str, str]:
    """Return a form's fields; none of a body that is too long or no text, so that nothing of it is kept by half."""
    if len(body) > MAX_BYTES:
        return {}
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        return {}


def _fault(value: str, again: str) -> str:
    """Say what is wrong with a typed password, nothing where it can be kept."""
    if not value:
        return "Kata sandi belum diisi"
    if value != again:
        return "Kedua isian kata sandi tidak sama; isi lagi keduanya"
    if value != value.strip():
        return "Kata sandi diawali atau diakhiri spasi; hapus spasi yang ikut tersalin"
    if len(value) > LONGEST_VALUE or not value.isprintable():
        return f"Kata sandi paling banyak {LONGEST_VALUE} huruf, angka, atau tanda baca, dalam satu baris"
    return ""


def _moment(office: Office, at: datetime | None) -> str:
    """Write a moment in the office's time, e.g. ``1 Desember 2026 pukul 10.00 WIB``."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(office.settings.timezone))
    return f"{indonesian_date(local.date())} pukul {local:%H.%M} {local.tzname()}"
