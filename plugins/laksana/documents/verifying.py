"""Tells what a PDF's signatures are worth, offline and against one trust root; an invalid signature is an outcome."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import parser as asn1_parser
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from laksana.errors import SigningError
from laksana.records import SignatureReport

_UNREADABLE = "Berkas bukan PDF yang dapat dibaca, atau isinya telah rusak."
_UNSIGNED = "Dokumen tidak bertanda tangan elektronik."
_CHANGED = "Isi dokumen telah berubah setelah ditandatangani."
_ADDED = "Dokumen mendapat tambahan setelah ditandatangani."
_BROKEN = "Tanda tangan elektronik rusak dan tidak dapat diperiksa."
_UNTRUSTED = "Sertifikat penanda tangan tidak berasal dari penerbit yang dipercaya, atau tidak berlaku."
_VALID = "Tanda tangan elektronik sah dan isi dokumen tidak berubah."


def verify_pdf(pdf: bytes, *, trust_root: Path, at: datetime | None = None) -> SignatureReport:
    """Report on a PDF's signatures: on the last one where all hold, else on the first that fails.

    Args:
        pdf: the document.
        trust_root: certificate (PEM or DER) that issued the signers' certificates.
        at: time for which certificates must hold; none means now.

    Raises:
        SigningError: the trust root can't be read.
    """
    root = _read_root(trust_root)
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    # A damaged file can fail at any depth of the parsers; whatever they say, it is not a valid signature.
    except (PdfError, ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError):
        return _invalid(_UNREADABLE)
    if not signatures:
        return _invalid(_UNSIGNED)
    last = len(signatures) - 1
    reports = [_report(pdf, sign, root, at, last=index == last) for index, sign in enumerate(signatures)]
    return next((report for report in reports if not report.valid), reports[-1])


def _report(
    pdf: bytes, signature: Any, root: asn1_x509.Certificate, at: datetime | None, *, last: bool
) -> SignatureReport:
    """Judge one signature."""
    context = ValidationContext(trust_roots=[root], allow_fetching=False, revocation_mode="soft-fail", moment=at)
    try:
        if not _container_is_clean(pdf, signature):
            return _invalid(_BROKEN)
        status = validate_pdf_signature(signature, signer_validation_context=context)
        signer = str(status.signing_cert.subject.native.get("common_name", ""))
        signed_at = status.signer_reported_dt.isoformat() if status.signer_reported_dt else ""
    except (
        PdfError,
        SignatureValidationError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
        OverflowError,
    ):
        return _invalid(_BROKEN)
    reason = _reason(status, last=last)
    return SignatureReport(
        valid=reason == _VALID,
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        signer=signer,
        signed_at=signed_at,
        reason=reason,
    )


def _container_is_clean(pdf: bytes, signature: Any) -> bool:
    """Tell whether the signature's own bytes, which nothing signs, hold the signature and zeros only."""
    _, begin, end, _ = (int(number) for number in signature.byte_range)
    written = pdf[begin + 1 : end - 1]
    content = signature.pkcs7_content
    plain = written in {content.hex().encode(), content.hex().upper().encode()}
    return plain and not any(content[asn1_parser.peek(content) :])


def _reason(status: PdfSignatureStatus, *, last: bool) -> str:
    """Say the first thing that is wrong, or that nothing is."""
    if not status.intact:
        return _CHANGED
    if not status.valid:
        return _BROKEN
    # Only a further signature may follow one (pyHanko counts it as filling a form); the last one covers the whole file.
    followed = not last and status.docmdp_ok and status.modification_level <= ModificationLevel.FORM_FILLING
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE and not followed:
        return _ADDED
    return _VALID if status.trusted else _UNTRUSTED


def _invalid(reason: str) -> SignatureReport:
    """Report without a signer."""
    return SignatureReport(valid=False, intact=False, trusted=False, signer="", signed_at="", reason=reason)


def _read_root(path: Path) -> asn1_x509.Certificate:
    """Read the trust root."""
    try:
        content = path.read_bytes()
        if pem.detect(content):
            _, _, content = pem.unarmor(content)
        certificate = asn1_x509.Certificate.load(content)
        certificate.native  # noqa: B018 - parses the whole, which load() leaves for later
    except OSError as error:
        raise SigningError(
            f"{path}: trust root can't be read ({error.strerror}); put the issuer's certificate there"
        ) from error
    except (ValueError, TypeError) as error:
        raise SigningError(f"{path}: no certificate (needed: the issuer's certificate as PEM or DER)") from error
    return certificate
