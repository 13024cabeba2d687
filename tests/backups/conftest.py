"""One repository for all tests that only read; a copy for each that spoils it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.backups.site import Site, copy_of, make_site


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Three snapshots, 60 and 40 days old and of yesterday; tests read it and leave it as it is."""
    site = make_site(tmp_path_factory.mktemp("situs"))
    for days in (60, 40, 1):
        site.back_up(days_ago=days)
    site.manifest_bytes = site.manifest.stat().st_size  # copies write theirs to the same place
    return site


@pytest.fixture
def site(whole: Site, tmp_path: Path) -> Site:
    """The same with a repository of its own."""
    return copy_of(whole, tmp_path)
