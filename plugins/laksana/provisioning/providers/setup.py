"""Reads what a provider needs before the first call: address, token, authority; refuses what would leak or mislead."""

from __future__ import annotations

import ipaddress
import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from laksana.errors import ProviderError

_TOKEN = re.compile(r"[\x21-\x7e]+", re.ASCII)


def read_token(setting: str, file: Path) -> str:
    """Read an API token; read for every run, so that a new token counts at once.

    Raises:
        ProviderError: the file can't be read, or holds no token; names the file, never shows what is in it.
    """
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ProviderError(f"{setting}={file} can't be read ({why}); allowed: a file with the API token") from error
    if not _TOKEN.fullmatch(token):
        raise ProviderError(f"{setting}={file} holds no token; allowed: one line of letters, digits and signs")
    return token


def checked_url(setting: str, url: str) -> str:
    """Return an API's base address without its final slash.

    Raises:
        ProviderError: the address is none, or would carry the token in clear over a network.
    """
    allowed = "allowed: https://HOST[:PORT][/PATH]; http:// only to this machine"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ProviderError(f"{setting} is no address ({error}); {allowed}") from error
    # An address with a login in it is not repeated: it would show the login.
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ProviderError(f"{setting} holds a login, a query or a fragment; {allowed}")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))):
        raise ProviderError(f"{setting}={url!r} is no safe address; {allowed}")
    return url.rstrip("/")


def checked_authority(setting: str, file: Path) -> str:
    """Return the path of an authority's certificate that can be read as one.

    Raises:
        ProviderError: the file can't be read or holds no certificate.
    """
    try:
        ssl.create_default_context(cafile=str(file))
    except OSError as error:  # ssl.SSLError is one
        raise ProviderError(f"{setting}={file} can't be read (allowed: a certificate in PEM)") from error
    return str(file)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
