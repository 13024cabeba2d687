"""Calls to an outside API: time limits, bounded retries, no redirects, no proxies; the room's only import of requests.

A call that changes something is repeated only where the far side surely did not carry it out (it said "too many
calls", or there was no connection); anything else is for the caller to look at first, see ``carry_through``.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import requests

from laksana.provisioning.providers.evidence import Evidence
from laksana.provisioning.providers.faults import UNREACHABLE, FarSideError, cancelled_error

_LOOK_SECONDS = 0.2
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True)
class Patience:
    """How long and how often the far side is asked."""

    tries: int = 4
    first_wait: float = 1.0
    """Seconds before the second try; each further wait is twice as long."""
    longest_wait: float = 60.0
    """A far side that wants more seconds than these is not waited for."""
    connect_seconds: float = 5.0
    answer_seconds: float = 30.0


@dataclass(frozen=True)
class Place:
    """Where an API is and how to get in."""

    name: str
    """What messages call it, e.g. ``Cloudflare``."""
    url: str
    authorization: str
    """Value of the header of that name."""
    token_setting: str
    """Setting that a refused token is mended in."""
    authority: str | bool = True
    """File of the authority that signed the server's certificate; True: the public ones."""
    authority_setting: str = ""

    def __repr__(self) -> str:
        """Show everything but the token."""
        return f"Place({self.name!r}, {self.url!r})"


@dataclass(frozen=True)
class Call:
    """One call as it is asked for; secrets go into ``json`` or ``form``, never into path or query."""

    method: str
    path: str
    query: Mapping[str, str | int] | None = None
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str | int] | None = None
    repeatable: bool = False
    """True where a second time changes nothing more."""


@dataclass(frozen=True)
class Answer:
    """What the far side said, where it said yes or gave its own reason for a no."""

    status: int
    data: Mapping[str, Any]
    """The JSON object; empty where a refusal had none."""


class FarSide:
    """A session with one API."""

    def __init__(
        self, place: Place, patience: Patience, evidence: Evidence, *, cancelled: Callable[[], bool]
    ) -> None:  # fmt: skip
        """Open the session; nothing is sent yet."""
        self.place = place
        self.patience = patience
        self._evidence = evidence
        self._cancelled = cancelled
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, netrc or CA bundle of the environment may get at the token
        self._session.headers["Authorization"] = place.authorization
        self._session.headers["Accept"] = "application/json"

    def __enter__(self) -> Self:
        """Return the session."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        """Close the session."""
        self._session.close()

    def ask(self, call: Call) -> Answer:
        """Make a call, again where that is safe and worth while.

        Raises:
            FarSideError: there is no answer, or one that no repetition will mend.
        """
        for number in range(1, self.patience.tries + 1):
            try:
                return self._once(call)
            except FarSideError as fault:
                if number == self.patience.tries or (fault.unclear and not call.repeatable):
                    raise
                self.wait(fault, number)
        raise AssertionError  # the last try returns or raises

    def wait(self, fault: FarSideError, number: int) -> None:
        """Wait after the given try.

        Raises:
            FarSideError: the fault itself, where waiting is no use; or the run was told to stop.
        """
        seconds = self.patience.first_wait * 2 ** (number - 1) if fault.wait is None else fault.wait
        if not fault.again or seconds > self.patience.longest_wait:
            raise fault
        until = time.monotonic() + seconds
        while not self._cancelled() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_SECONDS))

    def _once(self, call: Call) -> Answer:
        """Make a call once and note it."""
        if self._cancelled():
            raise cancelled_error()
        begun = time.monotonic()
        noted = "no answer"
        try:
            response = self._send(call)
            noted = str(response.status_code)
        finally:
            self._evidence.note(call.method, call.path, noted, time.monotonic() - begun)
        return _read(self.place, response)

    def _send(self, call: Call) -> requests.Response:
        """Send a call; every fault of the network becomes ours."""
        try:
            return self._session.request(
                call.method, f"{self.place.url}{call.path}", params=call.query, json=call.json, data=call.form,
                timeout=(self.patience.connect_seconds, self.patience.answer_seconds),
                verify=self.place.authority, allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as error:
            raise self._fault(error) from error

    def _fault(self, error: requests.RequestException) -> FarSideError:
        """Say a fault of the network in words."""
        name = self.place.name
        if _distrusts(error):
            where = f"; periksa {self.place.authority_setting}" if self.place.authority_setting else ""
            return FarSideError(f"sertifikat {name} tidak dapat dipercaya{where}")
        if isinstance(error, requests.ConnectTimeout):
            text = f"tidak terjangkau: {name} tidak menerima sambungan dalam {self.patience.connect_seconds:g} detik"
            return FarSideError(text, status=UNREACHABLE, again=True)
        if isinstance(error, requests.Timeout):
            text = f"tidak terjangkau: {name} tidak menjawab dalam {self.patience.answer_seconds:g} detik"
            return FarSideError(text, status=UNREACHABLE, again=True, unclear=True)
        text = f"tidak terjangkau: sambungan ke {name} gagal atau terputus"
        return FarSideError(text, status=UNREACHABLE, again=True, unclear=True)


def carry_through(far: FarSide, do: Callable[[], None], is_so: Callable[[], bool]) -> None:
    """Do what must not be done twice: after an unclear end, and after a refusal, look before trying again.

    Raises:
        FarSideError: it is not so, and trying again is no use.
    """
    for number in range(1, far.patience.tries + 1):
        try:
            return do()
        except FarSideError as fault:
            if fault.again and not fault.unclear:
                raise  # surely not carried out, and repeated often enough
            # A refusal may be the echo of an earlier try that was carried out after all.
            if is_so():
                return None
            if number == far.patience.tries:
                raise
            far.wait(fault, number)
    return None


def _read(place: Place, response: requests.Response) -> Answer:
    """Read a response by its status; a refusal with reasons is for the API's own client to read."""
    status, name = response.status_code, place.name
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = _retry_after(response.headers.get("Retry-After", ""))
        hint = "nanti" if wait is None else f"setelah {wait:g} detik"
        text = f"{name} membatasi jumlah panggilan (HTTP 429); coba lagi {hint}"
        raise FarSideError(text, status=UNREACHABLE, again=True, wait=wait)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        text = f"{name} sedang bermasalah (HTTP {status}); coba lagi nanti"
        raise FarSideError(text, status=UNREACHABLE, again=True, unclear=True)
    if status in _REFUSED:
        raise FarSideError(f"{name} menolak token (HTTP {status}); periksa {place.token_setting} dan hak token itu")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise FarSideError(f"{name} mengalihkan ke alamat lain (HTTP {status}); periksa alamat API")
    return Answer(status, _object(name, response))


def _object(name: str, response: requests.Response) -> Mapping[str, Any]:
    """Return the JSON object of a response."""
    try:
        data = response.json()
    except ValueError as error:
        if not response.ok:
            return {}
        text = f"jawaban {name} bukan JSON (HTTP {response.status_code}); periksa alamat API"
        raise FarSideError(text, again=True, unclear=True) from error
    return data if isinstance(data, Mapping) else {}


def _retry_after(text: str) -> float | None:
    """Return the seconds that the far side asks for, given as a number or as a date."""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    now = datetime.now(UTC)
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())


def _distrusts(error: BaseException | None) -> bool:
    """Tell whether a certificate was refused; the reason lies deep below what requests raises."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
