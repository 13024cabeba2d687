"""What the document tests share: the shipped templates, a signer, one request, and a certificate authority."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from laksana.documents.letters import Reply, granted_reply
from laksana.documents.rendering import render_letter
from laksana.documents.signing.authority import create_demo_authority
from laksana.documents.signing.pades import PadesSigner
from laksana.documents.wording import Wording, read_wording
from laksana.records import LetterFacts, Person

SLUG = "permohonan-sub-domain"
KIND = "sub-domain"
LETTERS_DIR = Path(__file__).resolve().parents[2] / "include" / "letters"


@pytest.fixture(scope="session")
def letters_dir() -> Path:
    return LETTERS_DIR


@pytest.fixture(scope="session")
def wording(letters_dir: Path) -> Wording:
    return read_wording(letters_dir, SLUG, KIND)


@pytest.fixture(scope="session")
def head() -> Person:
    return Person(
        username="kadis",
        name="Dra. SITI RAHMAWATI, M.Si.",
        role="kepala_dinas",
        position="Kepala Dinas Komunikasi dan Informatika",
        rank="Pembina Utama Muda (IV/c)",
        nip="197102031995032001",
        agency="Dinas Komunikasi dan Informatika",
    )


@pytest.fixture(scope="session")
def secretary() -> Person:
    return Person(username="sekretaris", name="BUDI SANTOSO, S.Kom.", role="sekretaris", position="Sekretaris Dinas")


@pytest.fixture(scope="session")
def reply(head: Person) -> Reply:
    return Reply(
        ticket="SUB-2026-0007",
        service="Sub Domain",
        recipient="Kepala Badan Perencanaan Pembangunan, Penelitian dan Pengembangan Daerah Kabupaten Gresik",
        reference="Nota Dinas Kepala Bappeda Nomor 050/311/437.71/2026 tanggal 20 November 2026 "
        "hal Permohonan Sub Domain",
        name="satudata.gresikkab.go.id",
        values={"nama_lengkap": "satudata.gresikkab.go.id", "alamat": "203.0.113.25"},
        signer=head,
        number="065/001/437.87/2026",
        on=date(2026, 11, 23),
    )


@pytest.fixture(scope="session")
def facts(reply: Reply, wording: Wording) -> LetterFacts:
    return granted_reply(reply, wording)


@pytest.fixture(scope="session")
def letter(facts: LetterFacts, letters_dir: Path) -> bytes:
    return render_letter(facts, letters_dir=letters_dir, draft=False)


@pytest.fixture(scope="session")
def now() -> datetime:
    """The real time: pdfsig judges certificates by the machine's clock."""
    return datetime.now(tz=UTC).replace(microsecond=0).astimezone(timezone(timedelta(hours=7)))


@pytest.fixture(scope="session")
def signing_dir(tmp_path_factory: pytest.TempPathFactory, head: Person, secretary: Person, now: datetime) -> Path:
    folder = tmp_path_factory.mktemp("authority") / "signing"
    create_demo_authority(folder, [head, secretary], now=now)
    return folder


@pytest.fixture(scope="session")
def trust_root(signing_dir: Path) -> Path:
    return signing_dir / "trust-root.crt"


@pytest.fixture(scope="session")
def pades(signing_dir: Path, letters_dir: Path) -> PadesSigner:
    return PadesSigner(signing_dir, letters_dir=letters_dir)


@pytest.fixture(scope="session")
def signed(pades: PadesSigner, letter: bytes, head: Person, now: datetime) -> bytes:
    return pades.sign(letter, signer=head, reason="Persetujuan nota dinas balasan", location="Gresik", at=now)
