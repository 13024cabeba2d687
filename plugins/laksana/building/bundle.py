"""Airflow's DAG bundle of the SOPs: every run keeps the SOP files that were in force when it began.

Airflow pins a run to the version that its bundle had at the run's start, and reads the DAG of each of its tasks from
the bundle at that version. A version here is a snapshot of all SOP files in Laksana's own database, so that every
machine has them; what lies in Airflow's bundle folder is a copy, made when it is missing.

Only SOP files are versioned: the program is what is installed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.dag_processing.bundles.base import BaseDagBundle, BundleVersion
from sqlalchemy import Engine

from laksana.building.bundle_files import DAGS, error_files, files_of, is_whole, lay_out
from laksana.database.connection import open_database
from laksana.errors import SettingsError
from laksana.servicedesk.builtin import BuiltinDesk
from laksana.settings import Settings, current
from laksana.versions.snapshot import Folder, read_folder
from laksana.versions.store import SopVersions


class SopBundle(BaseDagBundle):  # type: ignore[misc]  # Airflow's classes are not typed for us
    """The SOPs as DAGs: at a version, or (without one) as they are in force now."""

    supports_versioning = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._seen: Folder | None = None
        self._needed: frozenset[str] = frozenset()
        """What the last refresh found: the SOP files, and SOPs without one that have open cases."""
        self._current = ""
        """The version it got."""

    @property
    def path(self) -> Path:
        """Folder of the DAG files; that of the present keeps its place, so that Airflow finds the same files anew."""
        return self._folder / DAGS

    def initialize(self) -> None:
        """Make the folder where it is missing or not whole.

        Raises:
            VersionError: the version is not kept.
        """
        if self.version is None:
            self.refresh()
        elif not is_whole(self._folder, self.version):
            self._bring_back(self.version)
        super().initialize()

    def refresh(self) -> None:
        """Take in what the SOP files say now; a pinned version never changes.

        Raises:
            SettingsError: there is no such folder.
        """
        if self.version is not None:
            return
        settings = current()
        if not settings.specs_dir.is_dir():  # e.g. not mounted: that is no reason to take every SOP away
            raise SettingsError(f"LAKSANA_SPECS_DIR={settings.specs_dir} is no folder; what was in force stays so")
        folder = read_folder(settings.specs_dir, self._seen)
        with self.lock(), _database(settings) as database:
            desk = BuiltinDesk(database, settings.timezone)
            needed = frozenset(slug for slug, _ in desk.open_by_version()) - folder.names
            if self._current and (folder, needed) == (self._seen, self._needed):
                return
            snapshot = SopVersions(database).take(folder, needed, at=datetime.now(UTC))
            in_force = {item.slug for item in snapshot.specs}
            errors = error_files(folder.broken, in_force, settings.specs_dir)
            lay_out({**files_of(snapshot), **errors}, self._folder)
            self._seen, self._needed, self._current = folder, needed, snapshot.version

    def get_current_version(self) -> BundleVersion | None:
        """Return the version of the files that lie there."""
        version = self.version or self._current
        return BundleVersion(version) if version else None

    @property
    def _folder(self) -> Path:
        return Path(self.versions_dir / self.version) if self.version else Path(self.base_dir / "present")

    def _bring_back(self, version: str) -> None:
        """Make a version's folder from the database; a broken one is moved out of the way whole."""
        with self.lock(), _database(current()) as database:
            if is_whole(self._folder, version):
                return  # another task was quicker
            snapshot = SopVersions(database).snapshot(version)
            self.versions_dir.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.base_dir) as place:
                made, old = Path(place) / "made", Path(place) / "old"
                lay_out(files_of(snapshot), made)
                if self._folder.exists():
                    self._folder.rename(old)
                made.rename(self._folder)


@contextmanager
def _database(settings: Settings) -> Iterator[Engine]:
    """Lend the database, and keep no connection: whoever holds a bundle forks, and a connection is one process' own."""
    database = open_database(settings.database_url)
    try:
        yield database
    finally:
        database.dispose()
