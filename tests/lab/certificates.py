"""The lab's certificate authority and the hosts' TLS certificates; made anew for each lab, worth nothing elsewhere."""

from __future__ import annotations

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.lab import places
from tests.lab.hosts import Host

_LIFETIME = timedelta(days=30)
_CERTIFICATE = "etc/ssl/certs/laksana-host.crt"
_KEY = "etc/ssl/private/laksana-host.key"


def ensure_authority() -> None:
    """Make the authority's key and certificate where they are missing."""
    if places.CA.exists():
        return
    places.TLS.mkdir(mode=0o755, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Otoritas Sertifikat Lab Laksana")
    made = (
        _builder(name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(places.CA_KEY, key)
    places.CA.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def give_certificate(host: Host) -> None:
    """Write a certificate for a host's names and its address, and the key, into its file system."""
    authority = x509.load_pem_x509_certificate(places.CA.read_bytes())
    signer = serialization.load_pem_private_key(places.CA_KEY.read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    names = [*(x509.DNSName(name) for name in host.certificate), x509.IPAddress(ipaddress.ip_address(host.address))]
    made = (
        _builder(_name(host.certificate[0]), authority.subject, key)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .sign(signer, hashes.SHA256())
    )
    (host.root / _KEY).parent.mkdir(mode=0o710, parents=True, exist_ok=True)
    _write_key(host.root / _KEY, key)
    (host.root / _CERTIFICATE).write_bytes(made.public_bytes(serialization.Encoding.PEM))


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _LIFETIME)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
