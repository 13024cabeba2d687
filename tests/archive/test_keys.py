"""Keys of the archive."""

from __future__ import annotations

import pytest

from laksana.archive.keys import check_key, document_key
from laksana.errors import ArchiveError


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("Nota Dinas Balasan.pdf", "07-nota-dinas-balasan.pdf"),
        ("Konsep / nota: dinas?.PDF", "07-konsep-nota-dinas.pdf"),
        ("../../etc/passwd", "07-etc-passwd"),
        ("Évaluasi", "07-evaluasi"),
        ("n" * 200 + ".pdf", "07-" + "n" * 80 + ".pdf"),
    ],
)
def test_key_is_readable(name: str, last: str) -> None:
    key = document_key(2026, "permohonan-sub-domain", "SUB-2026-0007", 7, name)

    assert key == f"2026/permohonan-sub-domain/SUB-2026-0007/{last}"


@pytest.mark.parametrize(
    ("ticket", "name"), [("../T", "x.pdf"), ("T/1", "x.pdf"), ("", "x.pdf"), ("T1", "…"), ("T\n", "x")]
)
def test_part_that_can_not_be_in_a_key_is_refused(ticket: str, name: str) -> None:
    with pytest.raises(ArchiveError):
        document_key(2026, "sop", ticket, 7, name)


@pytest.mark.parametrize(
    "key",
    ["", "a", "a//b", "a/", "/a/b", "./a", "a/..", "a/b.", "a/b ", "a\\b/c", "a/b\n", "a/\u202eb", "a/" + "b" * 129],
)
def test_key_that_could_harm_is_refused(key: str) -> None:
    with pytest.raises(ArchiveError, match="not allowed"):
        check_key(key)
