"""What Great Expectations finds in the evidence, at the edges of each demand, and the page that shows it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from laksana.checks.backup_page import as_page
from laksana.checks.backups import demanded, judge_backups
from laksana.checks.months import months_before
from laksana.errors import CheckError
from laksana.records import BackupEvidence, BackupJudgement, BackupVerdict, Snapshot

WIB = ZoneInfo("Asia/Jakarta")
AT = datetime(2026, 3, 31, 7, 30, tzinfo=WIB)
CUTOFF = months_before(AT, 1)
SECOND = timedelta(seconds=1)
# Great Expectations' own import, in the first test that needs it.
pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_:DeprecationWarning")
_LOOK = """
import os, sys
from datetime import UTC, datetime
from laksana.checks import backup_page, backups
print({"great_expectations", "pandas"} & set(sys.modules), end="|")
passed = backups.judge_backups([], cutoff=datetime.now(UTC), at=datetime.now(UTC)).passed
print(passed, os.environ["GX_ANALYTICS_ENABLED"])
"""


def snapshot(at: datetime, size: int = 1000, files: int = 10) -> Snapshot:
    return Snapshot(id=f"{size:064x}", at=at.isoformat(), paths=("/srv",), size=size, files=files)


def evidence(
    name: str = "perikanan", *, at: datetime = AT, earlier: tuple[int, ...] = (), **other: Any
) -> BackupEvidence:
    size, files = other.pop("size", 1000), other.pop("files", 10)
    old = [snapshot(at - timedelta(days=len(earlier) - place), size) for place, size in enumerate(earlier)]
    return BackupEvidence("hosting", name, (*old, snapshot(at, size, files)), **other)


def judge(*found: BackupEvidence, at: datetime = AT, cutoff: datetime = CUTOFF) -> BackupVerdict:
    return judge_backups(found, cutoff=cutoff, at=at)


def states(verdict: BackupVerdict) -> list[str]:
    return [service.state for service in verdict.services]


@pytest.mark.parametrize(
    ("made", "state"),
    [
        (CUTOFF, "segar"),
        (CUTOFF - SECOND, "usang"),
        (datetime(2026, 2, 28, 7, 30, tzinfo=WIB), "segar"),  # 31 days before 31 March
        (datetime(2026, 2, 28, 7, 29, 59, tzinfo=WIB), "usang"),
        (datetime(2026, 2, 28, 0, 30, tzinfo=UTC), "segar"),  # the same moment, as restic tells it
        (datetime(2026, 2, 28, 0, 29, 59, tzinfo=UTC), "usang"),
        (AT + timedelta(days=1), "segar"),
        (AT + timedelta(days=1) + SECOND, "rusak"),  # clocks that are so far apart tell nobody's age
    ],
)
def test_backup_is_fresh_up_to_the_cutoff(made: datetime, state: str) -> None:
    assert states(judge(evidence(at=made))) == [state]


@pytest.mark.parametrize(
    ("at", "oldest"),
    [
        (datetime(2026, 3, 1, 9, tzinfo=WIB), datetime(2026, 2, 1, 9, tzinfo=WIB)),  # 28 days
        (datetime(2028, 3, 1, 9, tzinfo=WIB), datetime(2028, 2, 1, 9, tzinfo=WIB)),  # 29
        (datetime(2026, 5, 1, 9, tzinfo=WIB), datetime(2026, 4, 1, 9, tzinfo=WIB)),  # 30
        (datetime(2026, 6, 1, 9, tzinfo=WIB), datetime(2026, 5, 1, 9, tzinfo=WIB)),  # 31
    ],
    ids=["28", "29", "30", "31"],
)
def test_one_month_has_as_many_days_as_the_calendar_says(at: datetime, oldest: datetime) -> None:
    cutoff = months_before(at, 1)

    verdict = judge(evidence("tepat", at=oldest), evidence("lewat", at=oldest - SECOND), at=at, cutoff=cutoff)

    assert states(verdict) == ["segar", "usang"]
    assert {service.age_days for service in verdict.services} == {(at - oldest).days}


@pytest.mark.parametrize(
    ("found", "state", "reason"),
    [
        (BackupEvidence("vps", "kosong"), "tidak-ada", "belum ada cadangan"),
        (evidence(size=0, earlier=()), "rusak", "cadangan terbaru kosong"),
        (evidence(files=0), "rusak", "tidak berisi satu berkas pun"),
        (evidence(size=500, earlier=(1000, 1000)), "segar", ""),
        (evidence(size=499, earlier=(1000, 1000)), "rusak", "hanya 49,9% dari median sebelumnya (499 bita)"),
        (evidence(size=499, earlier=(0, 0)), "segar", ""),  # sizes that were not counted
        (evidence(size=400, earlier=(100, 700, 9000)), "segar", ""),  # one large one does not move the median
        (evidence(missing_paths=("/etc", "/srv/www")), "rusak", "tidak ada dalam cadangan terbaru: /etc, /srv/www"),
        (evidence(repository_ok=False, repository_note="paket rusak"), "rusak", "paket rusak"),
        (evidence(restore_ok=False, restore_note="isi lain"), "rusak", "isi lain"),
        (evidence(at=AT - timedelta(days=100)), "usang", "berumur 100 hari (dibuat 21-12-2025 07.30)"),
    ],
    ids=[
        "missing", "empty", "no-files", "half", "below-half", "unknown-sizes", "median", "paths", "repository",
        "restore", "old",
    ],
)  # fmt: skip
def test_each_demand_finds_its_fault_and_says_it(found: BackupEvidence, state: str, reason: str) -> None:
    judged = judge(found).services[0]

    assert (judged.kind, judged.name, judged.state) == (found.kind, found.name, state)
    assert reason in "; ".join(judged.reasons)
    assert bool(judged.reasons) == (state != "segar")


def test_worst_state_wins_and_every_reason_is_told() -> None:
    old_and_broken = evidence("buruk", at=AT - timedelta(days=40), repository_ok=False, repository_note="paket rusak")
    unreadable = BackupEvidence("vps", "gelap", repository_ok=False, repository_note="daftar tidak terbaca")

    verdict = judge(old_and_broken, unreadable, evidence("baik"))

    assert states(verdict) == ["rusak", "tidak-ada", "segar"]
    assert [len(service.reasons) for service in verdict.services] == [2, 2, 0]
    assert not verdict.passed
    assert verdict.validation["success"] is False


def test_services_of_one_name_are_not_mixed_up() -> None:
    verdict = judge(evidence(at=AT - timedelta(days=40)), evidence(), evidence(at=AT - timedelta(days=41)))

    assert states(verdict) == ["usang", "segar", "usang"]


def test_verdict_is_what_great_expectations_says() -> None:
    verdict = judge(evidence("baik"), evidence("tua", at=CUTOFF - SECOND))
    failed = [
        (result["expectation_config"]["meta"]["keadaan"], entry["layanan"])
        for result in verdict.validation["results"]
        for entry in result["result"]["unexpected_index_list"]
    ]

    assert failed == [("usang", "hosting/tua")]
    assert verdict.validation["statistics"]["evaluated_expectations"] == len(demanded(cutoff=CUTOFF, at=AT))
    assert (
        BackupVerdict.from_json(json.loads(json.dumps(verdict.to_json(), allow_nan=False))).services == verdict.services
    )


def test_nothing_to_judge_passes() -> None:
    verdict = judge()

    assert (verdict.passed, verdict.services, verdict.validation["success"]) == (True, (), True)


def test_judgement_holds_age_and_size() -> None:
    made = AT - timedelta(days=3, hours=1)

    assert judge(evidence(at=made, size=77)).services == (
        BackupJudgement("hosting", "perikanan", "segar", (), made.isoformat(), 3, 77),
    )


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(CheckError, match="needs its time zone"):
        judge(evidence(), cutoff=datetime(2026, 2, 28))  # noqa: DTZ001  # what is refused


def test_great_expectations_is_loaded_where_it_runs_and_reports_to_nobody() -> None:
    seen = subprocess.run(
        [sys.executable, "-c", _LOOK], env={**os.environ, "GX_ANALYTICS_ENABLED": "true"}, capture_output=True,
        text=True, check=True, timeout=60,
    )  # fmt: skip

    assert seen.stdout.split("|") == ["set()", "True false\n"]


class _Tags(HTMLParser):
    """Notes what a page would fetch, and which tags it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [str(value) for name, value in attrs if name in {"src", "href"}]


def test_page_shows_every_expectation_and_who_does_not_fulfil_it() -> None:
    verdict = judge(evidence("baik"), evidence("tua", at=AT - timedelta(days=40)), BackupEvidence("vps", "kosong"))

    page = as_page(verdict, title="Pemeriksaan cadangan Hosting", at=AT)
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())

    assert [demand.meaning for demand in demanded(cutoff=CUTOFF, at=AT) if demand.meaning not in text] == []
    assert "3 layanan: 1 segar, 1 usang, 0 rusak, 1 tidak-ada." in text
    assert "Tidak dipenuhi : 2 dari 3 layanan yang dapat dinilai. Yang tidak memenuhi dinyatakan tidak-ada" in text
    assert "Tidak dipenuhi : 1 dari 2 layanan yang dapat dinilai. Yang tidak memenuhi dinyatakan usang" in text
    assert "hosting/tua: usang" in text
    assert "cadangan terbaru berumur 40 hari" in text
    assert "Diperiksa 31-03-2026 07.30 WIB." in text
    assert _Tags(page).fetched == []


def test_page_shows_foreign_text_as_text() -> None:
    mark = "<script>alert(1)</script>"
    found = replace(evidence(missing_paths=(mark,)), name=mark)

    page = as_page(judge(found), title=mark, at=AT)

    assert "script" not in _Tags(page).tags
    assert page.count("&lt;script&gt;") >= 4


def test_page_of_no_service_is_whole() -> None:
    assert "Tidak ada layanan." in as_page(judge(), title="Pemeriksaan", at=AT)
    assert "Tidak ada yang diperiksa." in as_page(BackupVerdict(passed=True, services=()), title="Pemeriksaan", at=AT)
