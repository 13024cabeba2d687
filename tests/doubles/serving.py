"""What the doubles share: a server on loopback that notes its calls and fails as it is told to."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

ALWAYS = 1_000_000
"""Times that a fault lasts for good."""


@dataclass(frozen=True)
class Call:
    """A call as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    at: float
    """Seconds of the monotonic clock."""


@dataclass
class Fault:
    """How calls go wrong whose ``METHOD path`` holds ``where``; the first one that matches and is left counts."""

    where: str
    times: int = 1
    after: int = 0
    """Calls that go right before."""
    status: int = 0
    """Answer with this status; 0: none of that kind."""
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    """Give no answer."""
    drop: bool = False
    """Close the connection."""
    carried_out: bool = False
    """Do what was asked before it goes wrong."""


@dataclass(frozen=True)
class Reply:
    """What the double says."""

    status: int
    data: Any


class Double(ThreadingHTTPServer):
    """A server with state, notes and faults; subclasses answer."""

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.scheme = "http" if tls is None else "https"
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.lock = threading.RLock()
        self.over = threading.Event()
        """Set at the end, so that nobody hangs longer than the test."""

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def asked(self, where: str) -> int:
        """Count the calls whose method and path hold a text."""
        return sum(where in f"{call.method} {call.path}" for call in self.calls)

    def changes(self) -> int:
        """Count the calls that were to change something."""
        raise NotImplementedError

    def answer(self, call: Call) -> Reply:
        """Do what a call asks for and answer."""
        raise NotImplementedError

    def fault_of(self, call: Call) -> Fault | None:
        """Use up and return the fault that a call runs into."""
        for fault in self.faults:
            if fault.where in f"{call.method} {call.path}" and fault.times > 0:
                if fault.after > 0:
                    fault.after -= 1
                    return None
                fault.times -= 1
                return fault
        return None

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about clients that went away."""


_D = TypeVar("_D", bound=Double)


@contextmanager
def served(double: _D) -> Iterator[_D]:
    """Serve a double for the length of the block."""
    thread = threading.Thread(target=double.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield double
    finally:
        double.over.set()
        double.shutdown()
        thread.join()
        double.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Double
    timeout = 30

    def handle_any(self) -> None:
        """Note the call, then answer it or let it go wrong."""
        call = self._call()
        with self.server.lock:
            self.server.calls.append(call)
            fault = self.server.fault_of(call)
            reply = self.server.answer(call) if fault is None or fault.carried_out else None
        if fault is None:
            assert reply is not None
            self._say(reply.status, json.dumps(reply.data).encode(), {})
        elif fault.hang:
            self.server.over.wait(30)
            self.close_connection = True
        elif fault.drop:
            self.close_connection = True
        else:
            self._say(fault.status, fault.body, fault.headers)

    do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815  # the server's own names

    def _call(self) -> Call:
        parts = urlsplit(self.path)
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        kind = self.headers.get("Content-Type", "")
        body = json.loads(text) if "json" in kind else dict(parse_qsl(text, keep_blank_values=True))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Call(self.command, parts.path, query, body, dict(self.headers.items()), time.monotonic())

    def _say(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""
