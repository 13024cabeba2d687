"""The version of an SOP: a hash over its data, so that comments and layout don't make a new version."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def digest_of(data: Any) -> str:
    """Return the SHA-256 (hex) over canonical JSON of the data."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
