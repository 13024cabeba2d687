"""What went wrong on the far side, in one line of Bahasa Indonesia; never leaves the room but as an outcome."""

from __future__ import annotations

from laksana.errors import ProviderError

FAILED, UNREACHABLE, CANCELLED = "failed", "unreachable", "cancelled"
_LONGEST = 300


class FarSideError(ProviderError):
    """The far side said no, or nothing; carries what the caller needs to decide whether to try again."""

    def __init__(  # noqa: PLR0913  # all but the message are keywords
        self, message: str, *, status: str = FAILED, again: bool = False, unclear: bool = False,
        wait: float | None = None, codes: frozenset[int] = frozenset(),
    ) -> None:  # fmt: skip
        """Keep the message and the facts.

        Args:
            message: one line for an administrator.
            status: status of the outcome.
            again: the same call may succeed later.
            unclear: the far side may have carried the call out nevertheless.
            wait: seconds after which the far side wants to be asked again.
            codes: the far side's own error codes.
        """
        super().__init__(one_line(message))
        self.status = status
        self.again = again
        self.unclear = unclear
        self.wait = wait
        self.codes = codes


def cancelled_error() -> FarSideError:
    """Return the fault of a run that was told to stop."""
    return FarSideError("dihentikan sebelum selesai", status=CANCELLED)


def strange_answer(name: str, what: str) -> FarSideError:
    """Return the fault of an answer that does not look like the published API."""
    return FarSideError(f"{name} menjawab tidak seperti API yang diumumkan: {what}")


def one_line(text: str) -> str:
    """Return a text as one line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
