"""What a run leaves behind: one line a call, and its outcome; bodies, headers and queries are not kept at all."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from laksana.provisioning.scrubbing import Scrubber
from laksana.records import PlaybookOutcome


def scrubber_of(secrets: Iterable[str]) -> Scrubber:
    """Return what takes the secrets out of a text, also as addresses, forms and web pages write them."""
    given = [secret for secret in secrets if secret]
    return Scrubber(form(secret) for secret in given for form in (str, html.escape, quote, quote_plus))


class Evidence:
    """The folder of one run."""

    def __init__(self, folder: Path, scrubber: Scrubber) -> None:
        """Take an empty folder."""
        self.folder = folder
        self._scrubber = scrubber

    def note(self, method: str, path: str, answer: str, seconds: float) -> None:
        """Note one call."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = {"at": at, "call": f"{method} {path}", "answer": answer, "seconds": round(seconds, 3)}
        self._write("calls.jsonl", json.dumps(self._scrubber.data(row), ensure_ascii=False))

    def conclude(self, outcome: PlaybookOutcome) -> PlaybookOutcome:
        """Note the outcome and return it, both without secrets."""
        data: dict[str, Any] = self._scrubber.data(outcome.to_json())
        clean = PlaybookOutcome.from_json(data | {"evidence": str(self.folder)})
        self._write("outcome.json", json.dumps(clean.to_json(), ensure_ascii=False, indent=1))
        return clean

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
