"""The book of letter numbers, on PostgreSQL."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import create_engine, select

from laksana.database.connection import open_database
from laksana.database.tables import letter_number
from laksana.documents.numbering import LetterNumbers
from laksana.documents.office import NumberTemplate
from laksana.errors import DocumentError

TEMPLATE = NumberTemplate("{kode_klasifikasi}/{urut}/{kode_unit}/{tahun}", "065", "437.87")
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def numbers(clean_database: str) -> LetterNumbers:
    return LetterNumbers(open_database(clean_database))


def draw(numbers: LetterNumbers, ticket: str, kind: str = "nota-dinas-balasan", on: date = DAY) -> str:
    return numbers.draw(kind, ticket, on=on, template=TEMPLATE, at=AT)


def test_numbers_follow_each_other(numbers: LetterNumbers) -> None:
    assert [draw(numbers, f"T{number}") for number in range(3)] == [
        "065/001/437.87/2026",
        "065/002/437.87/2026",
        "065/003/437.87/2026",
    ]


def test_repeat_gives_the_same_number_even_next_year(numbers: LetterNumbers) -> None:
    first = draw(numbers, "T1")

    assert draw(numbers, "T1") == first
    assert draw(numbers, "T1", on=date(2027, 1, 4)) == first


def test_new_year_begins_anew(numbers: LetterNumbers) -> None:
    draw(numbers, "T1")

    assert draw(numbers, "T2", on=date(2027, 1, 4)) == "065/001/437.87/2027"


def test_fifty_at_once_leave_no_gap_and_no_double(clean_database: str) -> None:
    """Five engines stand for five processes; each case is drawn twice, as a retry would."""
    engines = [create_engine(clean_database, pool_size=10) for _ in range(5)]
    start = threading.Barrier(50)

    def one(index: int) -> tuple[int, str]:
        start.wait()
        return index % 25, draw(LetterNumbers(engines[index % 5]), f"T{index % 25}")

    with ThreadPoolExecutor(50) as pool:
        drawn = set(pool.map(one, range(50)))
    for engine in engines:
        engine.dispose()

    assert len(drawn) == 25
    assert sorted(number for _, number in drawn) == [TEMPLATE.fill(number, 2026) for number in range(1, 26)]


def test_failed_draw_leaves_no_gap(numbers: LetterNumbers) -> None:
    draw(numbers, "T1")
    with pytest.raises(DocumentError, match="taken by a letter of kind nota-dinas-balasan"):
        draw(numbers, "T2", kind="berita-acara")

    assert draw(numbers, "T3") == "065/002/437.87/2026"


def test_void_number_is_kept_with_its_reason_and_not_given_again(numbers: LetterNumbers, clean_database: str) -> None:
    number = draw(numbers, "T1")

    numbers.void(number, "permohonan dicabut")
    numbers.void(number, "permohonan dicabut")

    with open_database(clean_database).connect() as connection:
        row = connection.execute(select(letter_number.c.state, letter_number.c.reason)).one()
    assert tuple(row) == ("void", "permohonan dicabut")
    assert draw(numbers, "T2") == "065/002/437.87/2026"
    with pytest.raises(DocumentError, match="is void"):
        draw(numbers, "T1")


def test_used_number_can_not_be_voided(numbers: LetterNumbers) -> None:
    number = draw(numbers, "T1")
    numbers.mark_used(number)
    numbers.mark_used(number)

    with pytest.raises(DocumentError, match="is used and can't become void"):
        numbers.void(number, "salah")


def test_void_number_can_not_be_used(numbers: LetterNumbers) -> None:
    number = draw(numbers, "T1")
    numbers.void(number, "dicabut")

    with pytest.raises(DocumentError, match="is void and can't become used"):
        numbers.mark_used(number)


def test_voiding_needs_a_reason(numbers: LetterNumbers) -> None:
    with pytest.raises(DocumentError, match="needs a reason"):
        numbers.void(draw(numbers, "T1"), " ")


def test_number_never_drawn_is_refused(numbers: LetterNumbers) -> None:
    with pytest.raises(DocumentError, match="never drawn"):
        numbers.mark_used("065/999/437.87/2026")
