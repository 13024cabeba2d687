"""Keeps versions and snapshots in the tables ``sop_version`` and ``sop_snapshot``, where every machine reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import sop_snapshot, sop_version
from laksana.errors import SpecError, VersionError
from laksana.spec.loading import build_spec_of
from laksana.spec.model import Spec
from laksana.versions.snapshot import Folder, Snapshot, SpecText

_SHOWN = 12


@dataclass(frozen=True)
class KnownVersion:
    """A version of an SOP and when it was first in force."""

    slug: str
    digest: str
    first_seen: datetime


class SopVersions:
    """Every version of every SOP that has been in force."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, folder: Folder, needed: Collection[str], *, at: datetime) -> Snapshot:
        """Keep what a folder holds now and bring it into force; the same content again is the same snapshot.

        Args:
            folder: what the SOP files say.
            needed: SOPs that have open cases; they stay in force when their file is gone.
            at: the time.
        """
        with self._engine.begin() as connection:
            good = _keep(connection, folder.good, at)
            withdrawn = frozenset(needed) - folder.names
            earlier = [_in_force(connection, slug) for slug in sorted(withdrawn | set(folder.broken))]
            held = [item for item in earlier if item is not None]
            snapshot = Snapshot(
                tuple(sorted([*good, *held], key=lambda item: item.slug)),
                frozenset(item.slug for item in held) & withdrawn,
                folder.broken,
            )
            statement = insert(sop_snapshot).values(version=snapshot.version, manifest=snapshot.manifest, taken_at=at)
            statement = statement.on_conflict_do_update(index_elements=["version"], set_={"taken_at": at})
            connection.execute(statement)
        return snapshot

    def keep(self, spec: SpecText, *, at: datetime) -> None:
        """Keep one version; brings nothing into force."""
        with self._engine.begin() as connection:
            _keep(connection, [spec], at)

    def snapshot(self, version: str) -> Snapshot:
        """Return a snapshot by its name.

        Raises:
            VersionError: it is not kept.
        """
        with self._engine.connect() as connection:
            statement = select(sop_snapshot.c.manifest).where(sop_snapshot.c.version == version)
            manifest = connection.scalar(statement)
            specs = _texts(connection, manifest["specs"].items()) if manifest else []
        if manifest is None or len(specs) != len(manifest["specs"]):
            raise VersionError(
                f"snapshot {version[:_SHOWN]} of the SOPs is not in Laksana's database: restore the tables "
                "sop_snapshot and sop_version from a backup of the time when the case began, then clear its task"
            )
        return Snapshot(tuple(specs), frozenset(manifest["withdrawn"]), manifest["broken"])

    def spec(self, slug: str, digest: str) -> Spec:
        """Return a version of an SOP.

        Raises:
            VersionError: it is not kept, or the installed package can't read it any more.
        """
        statement = select(sop_version.c.text).where(sop_version.c.slug == slug, sop_version.c.digest == digest)
        with self._engine.connect() as connection:
            text = connection.scalar(statement)
        if text is None:
            raise VersionError(
                f"version {digest[:_SHOWN]} of SOP {slug} is not in Laksana's database: restore the table sop_version "
                f"from a backup, or give its file back under the SOP folder (known: laksana spec versions {slug})"
            )
        return _built(slug, digest, text)

    def in_force(self, slug: str) -> Spec | None:
        """Return the version of an SOP that was last in force; nothing where none was, or none can be read any more."""
        with self._engine.connect() as connection:
            found = _in_force(connection, slug)
        try:
            return _built(slug, found.digest, found.text) if found else None
        except VersionError:
            return None

    def list(self, slug: str = "") -> list[KnownVersion]:
        """Return the versions of an SOP, or of all, the newest of each first."""
        statement = select(sop_version.c.slug, sop_version.c.digest, sop_version.c.first_seen)
        if slug:
            statement = statement.where(sop_version.c.slug == slug)
        statement = statement.order_by(sop_version.c.slug, sop_version.c.first_seen.desc())
        with self._engine.connect() as connection:
            return [KnownVersion(*row) for row in connection.execute(statement)]


def _keep(connection: Connection, specs: Collection[SpecText], at: datetime) -> list[SpecText]:
    """Keep versions that are new; return each with the text that it was first seen with."""
    if not specs:
        return []
    rows = [
        {"slug": item.slug, "digest": item.digest, "sha256": item.sha256, "text": item.text, "first_seen": at}
        for item in specs
    ]
    connection.execute(insert(sop_version).on_conflict_do_nothing(), rows)
    return _select(connection, tuple_(sop_version.c.slug, sop_version.c.digest), [(i.slug, i.digest) for i in specs])


def _in_force(connection: Connection, slug: str) -> SpecText | None:
    """Return what the newest snapshot with an SOP says of it."""
    sha256 = sop_snapshot.c.manifest["specs"][slug].as_string()
    statement = select(sha256).where(sha256.is_not(None)).order_by(sop_snapshot.c.taken_at.desc()).limit(1)
    found = connection.scalar(statement)
    return next(iter(_texts(connection, [(slug, found)])), None) if found else None


def _texts(connection: Connection, keys: Iterable[tuple[str, str]]) -> list[SpecText]:
    """Return versions by SOP and hash of their text, in the order of the SOPs' names."""
    return _select(connection, tuple_(sop_version.c.slug, sop_version.c.sha256), list(keys))


def _select(connection: Connection, columns: Any, keys: list[tuple[str, str]]) -> list[SpecText]:
    statement = select(sop_version).where(columns.in_(keys)).order_by(sop_version.c.slug)
    return [SpecText(row.slug, row.digest, row.text) for row in connection.execute(statement)]


def _built(slug: str, digest: str, text: str) -> Spec:
    try:
        return build_spec_of(Path(f"{slug}.yaml"), text)
    except SpecError as error:
        more = f" and {len(error.problems) - 1} more" if len(error.problems) > 1 else ""
        raise VersionError(
            f"version {digest[:_SHOWN]} of SOP {slug} can't be read by the installed package: "
            f"{error.problems[0].as_line()}{more} "
            "(install the package that the case began with, or end the case)"
        ) from error
