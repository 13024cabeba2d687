"""Where a signer's key lies and how it is opened; says what is wrong without ever saying a passphrase."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from laksana.errors import SigningError

TRUST_ROOT_FILE = "trust-root.crt"

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,79}")
_OPEN_TO_OTHERS = 0o077


@dataclass(frozen=True)
class SigningKey:
    """An opened key: checked to belong to a certificate that was valid at the time asked for."""

    pkcs12: bytes = field(repr=False)
    passphrase: bytes = field(repr=False)
    certificate: x509.Certificate


def key_paths(signing_dir: Path, username: str) -> tuple[Path, Path]:
    """Return the paths of a person's PKCS#12 file and of its passphrase file.

    Raises:
        SigningError: the username can't be a file name.
    """
    if not _USERNAME.fullmatch(username):
        raise SigningError(
            f"signer {username!r}: no file can bear this name (allowed: letters, digits and . _ @ -, 80 at most)"
        )
    return signing_dir / f"{username}.p12", signing_dir / f"{username}.passphrase"


def open_key(signing_dir: Path, username: str, *, at: datetime) -> SigningKey:
    """Open a person's key.

    Raises:
        SigningError: a file is missing or readable by others, the passphrase is wrong, or the certificate is not
            valid at that time.
    """
    key_path, passphrase_path = key_paths(signing_dir, username)
    content = _read_secret(key_path, "PKCS#12 file of the signer")
    passphrase = _read_secret(passphrase_path, "passphrase file of the signer").rstrip(b"\r\n")
    try:
        private_key, certificate, _ = pkcs12.load_key_and_certificates(content, passphrase)
    except ValueError as error:
        raise SigningError(
            f"{key_path}: can't be opened: wrong passphrase in {passphrase_path.name}, or no PKCS#12 file "
            "(put the right passphrase there, one line)"
        ) from error
    if private_key is None or certificate is None:
        raise SigningError(f"{key_path}: holds no key with its certificate (export both into the PKCS#12 file)")
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= at <= ends:
        raise SigningError(
            f"{key_path}: certificate is not valid on {at:%Y-%m-%d} (valid from {begins:%Y-%m-%d} until "
            f"{ends:%Y-%m-%d}; install a renewed one)"
        )
    return SigningKey(pkcs12=content, passphrase=passphrase, certificate=certificate)


def _read_secret(path: Path, what: str) -> bytes:
    """Read a file that only its owner may read."""
    try:
        if path.stat().st_mode & _OPEN_TO_OTHERS:
            raise SigningError(f"{path}: {what} is open to others (run: chmod 600 {path})")
        return path.read_bytes()
    except OSError as error:
        raise SigningError(f"{path}: {what} can't be read ({error.strerror}); put it there, mode 0600") from error
