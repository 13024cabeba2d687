"""The calendar reads its dated table, holidays and the office's own changes."""

from datetime import date
from pathlib import Path

import pytest

from laksana.errors import WorktimeError
from laksana.worktime.hours import WorkCalendar

KALENDER = Path(__file__).resolve().parents[2] / "include" / "kalender"

RAMADAN = """
zona_waktu: Asia/Jakarta
jam_kerja:
  - nama: biasa
    hari:
      senin: {masuk: "07.30", pulang: "16.00", istirahat: "12.00-13.00"}
      jumat: {masuk: "06.30", pulang: "16.00", istirahat: "11.30-13.00"}
  - nama: Ramadan
    mulai: 2026-02-19
    sampai: 2026-03-19
    hari:
      senin: {masuk: "08.00", pulang: "15.00", istirahat: "12.00-12.30"}
"""


def calendar_with(folder: Path, *, hours: str | None = None, changes: str | None = None) -> WorkCalendar:
    (folder / "jam-kerja.yaml").write_text(hours or (KALENDER / "jam-kerja.yaml").read_text())
    if changes is not None:
        (folder / "libur.yaml").write_text(changes)
    return WorkCalendar.load(folder)


@pytest.fixture(scope="module")
def office() -> WorkCalendar:
    return WorkCalendar.load(KALENDER)


def clocks(calendar: WorkCalendar, day: date) -> list[str]:
    return [f"{item.start:%H.%M}-{item.end:%H.%M}" for item in calendar.intervals(day)]


def test_shipped_hours_are_those_of_the_sop(office: WorkCalendar) -> None:
    for day in range(2, 6):  # Monday to Thursday
        assert clocks(office, date(2026, 11, day)) == ["07.30-12.00", "13.00-16.00"]
    assert clocks(office, date(2026, 11, 6)) == ["06.30-11.30", "13.00-16.00"]
    assert clocks(office, date(2026, 11, 7)) == []
    assert clocks(office, date(2026, 11, 8)) == []


def test_intervals_carry_the_office_time_zone(office: WorkCalendar) -> None:
    assert office.intervals(date(2026, 11, 2))[0].start.isoformat() == "2026-11-02T07:30:00+07:00"


def test_holidays_and_cuti_bersama_are_off(office: WorkCalendar) -> None:
    assert not office.is_working_day(date(2026, 3, 20))
    assert office.day_off_name(date(2026, 3, 20)) == "Cuti Bersama Hari Raya Idul Fitri"
    assert office.day_off_name(date(2026, 12, 25)) == "Hari Raya Natal"
    assert office.day_off_name(date(2026, 11, 2)) == ""


@pytest.mark.parametrize(("year", "days"), [(2023, 239), (2024, 238), (2025, 237), (2026, 240), (2027, 242)])
def test_working_days_of_a_year_are_the_published_number(office: WorkCalendar, year: int, days: int) -> None:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    assert sum(office.is_working_day(date.fromordinal(day)) for day in range(first, last + 1)) == days


def test_last_row_that_covers_a_day_wins(tmp_path: Path) -> None:
    calendar = calendar_with(tmp_path, hours=RAMADAN)
    assert clocks(calendar, date(2026, 3, 9)) == ["08.00-12.00", "12.30-15.00"]
    assert clocks(calendar, date(2026, 3, 13)) == []  # the Ramadan row names no Friday
    assert clocks(calendar, date(2026, 3, 30)) == ["07.30-12.00", "13.00-16.00"]


def test_office_may_add_and_remove_days_off(tmp_path: Path) -> None:
    calendar = calendar_with(
        tmp_path,
        changes="tambah: [{tanggal: 2026-03-09, nama: Hari Jadi, jenis: libur, dasar: Keputusan Bupati 1/2026}]\n"
        "hapus: [{tanggal: 2026-05-15, alasan: cuti bersama tidak diambil}]\n",
    )
    assert calendar.day_off_name(date(2026, 3, 9)) == "Hari Jadi"
    assert not calendar.is_working_day(date(2026, 3, 9))
    assert calendar.is_working_day(date(2026, 5, 15))


def test_year_without_known_cuti_bersama_is_refused_when_completeness_is_asked_for(office: WorkCalendar) -> None:
    office.require_complete(2023, 2027)
    with pytest.raises(WorktimeError, match=r"no cuti bersama known for 2028, 2029; update the package"):
        office.require_complete(2027, 2029)


def test_year_without_known_cuti_bersama_works_and_is_named_provisional(caplog: pytest.LogCaptureFixture) -> None:
    calendar = WorkCalendar.load(KALENDER)
    assert calendar.is_working_day(date(2026, 11, 2))
    assert calendar.provisional_years() == ()

    assert calendar.is_working_day(date(2031, 9, 3))
    assert not calendar.is_working_day(date(2031, 12, 25))
    assert calendar.is_working_day(date(2150, 6, 3))

    assert calendar.provisional_years() == (2031, 2150)
    assert "2031" in caplog.text


def test_office_can_complete_a_year(tmp_path: Path) -> None:
    calendar = calendar_with(
        tmp_path,
        changes="tambah: [{tanggal: 2028-12-26, nama: Cuti Bersama Natal, jenis: cuti_bersama}]\n"
        "tahun_tanpa_cuti_bersama: [2029]\n",
    )
    calendar.require_complete(2028, 2029)


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        ("[1]", "must be a mapping"),
        ("zona_waktu: Asia/Jakarta\n", "key 'jam_kerja' is missing"),
        ("zona_waktu: Asia/Gresik\njam_kerja: [{}]\n", "unknown time zone"),
        ("zona_waktu: Asia/Jakarta\njam_kerja: []\n", "at least one row"),
        (RAMADAN.replace("nama: biasa", "nama: biasa\n    libur: x"), "unknown key 'libur'"),
        (RAMADAN.replace("senin", "monday"), "unknown key 'monday'"),
        (RAMADAN.replace('"06.30"', "06.30"), r"jumat.masuk: 6.3 is no clock time \(write it in quotes"),
        (RAMADAN.replace('"06.30"', '"24.30"'), "is no clock time"),
        (RAMADAN.replace('"06.30"', '"16.30"'), "pulang must be later"),
        (RAMADAN.replace('"11.30-13.00"', '"11.30"'), "istirahat"),
        (RAMADAN.replace('"11.30-13.00"', '"11.30-16.00"'), "must lie within"),
        (RAMADAN.replace("sampai: 2026-03-19", "sampai: 2025-03-19"), "lies before mulai"),
        (RAMADAN.replace("sampai: 2026-03-19", "sampai: besok"), "is no date"),
        ("zona_waktu: [", "not valid YAML"),
    ],
)
def test_wrong_table_is_refused_with_the_place(tmp_path: Path, hours: str, message: str) -> None:
    with pytest.raises(WorktimeError, match=message) as caught:
        calendar_with(tmp_path, hours=hours)
    assert "jam-kerja.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ("tambah: [{tanggal: 2026-03-09, nama: x, jenis: cuti}]", "allowed: libur, cuti_bersama"),
        ("tambah: [{nama: x, jenis: libur}]", "key 'tanggal' is missing"),
        ("hapus: [{tanggal: 9 Maret, alasan: x}]", "is no date"),
        ("tahun_tanpa_cuti_bersama: 2029", "list of years"),
        (
            "tambah: [{tanggal: 2026-03-09, nama: x, jenis: libur}]\nhapus: [{tanggal: 2026-03-09, alasan: y}]",
            "both tambah and hapus",
        ),
    ],
)
def test_wrong_changes_are_refused_with_the_place(tmp_path: Path, changes: str, message: str) -> None:
    with pytest.raises(WorktimeError, match=message) as caught:
        calendar_with(tmp_path, changes=changes)
    assert "libur.yaml" in str(caught.value)


def test_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorktimeError, match="can't be read"):
        WorkCalendar.load(tmp_path)


def test_day_that_no_row_covers_is_refused(tmp_path: Path) -> None:
    calendar = calendar_with(tmp_path, hours=RAMADAN.replace("nama: biasa", "nama: biasa\n    mulai: 2025-01-01"))
    with pytest.raises(WorktimeError, match=r"no row of jam-kerja\.yaml covers 2024-12-31"):
        calendar.spans(date(2024, 12, 31))
