"""Durations are read as the SOP sheet writes them."""

import pytest

from laksana.errors import WorktimeError
from laksana.worktime.duration import Duration, Unit, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90 Menit", Duration(90, Unit.MINUTE)),
        ("  3   hari ", Duration(3, Unit.DAY)),
        ("2 JAM", Duration(2, Unit.HOUR)),
        ("10Menit", Duration(10, Unit.MINUTE)),
    ],
)
def test_known_texts_are_read(text: str, expected: Duration) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["", "Menit", "90", "0 Menit", "-5 Menit", "1,5 Jam", "1.5 Jam", "3 Minggu", "٣ Hari"])
def test_other_texts_are_refused_with_the_text_in_the_message(text: str) -> None:
    with pytest.raises(WorktimeError, match=r"^duration "):
        parse(text)


def test_text_and_back_is_the_same() -> None:
    assert parse(str(parse("720 Menit"))) == parse("720 Menit")


def test_minutes_of_an_hour_are_sixty_and_a_day_has_none() -> None:
    assert parse("2 Jam").minutes == 120
    with pytest.raises(WorktimeError, match="working days differ"):
        _ = parse("3 Hari").minutes
