"""Real keys, real signatures, judged by poppler's pdfsig and by our own verifier."""

from __future__ import annotations

import logging
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from laksana.documents.letters import Reply, refused_reply
from laksana.documents.rendering import render_letter
from laksana.documents.signing.authority import create_demo_authority
from laksana.documents.signing.keys import open_key
from laksana.documents.signing.pades import PadesSigner
from laksana.documents.verifying import verify_pdf
from laksana.documents.wording import Wording
from laksana.errors import SigningError
from laksana.records import Person
from tests.documents.pdf_tools import pdf_fonts, pdf_words, run

MARKER = "penanda-rahasia-7c1f"


@pytest.fixture(scope="session")
def nss(tmp_path_factory: pytest.TempPathFactory, trust_root: Path) -> str:
    folder = f"sql:{tmp_path_factory.mktemp('nss')}"
    subprocess.run(["certutil", "-N", "-d", folder, "--empty-password"], check=True)
    subprocess.run(["certutil", "-A", "-d", folder, "-n", "root", "-t", "CT,C,C", "-i", str(trust_root)], check=True)
    return folder


@pytest.fixture
def own_keys(tmp_path: Path, signing_dir: Path) -> Path:
    return Path(shutil.copytree(signing_dir, tmp_path / "keys"))


def pdfsig(pdf: bytes, nss: str, folder: Path) -> str:
    path = folder / "signed.pdf"
    path.write_bytes(pdf)
    return run("pdfsig", "-nssdir", nss, path)


def sign(signer: PadesSigner, pdf: bytes, person: Person, at: datetime) -> bytes:
    return signer.sign(pdf, signer=person, reason="Persetujuan", location="Gresik", at=at)


def test_poppler_accepts_the_signed_letter(signed: bytes, nss: str, tmp_path: Path) -> None:
    verdict = pdfsig(signed, nss, tmp_path)

    assert "Signature is Valid." in verdict
    assert "Certificate is Trusted." in verdict
    assert "Total document signed" in verdict
    assert "ETSI.CAdES.detached" in verdict


def test_verifier_accepts_the_signed_letter(signed: bytes, trust_root: Path, now: datetime) -> None:
    report = verify_pdf(signed, trust_root=trust_root)

    assert report.valid
    assert report.intact
    assert report.trusted
    assert report.signer == "Dra. SITI RAHMAWATI, M.Si."
    assert datetime.fromisoformat(report.signed_at) == now
    assert report.reason == "Tanda tangan elektronik sah dan isi dokumen tidak berubah."


def test_signature_is_appended_to_untouched_bytes(letter: bytes, signed: bytes) -> None:
    assert signed.startswith(letter)


def test_signature_shows_in_its_place_with_embedded_fonts(
    letter: bytes, signed: bytes, tmp_path: Path, now: datetime
) -> None:
    words = pdf_words(signed, tmp_path)

    assert "Ditandatangani secara elektronik oleh:" in words
    assert f"pukul {now:%H.%M} WIB" in words
    assert "Ditandatangani secara elektronik oleh:" not in pdf_words(letter, tmp_path)
    assert {row[-5] for row in pdf_fonts(signed, tmp_path)} == {"yes"}


def test_long_name_and_post_fit_into_the_stamp(
    letter: bytes, pades: PadesSigner, head: Person, now: datetime, tmp_path: Path
) -> None:
    name = "Prof. Dr. Ir. H. RADEN MAS ADIPATI KUSUMANINGRAT SASTRODIPURO, S.T., M.Kom., Ph.D."
    post = "Kepala Bidang Pengelolaan Infrastruktur, Persandian, dan Keamanan Informasi pada Dinas Komunikasi"

    words = pdf_words(sign(pades, letter, replace(head, name=name, position=post), now), tmp_path)

    assert "KUSUMANINGRAT SASTRODIPURO" in words
    assert f"pukul {now:%H.%M} WIB" in words


def test_signature_stands_on_the_last_page_of_a_long_letter(
    reply: Reply, wording: Wording, letters_dir: Path, pades: PadesSigner, now: datetime, tmp_path: Path
) -> None:
    long = tuple("Uraian panjang lebar yang tidak berkesudahan. " * 8 for _ in range(8))
    pdf = render_letter(refused_reply(replace(reply, reasons=long), wording), letters_dir=letters_dir, draft=False)
    path = tmp_path / "long.pdf"

    path.write_bytes(sign(pades, pdf, reply.signer, now))

    assert "Ditandatangani secara" not in run("pdftotext", "-l", "1", path, "-")
    assert "Ditandatangani secara" in run("pdftotext", "-f", "2", path, "-")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.99])
def test_one_flipped_byte_is_noticed_by_both(
    letter: bytes, signed: bytes, trust_root: Path, nss: str, tmp_path: Path, share: float
) -> None:
    changed = bytearray(signed)
    changed[int(len(letter) * share)] ^= 1

    assert not verify_pdf(bytes(changed), trust_root=trust_root).valid
    assert "Signature is Valid." not in pdfsig(bytes(changed), nss, tmp_path)


def test_flipped_byte_in_the_content_is_called_a_change(letter: bytes, signed: bytes, trust_root: Path) -> None:
    changed = bytearray(signed)
    changed[len(letter) // 2] ^= 1

    report = verify_pdf(bytes(changed), trust_root=trust_root)

    assert not report.intact
    assert report.reason == "Isi dokumen telah berubah setelah ditandatangani."


def test_unsigned_letter_is_an_outcome(letter: bytes, trust_root: Path) -> None:
    report = verify_pdf(letter, trust_root=trust_root)

    assert not report.valid
    assert report.reason == "Dokumen tidak bertanda tangan elektronik."


@pytest.mark.parametrize(
    "content", [b"", b"bukan pdf", b"%PDF-1.7\n", b"%PDF-1.7\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"]
)
def test_what_is_no_pdf_is_an_outcome(content: bytes, trust_root: Path) -> None:
    assert "bukan PDF" in verify_pdf(content, trust_root=trust_root).reason


def test_addition_after_signing_is_noticed(signed: bytes, trust_root: Path) -> None:
    report = verify_pdf(signed + b"\n% tambahan\n", trust_root=trust_root)

    assert not report.valid
    assert report.reason == "Dokumen mendapat tambahan setelah ditandatangani."


def test_signature_of_another_authority_is_not_trusted(
    letter: bytes, trust_root: Path, letters_dir: Path, head: Person, now: datetime, tmp_path: Path
) -> None:
    create_demo_authority(tmp_path / "foreign", [head], now=now)
    pdf = sign(PadesSigner(tmp_path / "foreign", letters_dir=letters_dir), letter, head, now)

    report = verify_pdf(pdf, trust_root=trust_root)

    assert report.intact
    assert not report.trusted
    assert not report.valid
    assert "tidak berasal dari penerbit yang dipercaya" in report.reason


def test_certificate_that_expired_since_is_not_trusted(signed: bytes, trust_root: Path, now: datetime) -> None:
    assert not verify_pdf(signed, trust_root=trust_root, at=now + timedelta(days=800)).trusted


def test_missing_trust_root_is_an_error(signed: bytes, tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="trust root can't be read"):
        verify_pdf(signed, trust_root=tmp_path / "none.crt")


def test_trust_root_that_is_no_certificate_is_an_error(signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "root.crt").write_text("halo")

    with pytest.raises(SigningError, match="no certificate"):
        verify_pdf(signed, trust_root=tmp_path / "root.crt")


def test_second_signature_of_the_same_person_is_refused(
    signed: bytes, pades: PadesSigner, head: Person, now: datetime
) -> None:
    with pytest.raises(SigningError, match="already bears the signature of kadis"):
        sign(pades, signed, head, now)


def test_second_person_may_sign_too(
    signed: bytes, pades: PadesSigner, secretary: Person, now: datetime, trust_root: Path, nss: str, tmp_path: Path
) -> None:
    twice = sign(pades, signed, secretary, now)

    report = verify_pdf(twice, trust_root=trust_root)

    assert report.valid, report.reason
    assert report.signer == "BUDI SANTOSO, S.Kom."
    assert pdfsig(twice, nss, tmp_path).count("Signature is Valid.") == 2


def test_document_without_place_is_signed_invisibly(
    pades: PadesSigner, head: Person, now: datetime, trust_root: Path
) -> None:
    import typst

    pdf = bytes(typst.compile(b"Surat lain", ignore_system_fonts=True))

    assert verify_pdf(sign(pades, pdf, head, now), trust_root=trust_root).valid


def test_what_is_no_pdf_can_not_be_signed(pades: PadesSigner, head: Person, now: datetime) -> None:
    with pytest.raises(SigningError, match="can't be signed"):
        sign(pades, b"bukan pdf", head, now)


def test_time_without_zone_is_refused(pades: PadesSigner, letter: bytes, head: Person, now: datetime) -> None:
    with pytest.raises(SigningError, match="no time zone"):
        sign(pades, letter, head, now.replace(tzinfo=None))


@pytest.mark.parametrize("missing", ["kadis.p12", "kadis.passphrase"])
def test_missing_key_file_is_named(
    own_keys: Path, letter: bytes, letters_dir: Path, head: Person, now: datetime, missing: str
) -> None:
    (own_keys / missing).unlink()

    with pytest.raises(SigningError, match=rf"{missing}: .* can't be read"):
        sign(PadesSigner(own_keys, letters_dir=letters_dir), letter, head, now)


def test_key_open_to_others_is_refused(
    own_keys: Path, letter: bytes, letters_dir: Path, head: Person, now: datetime
) -> None:
    (own_keys / "kadis.passphrase").chmod(0o640)

    with pytest.raises(SigningError, match=r"open to others .run: chmod 600"):
        sign(PadesSigner(own_keys, letters_dir=letters_dir), letter, head, now)


@pytest.mark.parametrize("username", ["../kadis", "", ".hidden", "a/b", "x" * 81])
def test_username_that_leaves_the_folder_is_refused(
    pades: PadesSigner, letter: bytes, head: Person, now: datetime, username: str
) -> None:
    with pytest.raises(SigningError, match="no file can bear this name"):
        sign(pades, letter, replace(head, username=username), now)


@pytest.mark.parametrize("days", [-2, 731])
def test_certificate_out_of_its_time_is_refused(
    pades: PadesSigner, letter: bytes, head: Person, now: datetime, days: int
) -> None:
    with pytest.raises(SigningError, match="certificate is not valid on"):
        sign(pades, letter, head, now + timedelta(days=days))


def test_wrong_passphrase_is_told_without_telling_it(
    own_keys: Path,
    letter: bytes,
    letters_dir: Path,
    head: Person,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    (own_keys / "kadis.passphrase").write_text(f"{MARKER}\n")

    with pytest.raises(SigningError, match=r"wrong passphrase in kadis\.passphrase") as caught:
        sign(PadesSigner(own_keys, letters_dir=letters_dir), letter, head, now)

    said, shown = capfd.readouterr()
    chain = [caught.value, caught.value.__cause__, caught.value.__context__]
    assert MARKER not in said + shown + caplog.text + "".join(repr(error) for error in chain)


def test_right_passphrase_shows_nowhere(
    own_keys: Path, letter: bytes, letters_dir: Path, head: Person, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption

    caplog.set_level(logging.DEBUG)
    old = (own_keys / "kadis.passphrase").read_bytes().strip()
    key, certificate, others = pkcs12.load_key_and_certificates((own_keys / "kadis.p12").read_bytes(), old)
    (own_keys / "kadis.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"kadis", key, certificate, others, BestAvailableEncryption(MARKER.encode())
        )
    )
    (own_keys / "kadis.passphrase").write_text(f"{MARKER}\n")

    pdf = sign(PadesSigner(own_keys, letters_dir=letters_dir), letter, head, now)

    assert MARKER.encode() not in pdf
    assert MARKER not in caplog.text
    assert MARKER not in repr(open_key(own_keys, "kadis", at=now))


def test_authority_keeps_its_files_to_itself(signing_dir: Path) -> None:
    assert signing_dir.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in signing_dir.iterdir()} == {0o600}
    assert sorted(path.name for path in signing_dir.iterdir()) == [
        "kadis.p12",
        "kadis.passphrase",
        "sekretaris.p12",
        "sekretaris.passphrase",
        "trust-root.crt",
        "trust-root.key",
    ]


def test_second_call_changes_nothing_and_a_new_person_joins(own_keys: Path, head: Person, now: datetime) -> None:
    before = {path.name: path.read_bytes() for path in own_keys.iterdir()}

    create_demo_authority(own_keys, [head], now=now + timedelta(days=1))
    assert {path.name: path.read_bytes() for path in own_keys.iterdir()} == before

    create_demo_authority(own_keys, [head, replace(head, username="baru")], now=now)
    after = {path.name: path.read_bytes() for path in own_keys.iterdir()}
    assert after.keys() - before.keys() == {"baru.p12", "baru.passphrase"}
    assert before.items() <= after.items()


def test_authority_broken_off_after_the_passphrase_is_completed(own_keys: Path, head: Person, now: datetime) -> None:
    (own_keys / "kadis.p12").unlink()

    create_demo_authority(own_keys, [head], now=now)

    assert open_key(own_keys, "kadis", at=now).certificate


def test_signers_certificate_is_for_signatures_only(signing_dir: Path, now: datetime) -> None:
    from cryptography import x509

    usage = open_key(signing_dir, "kadis", at=now).certificate.extensions.get_extension_for_class(x509.KeyUsage).value

    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign


def test_certificates_begin_before_now(signing_dir: Path) -> None:
    assert open_key(signing_dir, "kadis", at=datetime.now(tz=UTC)).certificate
