"""The forms that values must have before they go to a provider; the same as the playbooks' roles demand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from laksana.provisioning.providers.faults import FarSideError

_PART = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
LABEL = re.compile(_PART, re.ASCII)
DOMAIN = re.compile(rf"(?:{_PART}\.)+[a-z]{{2,63}}", re.ASCII)
ADDRESS = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII)
TICKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/-]{0,79}", re.ASCII)
LOGIN = re.compile(r"[a-z][a-z0-9]{2,15}", re.ASCII)
DATABASE = re.compile(r"tidak|mariadb", re.ASCII)
QUOTA = re.compile(r"[1-9][0-9]{1,5}", re.ASCII)
"""MiB, at least 10; WHM takes six digits."""


def checked(variables: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str:
    """Return a variable's text.

    Raises:
        FarSideError: it is missing or has another form; nothing was asked of the far side.
    """
    text = str(variables.get(name, ""))
    if not form.fullmatch(text):
        raise FarSideError(f"isian tidak sah: {name}={text!r}")
    return text
