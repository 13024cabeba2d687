"""A certificate authority for the demo and the tests; real offices use a public one and refuse these certificates."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from laksana.documents.signing.keys import TRUST_ROOT_FILE, key_paths
from laksana.errors import SigningError
from laksana.records import Person

ROOT_KEY_FILE = "trust-root.key"

_KEY_BITS = 2048
_ROOT_LIFE = timedelta(days=3650)
_SIGNER_LIFE = timedelta(days=730)
_BACKDATED = timedelta(hours=1)
_NAME_LIMIT = 64


def create_demo_authority(signing_dir: Path, people: Iterable[Person], *, now: datetime) -> Path:
    """Make a root and a signer's certificate for each person; what is there stays as it is.

    Args:
        signing_dir: folder of keys; made with mode 0700.
        people: who shall be able to sign.
        now: begin of validity.

    Returns:
        The path of the trust root's certificate.

    Raises:
        SigningError: a username can't be a file name, or the root can't be read.
    """
    signing_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    root_path = signing_dir / TRUST_ROOT_FILE
    if not root_path.exists():
        _create_root(signing_dir, now)
    missing = [person for person in people if not key_paths(signing_dir, person.username)[0].exists()]
    if missing:
        root_key, root = _load_root(signing_dir)
        for person in missing:
            _create_signer(signing_dir, person, root_key, root, now)
    return root_path


def _create_root(signing_dir: Path, now: datetime) -> None:
    """Make the root's key and certificate; the certificate is written last, so that its presence means both."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    name = _name("Otoritas Sertifikat Uji Coba Laksana", "Laksana")
    certificate = (
        _certificate(name, name, key.public_key(), now, _ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write_secret(signing_dir / ROOT_KEY_FILE, pem)
    _write_secret(signing_dir / TRUST_ROOT_FILE, certificate.public_bytes(Encoding.PEM))


def _load_root(signing_dir: Path) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """Read the root back."""
    path = signing_dir / ROOT_KEY_FILE
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate((signing_dir / TRUST_ROOT_FILE).read_bytes())
    except (OSError, ValueError) as error:
        raise SigningError(f"{path}: the demo's root can't be read (empty {signing_dir} to make a new one)") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise SigningError(f"{path}: no RSA key (empty {signing_dir} to make a new root)")
    return key, certificate


def _create_signer(
    signing_dir: Path, person: Person, root_key: rsa.RSAPrivateKey, root: x509.Certificate, now: datetime
) -> None:
    """Make one person's key; the PKCS#12 file is written last, so that its presence means it can be opened."""
    key_path, passphrase_path = key_paths(signing_dir, person.username)
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    certificate = (
        _certificate(_name(person.name, person.agency), root.subject, key.public_key(), now, _SIGNER_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    passphrase = secrets.token_urlsafe(24).encode()
    content = pkcs12.serialize_key_and_certificates(
        person.username.encode(), key, certificate, [root], BestAvailableEncryption(passphrase)
    )
    _write_secret(passphrase_path, passphrase + b"\n")
    _write_secret(key_path, content)


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    """Begin a certificate; an hour of grace covers clocks that are not quite right."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """Return what a key may do: sign certificates, or sign documents without later denial."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str, organisation: str) -> x509.Name:
    """Build a distinguished name; X.509 allows 64 characters a part."""
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "ID")]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:_NAME_LIMIT]))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common[:_NAME_LIMIT])])


def _write_secret(path: Path, content: bytes) -> None:
    """Write a file that never exists half-written nor open to others."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
