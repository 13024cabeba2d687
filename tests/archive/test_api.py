"""What every archive promises, asked of each implementation."""

from __future__ import annotations

from pathlib import Path

import pytest

from laksana.archive.api import Archive
from laksana.archive.local import LocalArchive
from laksana.archive.memory import MemoryArchive
from laksana.archive.s3 import S3Archive
from laksana.errors import ArchiveError

KEY = "2026/permohonan-sub-domain/SUB-2026-0007/07-nota-dinas-balasan.pdf"
PDF = "application/pdf"


@pytest.fixture(params=["local", "memory", pytest.param("s3", marks=pytest.mark.lab)])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    if request.param == "s3":
        found = S3Archive(request.getfixturevalue("bucket"))
        found.ensure_bucket()
        return found
    return LocalArchive(tmp_path / "archive") if request.param == "local" else MemoryArchive()


def test_document_comes_back_as_it_was_put(archive: Archive) -> None:
    receipt = archive.put(KEY, b"isi", PDF)

    assert archive.read(KEY) == b"isi"
    assert (receipt.key, receipt.size, receipt.media_type) == (KEY, 3, PDF)
    assert receipt.sha256 == "55c123196402ef4b16c36bad51f12467397146987c479d41375831d1de9ed935"


def test_same_bytes_again_give_the_same_receipt(archive: Archive) -> None:
    first = archive.put(KEY, b"isi", PDF)

    assert archive.put(KEY, b"isi", "text/plain") == first


def test_other_bytes_under_the_same_key_are_refused(archive: Archive) -> None:
    archive.put(KEY, b"isi", PDF)

    with pytest.raises(ArchiveError, match=r"already holds other bytes .* never replaced"):
        archive.put(KEY, b"lain", PDF)
    assert archive.read(KEY) == b"isi"


def test_unknown_key_is_an_error(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match=r"07-nota-dinas-balasan\.pdf"):
        archive.read(KEY)


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../b", "plain", "a/b\x00", "a/manifest.json", "a/.hidden"])
def test_dangerous_key_is_refused(archive: Archive, key: str) -> None:
    with pytest.raises(ArchiveError, match="not allowed"):
        archive.put(key, b"isi", PDF)


def test_receipts_are_listed_by_key_under_a_prefix(archive: Archive) -> None:
    for key in ("2026/b/T2/01-x.pdf", "2026/a/T1/02-x.pdf", "2026/a/T1/01-x.pdf", "2025/a/T0/01-x.pdf"):
        archive.put(key, key.encode(), PDF)

    assert [entry.key for entry in archive.list("2026/a/")] == ["2026/a/T1/01-x.pdf", "2026/a/T1/02-x.pdf"]
    assert len(archive.list("")) == 4


def test_sound_archive_has_no_problems(archive: Archive) -> None:
    assert list(archive.verify()) == []
    archive.put(KEY, b"isi", PDF)

    assert list(archive.verify()) == []
