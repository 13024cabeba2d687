"""Versions of SOPs on PostgreSQL: kept once by content; what is broken or gone leaves the last good one in force."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from laksana.database.connection import open_database
from laksana.database.tables import sop_snapshot, sop_version
from laksana.errors import VersionError
from laksana.versions.snapshot import Snapshot, read_folder
from laksana.versions.store import SopVersions
from tests.versions.folders import write_sop

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
SLUG = "contoh-gerbang"


@pytest.fixture
def versions(clean_database: str) -> SopVersions:
    return SopVersions(open_database(clean_database))


def question(versions: SopVersions, digest: str) -> str:
    return versions.spec(SLUG, digest).step(2).work.text("pertanyaan")


def take(versions: SopVersions, folder: Path, *needed: str, at: datetime = AT) -> Snapshot:
    return versions.take(read_folder(folder), needed, at=at)


def digest_of(snapshot: Snapshot, slug: str = SLUG) -> str:
    return next(item.digest for item in snapshot.specs if item.slug == slug)


def test_both_versions_can_be_read_after_a_change(versions: SopVersions, tmp_path: Path) -> None:
    write_sop(tmp_path)
    old = take(versions, tmp_path)
    write_sop(tmp_path, question="Lanjutkan?")
    new = take(versions, tmp_path, at=AT + HOUR)

    assert old.version != new.version
    assert [question(versions, digest_of(item)) for item in (old, new)] == ["Teruskan?", "Lanjutkan?"]
    assert [(item.digest, item.first_seen) for item in versions.list(SLUG)] == [
        (digest_of(new), AT + HOUR),
        (digest_of(old), AT),
    ]


def test_snapshot_comes_back_as_it_was_taken(versions: SopVersions, tmp_path: Path) -> None:
    write_sop(tmp_path)
    write_sop(tmp_path, "lain")
    (tmp_path / "rusak.yaml").write_text("slug: [", encoding="utf-8")

    taken = take(versions, tmp_path)

    assert versions.snapshot(taken.version) == taken
    assert [item.slug for item in taken.specs] == [SLUG, "lain"]
    assert set(taken.broken) == {"rusak"}


def test_comment_makes_no_new_version_and_no_new_snapshot(versions: SopVersions, tmp_path: Path) -> None:
    file = write_sop(tmp_path)
    before = take(versions, tmp_path)
    file.write_text("# catatan\n" + file.read_text(encoding="utf-8"), encoding="utf-8")

    assert take(versions, tmp_path, at=AT + HOUR) == before
    assert len(versions.list(SLUG)) == 1


def test_version_that_comes_back_into_force_is_the_same(versions: SopVersions, tmp_path: Path) -> None:
    questions = ["Satu?", "Dua?", "Satu?"]
    taken = []
    for number, text in enumerate(questions):
        write_sop(tmp_path, question=text)
        taken.append(take(versions, tmp_path, at=AT + number * HOUR))
    in_force = versions.in_force(SLUG)

    assert taken[0] == taken[2] != taken[1]
    assert in_force is not None
    assert in_force.digest == digest_of(taken[2])


def test_broken_file_leaves_its_last_good_version_in_force(versions: SopVersions, tmp_path: Path) -> None:
    file = write_sop(tmp_path)
    good = take(versions, tmp_path)
    file.write_text("slug: contoh-gerbang\n", encoding="utf-8")

    broken = take(versions, tmp_path, at=AT + HOUR)

    assert broken.specs == good.specs
    assert broken.version != good.version  # Airflow looks through the files only where the version changes


def test_removed_file_stays_in_force_only_while_a_case_needs_it(versions: SopVersions, tmp_path: Path) -> None:
    write_sop(tmp_path)
    write_sop(tmp_path, "lain").unlink()
    good = take(versions, tmp_path)
    (tmp_path / f"{SLUG}.yaml").unlink()

    needed = take(versions, tmp_path, SLUG, "tidak-pernah-ada", at=AT + HOUR)
    later = take(versions, tmp_path, at=AT + 2 * HOUR)

    assert needed.specs == good.specs
    assert needed.withdrawn == {SLUG}
    assert later.specs == ()


def test_what_is_not_kept_is_said_in_one_line_with_the_mend(versions: SopVersions, tmp_path: Path) -> None:
    write_sop(tmp_path)
    taken = take(versions, tmp_path)
    with versions._engine.begin() as connection:
        connection.execute(sop_version.delete())

    with pytest.raises(
        VersionError, match=r"^snapshot [0-9a-f]{12} of the SOPs is not in .*: restore the tables [^\n]+$"
    ):
        versions.snapshot(taken.version)
    with pytest.raises(VersionError, match=r"^version 0{12} of SOP contoh-gerbang is not in .*: restore [^\n]+$"):
        versions.spec(SLUG, "0" * 64)


def test_version_that_the_installed_package_can_not_read_says_so(versions: SopVersions, tmp_path: Path) -> None:
    """An upgrade that dropped a kind of work: the text was right when it was taken."""
    write_sop(tmp_path)
    digest = digest_of(take(versions, tmp_path))
    text = "slug: contoh-gerbang\n"
    with versions._engine.begin() as connection:
        connection.execute(sop_version.update().values(text=text))

    with pytest.raises(
        VersionError, match=r"can't be read by the installed package: contoh-gerbang\.yaml.* and \d+ more"
    ):
        versions.spec(SLUG, digest)


def test_two_takers_of_the_same_folder_agree(clean_database: str, versions: SopVersions, tmp_path: Path) -> None:
    write_sop(tmp_path)
    first = take(versions, tmp_path)

    second = take(SopVersions(open_database(clean_database)), tmp_path, at=AT + HOUR)

    assert first == second
    with versions._engine.connect() as connection:
        assert connection.execute(sop_snapshot.select()).one().taken_at == AT + HOUR
