"""Looks at the command lines of all processes again and again, as anybody with an account on the machine could.

The lab's hosts are containers of this machine: their processes are in its list too.
"""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

PAUSE_SECONDS = 0.05


class ProcessLists:
    """Collects every command line that was seen, until it is closed."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.looks = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    @property
    def running(self) -> bool:
        """Whether it still looks."""
        return self._thread.is_alive()

    def text(self) -> bytes:
        """Return all that was seen."""
        return b"\n".join(sorted(self._seen.copy()))

    def _watch(self) -> None:
        while not self._stop.wait(PAUSE_SECONDS):
            self.looks += 1
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit():
                    try:
                        self._seen.add((entry / "cmdline").read_bytes())
                    except OSError:
                        continue
