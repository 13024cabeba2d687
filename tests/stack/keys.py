"""Generated secrets of one instance: made once, each in a file of its own that only the owner reads."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path


def generated_secret(path: Path, size: int = 32) -> str:
    """Return the secret kept in a file, making it at the first call.

    The text is random bytes in URL-safe base64; with 32 of them that is also the form of a Fernet key.
    """
    if not path.exists():
        write_private(path, base64.urlsafe_b64encode(secrets.token_bytes(size)).decode())
    return path.read_text().strip()


def generated_password(path: Path) -> str:
    """Return the password kept in a file, making it at the first call; short enough to be typed in a demo."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(12))
    return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that is 0600 from its first byte on, and whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
