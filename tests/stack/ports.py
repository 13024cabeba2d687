"""TCP ports of the stack on 127.0.0.1; refuses to share one."""

from __future__ import annotations

import socket

from tests.stack.failures import StackError

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(port: int, what: str) -> None:
    """Check that a fixed port can be had.

    Raises:
        StackError: somebody listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise StackError(
                f"port {port} for {what} is taken ({error.strerror}); "
                f"see who has it with 'ss -ltnp sport = :{port}', or choose another with --port"
            ) from error
