"""The files of a DAG bundle: SOP files, and for each the few lines that Airflow reads as its DAG file."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from laksana.spec.digest import digest_of
from laksana.versions.snapshot import Snapshot, hash_of

DAGS, SPECS, MANIFEST = "dags", "sop_specs", "snapshot.json"
_AHEAD = 3
"""Seconds by which a changed DAG file is dated ahead: Airflow reads a file anew only if it is younger than the end of
the last reading, and a reading that began before the change may end after it."""

_DAG_FILE = '''\
"""Airflow DAG of the SOP in {specs}/{slug}.yaml; made by Laksana's DAG bundle."""

from pathlib import Path

from laksana.building.dag import sop_dag

dag = sop_dag("{slug}", Path(__file__).parents[1] / "{specs}"{more})
'''
_BROKEN_FILE = '''\
"""Lets Airflow show what is wrong with an SOP file; a DAG of its last good version stays; made by Laksana's bundle."""

from pathlib import Path

from laksana.spec import load_spec

load_spec(Path({file!r}))
'''


def dag_file(slug: str) -> str:
    """Return the name of an SOP's DAG file."""
    return f"{DAGS}/{re.sub(r'[^a-z0-9]+', '_', slug.lower())}.py"


def files_of(snapshot: Snapshot) -> dict[str, str]:
    """Return the files of a snapshot by their path in its folder, what is in force only."""
    files: dict[str, str] = {}
    for item in snapshot.specs:
        files[f"{SPECS}/{item.slug}.yaml"] = item.text
        files[dag_file(item.slug)] = _dag_text(item.slug, withdrawn=item.slug in snapshot.withdrawn)
    return {**files, MANIFEST: json.dumps(snapshot.manifest)}


def error_files(broken: Collection[str], in_force: Collection[str], specs_dir: Path) -> dict[str, str]:
    """Return the files through which Airflow shows what is wrong with an SOP file.

    Airflow stops every running case of a DAG whose own file can't be read, so an SOP that has a good version keeps its
    DAG file, and the error gets one beside it.
    """
    found: dict[str, str] = {}
    for name in broken:
        place = dag_file(name).removesuffix(".py") + ("_rusak.py" if name in in_force else ".py")
        found[place] = _BROKEN_FILE.format(file=str(specs_dir / f"{name}.yaml"))
    return found


def lay_out(files: Mapping[str, str], folder: Path) -> None:
    """Bring a folder to hold these files and no other; each is there whole, before or after, at any moment."""
    changed = {place for place, text in files.items() if _text(folder / place) != text}
    changed |= {dag_file(Path(place).stem) for place in changed if place.startswith(f"{SPECS}/")}
    for place in sorted(changed & files.keys(), reverse=True):  # SOP files before DAG files
        _write(folder / place, files[place])
    for file in [*folder.glob(f"{DAGS}/*.py"), *folder.glob(f"{SPECS}/*.yaml")]:
        if file.relative_to(folder).as_posix() not in files:
            file.unlink(missing_ok=True)
    (folder / DAGS).mkdir(parents=True, exist_ok=True)
    ahead = time.time() + _AHEAD
    for place in changed:
        if place.startswith(f"{DAGS}/") and place in files:
            os.utime(folder / place, (ahead, ahead))


def is_whole(folder: Path, version: str) -> bool:
    """Tell whether a folder holds a snapshot, nothing of it missing, changed, or made by another edition of this."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if digest_of(manifest) != version:
            return False
        specs: dict[str, str] = manifest["specs"]
        return all(
            hash_of((folder / SPECS / f"{slug}.yaml").read_text(encoding="utf-8")) == sha256
            and _text(folder / dag_file(slug)) == _dag_text(slug, withdrawn=slug in manifest["withdrawn"])
            for slug, sha256 in specs.items()
        )
    except (OSError, ValueError, KeyError):
        return False


def _dag_text(slug: str, *, withdrawn: bool) -> str:
    more = ", withdrawn=True" if withdrawn else ""
    return _DAG_FILE.format(slug=slug, specs=SPECS, more=more)


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, suffix=".baru", delete=False) as draft:
        draft.write(text)
    Path(draft.name).chmod(0o644)
    Path(draft.name).replace(file)
