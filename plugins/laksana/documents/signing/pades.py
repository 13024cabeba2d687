"""Signs PDFs with a key in a file: PAdES baseline B-B with a visible stamp; refuses to sign twice for one person."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError as PyhankoSigningError
from pyhanko.stamp import StaticStampStyle

from laksana.documents.dates import indonesian_date
from laksana.documents.letters import post_of
from laksana.documents.rendering import render_stamp
from laksana.documents.signing.keys import SigningKey, open_key
from laksana.documents.signing.place import SignaturePlace, place_from_keywords
from laksana.errors import SigningError
from laksana.records import Person

_ZONES = {timedelta(hours=7): "WIB", timedelta(hours=8): "WITA", timedelta(hours=9): "WIT", timedelta(0): "UTC"}


class _DatedPdfSigner(signers.PdfSigner):  # type: ignore[misc]  # pyhanko is not typed for mypy
    """A PdfSigner whose clock is an argument."""

    def __init__(self, *args: object, at: datetime, **options: object) -> None:
        super().__init__(*args, **options)
        self._at = at

    def init_signing_session(self, *args: object, **options: object) -> object:
        """Start the session at the given time instead of the machine's."""
        session = super().init_signing_session(*args, **options)
        session.system_time = self._at
        return session


class PadesSigner:
    """Signs with ``<signing_dir>/<username>.p12``, opened by ``<username>.passphrase``."""

    def __init__(self, signing_dir: Path, *, letters_dir: Path) -> None:
        """Keep where keys lie and where the stamp's template lies."""
        self._signing_dir = signing_dir
        self._letters_dir = letters_dir

    def sign(self, pdf: bytes, *, signer: Person, reason: str, location: str, at: datetime) -> bytes:
        """Return the PDF with this person's signature appended; see ``Signer``."""
        if at.tzinfo is None:
            raise SigningError(f"signing time {at.isoformat()} has no time zone (give an aware datetime)")
        key = open_key(self._signing_dir, signer.username, at=at)
        metadata = signers.PdfSignatureMetadata(
            field_name=_field_name(signer),
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason,
            location=location,
            name=signer.name,
            # Reserved space that the signature does not fill could be changed without a trace.
            tight_size_estimates=True,
        )
        try:
            return self._append(pdf, key, signer, metadata, at=at)
        except (PdfError, PyhankoSigningError) as error:
            raise SigningError(f"document for {signer.username}: can't be signed: {error}") from error

    def _append(
        self, pdf: bytes, key: SigningKey, signer: Person, metadata: signers.PdfSignatureMetadata, *, at: datetime
    ) -> bytes:
        """Append the signature as an incremental update."""
        reader = PdfFileReader(BytesIO(pdf))
        _refuse_second_signature(reader, key, signer)
        # A later signer finds the place taken and signs without a stamp.
        place = None if reader.embedded_signatures else _find_place(reader)
        with tempfile.TemporaryDirectory(prefix="laksana-stamp-") as folder:
            style = self._stamp(signer, at, place, Path(folder)) if place else None
            pdf_signer = _DatedPdfSigner(
                metadata,
                signer=_open_signer(key),
                stamp_style=style,
                new_field_spec=_field(signer, place),
                at=at,
            )
            signed = pdf_signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
        return bytes(signed.getvalue())

    def _stamp(self, signer: Person, at: datetime, place: SignaturePlace, folder: Path) -> StaticStampStyle:
        """Render the visible part and wrap it for pyHanko, which reads it from a file."""
        zone = _ZONES.get(at.utcoffset() or timedelta(0), f"{at:%z}")
        stamp = render_stamp(
            name=signer.name,
            lines=(post_of(signer), f"{indonesian_date(at.date())} pukul {at:%H.%M} {zone}"),
            size=(place.width, place.height),
            letters_dir=self._letters_dir,
        )
        path = folder / "stamp.pdf"
        path.write_bytes(stamp)
        return StaticStampStyle(
            background=ImportedPdfPage(str(path)),
            background_layout=SimpleBoxLayoutRule(
                x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins.uniform(0)
            ),
            background_opacity=1.0,
            border_width=0,
        )


def _open_signer(key: SigningKey) -> signers.SimpleSigner:
    """Hand the key to pyHanko; the root stays out of the signature, since who verifies brings his own."""
    opened = signers.SimpleSigner.load_pkcs12_data(key.pkcs12, other_certs=[], passphrase=key.passphrase)
    opened.embed_roots = False
    return opened


def _refuse_second_signature(reader: PdfFileReader, key: SigningKey, signer: Person) -> None:
    """Refuse a document that this person's certificate, or an older one of the same name, has signed."""
    subject = key.certificate.subject.public_bytes()
    for signature in reader.embedded_signatures:
        if signature.signer_cert.subject.dump() == subject:
            raise SigningError(
                f"document already bears the signature of {signer.username} in field {signature.field_name!r} "
                "(a signed document is archived as it is, never signed again)"
            )


def _find_place(reader: PdfFileReader) -> SignaturePlace | None:
    """Find where the letter wants its signature; a document that says nothing gets an invisible one."""
    trailer = reader.trailer_view
    # pyHanko's get() does not follow references, its [] does.
    information = trailer["/Info"] if "/Info" in trailer else {}  # noqa: SIM401 - see above
    place = place_from_keywords(str(information.get("/Keywords", "")))
    pages = int(reader.root["/Pages"]["/Count"])
    return place if place and place.page <= pages else None


def _field(signer: Person, place: SignaturePlace | None) -> fields.SigFieldSpec:
    """Describe the signature field; PDF counts upwards from the foot of the page."""
    name = _field_name(signer)
    if place is None:
        return fields.SigFieldSpec(name)
    return fields.SigFieldSpec(name, on_page=place.page - 1, box=place.box())


def _field_name(signer: Person) -> str:
    """Name the field after the signer; a full stop would mean a hierarchy of fields."""
    return f"ttd_{signer.username}".replace(".", "_")
