"""Takes the values of secrets out of everything that a run leaves behind; the second fence behind ``no_log``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

HIDDEN = "[rahasia]"
_SHORTEST = 4
"""A shorter value would be found everywhere by chance; generated secrets are far longer."""


class Scrubber:
    """Replaces the given values wherever they stand, as they are and as JSON writes them."""

    def __init__(self, values: Iterable[str]) -> None:
        """Keep the values, the longest first, so that none leaves a part of another behind."""
        forms: set[str] = set()
        for value in values:
            if len(value) >= _SHORTEST:
                forms |= {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
        self._forms = sorted(forms, key=lambda form: (-len(form), form))

    def text(self, text: str) -> str:
        """Return a text without the secrets."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text

    def data(self, data: Any) -> Any:
        """Return plain data without the secrets, in its keys too."""
        if not self._forms:
            return data
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, dict):
            return {self.data(key): self.data(value) for key, value in data.items()}
        if isinstance(data, list | tuple):
            return [self.data(item) for item in data]
        return data
