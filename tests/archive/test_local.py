"""The archive in a folder: real files, real processes at once, real damage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from laksana.archive.local import LocalArchive
from laksana.errors import ArchiveError

CASE = "2026/sop/SUB-2026-0007"
KEY = f"{CASE}/07-nota.pdf"
PDF = "application/pdf"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def archive(root: Path) -> LocalArchive:
    archive = LocalArchive(root)
    archive.put(KEY, b"isi", PDF)
    return archive


def rewrite(path: Path, data: bytes) -> None:
    path.chmod(0o640)
    path.write_bytes(data)


def codes(archive: LocalArchive) -> list[tuple[str, str]]:
    return [(problem.code, problem.file) for problem in archive.verify()]


@pytest.mark.usefixtures("archive")
def test_documents_are_read_only_and_nothing_else_is_left(root: Path) -> None:
    assert sorted(path.name for path in (root / CASE).iterdir()) == [".lock", "07-nota.pdf", "manifest.json"]
    assert (root / KEY).stat().st_mode & 0o777 == 0o440


@pytest.mark.usefixtures("archive")
def test_manifest_is_plain_json(root: Path) -> None:
    entry = json.loads((root / CASE / "manifest.json").read_text())["07-nota.pdf"]

    assert entry["key"] == KEY
    assert len(entry["sha256"]) == 64


def test_changed_document_is_named_and_not_handed_out(archive: LocalArchive, root: Path) -> None:
    rewrite(root / KEY, b"ubah")

    assert codes(archive) == [("berubah", KEY)]
    assert "isi dokumen tidak sama" in archive.verify()[0].as_line()
    with pytest.raises(ArchiveError, match="is not what was archived"):
        archive.read(KEY)
    with pytest.raises(ArchiveError, match="other bytes"):
        archive.put(KEY, b"isi", PDF)


def test_missing_and_unlisted_documents_are_named(archive: LocalArchive, root: Path) -> None:
    (root / KEY).unlink()
    (root / CASE / "selundupan.pdf").write_bytes(b"x")

    assert codes(archive) == [("hilang", KEY), ("tak-terdaftar", f"{CASE}/selundupan.pdf")]


def test_missing_document_may_be_put_back_but_only_the_same(archive: LocalArchive, root: Path) -> None:
    (root / KEY).unlink()

    with pytest.raises(ArchiveError, match="other bytes"):
        archive.put(KEY, b"lain", PDF)
    archive.put(KEY, b"isi", PDF)

    assert codes(archive) == []


def test_retry_after_a_crash_before_the_manifest_mends_it(archive: LocalArchive, root: Path) -> None:
    (root / CASE / "manifest.json").write_text("{}")
    (root / CASE / ".07-nota.pdf.new").write_bytes(b"setengah")

    assert codes(archive) == [("tak-terdaftar", KEY)]
    archive.put(KEY, b"isi", PDF)

    assert codes(archive) == []


def test_document_without_manifest_entry_is_not_handed_out(archive: LocalArchive, root: Path) -> None:
    (root / CASE / "manifest.json").unlink()

    with pytest.raises(ArchiveError, match="is not what was archived"):
        archive.read(KEY)


@pytest.mark.parametrize("content", ["{", "[]", '{"07-nota.pdf": 3}', '{"07-nota.pdf": {}}'])
def test_broken_manifest_is_a_finding_and_stops_writing(archive: LocalArchive, root: Path, content: str) -> None:
    (root / CASE / "manifest.json").write_text(content)

    assert codes(archive) == [("manifes-rusak", f"{CASE}/manifest.json")]
    with pytest.raises(ArchiveError, match="manifest can't be read"):
        archive.put(f"{CASE}/08-lain.pdf", b"x", PDF)


def test_link_that_leads_elsewhere_is_not_overwritten(archive: LocalArchive, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"milik orang")
    (root / CASE / "09-tautan.pdf").symlink_to(outside)

    with pytest.raises(ArchiveError, match="other bytes"):
        archive.put(f"{CASE}/09-tautan.pdf", b"isi", PDF)
    assert outside.read_bytes() == b"milik orang"


def test_place_that_can_not_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ArchiveError, match="can't be written"):
        LocalArchive(tmp_path / "file").put(KEY, b"isi", PDF)


def test_many_threads_in_one_folder_lose_nothing(root: Path) -> None:
    archives = [LocalArchive(root) for _ in range(4)]

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: archives[n % 4].put(f"{CASE}/{n:02d}-x.pdf", f"{n}".encode(), PDF), range(64)))

    assert len(archives[0].list(CASE)) == 64
    assert codes(archives[0]) == []


def test_two_processes_with_one_key_one_wins(root: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from laksana.archive.local import LocalArchive\n"
        "from laksana.errors import ArchiveError\n"
        "archive = LocalArchive(Path(sys.argv[1])); sys.stdin.readline()\n"
        "won = 0\n"
        "for n in range(30):\n"
        "    try: archive.put(f'2026/sop/T{n}/01-x.pdf', sys.argv[2].encode(), 'application/pdf'); won += 1\n"
        "    except ArchiveError: pass\n"
        "print(won)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(root), name],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("satu", "dua")
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("mulai\n")
        process.stdin.flush()
    won = [int(process.communicate(timeout=60)[0]) for process in processes]

    assert sum(won) == 30
    assert len(LocalArchive(root).list("")) == 30
    assert codes(LocalArchive(root)) == []


def test_other_bytes_after_a_crash_before_the_manifest_are_taken(archive: LocalArchive, root: Path) -> None:
    """A letter that is signed anew has other bytes; the file that nobody was told of must not block it."""
    abandoned = root / CASE / "09-dibuat-ulang.pdf"
    abandoned.parent.mkdir(parents=True, exist_ok=True)
    abandoned.write_bytes(b"tanda tangan pertama")

    receipt = archive.put(f"{CASE}/09-dibuat-ulang.pdf", b"tanda tangan kedua", "application/pdf")

    assert archive.read(receipt.key) == b"tanda tangan kedua"
    assert not archive.verify()
