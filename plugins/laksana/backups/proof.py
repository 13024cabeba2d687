"""The restore test: a sample of a snapshot is restored into a scratch folder and compared with the snapshot's manifest.

The manifest says what the bytes were on the server when the backup was made; that restic gives something back which
fits its own checksums is not enough. What was restored stays in the scratch folder, whose owner removes it.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path

from laksana.backups.contents import LARGEST_MANIFEST, Contents, read_manifest, sizes_of
from laksana.backups.restic import Answer, Restic


def disprove(restic: Restic, snapshot: str, contents: Contents, listed: Answer, scratch: Path) -> str:
    """Restore the sample and say in one line what is wrong with it; nothing where it is as it was backed up.

    Raises:
        BackupError: the repository can't be reached.
    """
    if not contents.manifest:
        return "cadangan terbaru tidak memuat manifes, sehingga tidak dapat dibuktikan"
    if contents.own[contents.manifest] > LARGEST_MANIFEST:
        return "manifes cadangan terbaru terlalu besar"
    dumped = restic.call("dump", snapshot, contents.manifest)
    if not dumped.ok:
        restic.insist(dumped, "dump")
        return f"manifes tidak dapat dipulihkan: {dumped.reason()}"
    expected = read_manifest(dumped.output.read_bytes())
    if expected is None:
        return "manifes cadangan terbaru tidak terbaca"
    sizes = sizes_of(listed.json_lines(), expected)
    found = _restored(restic, snapshot, sizes, scratch)
    wrong = sorted(path for path in expected if found.get(path) != expected[path])
    if not wrong:
        return ""
    what = "kembali dengan isi lain" if found.get(wrong[0]) else "tidak dapat dipulihkan"
    what = what if wrong[0] in sizes else "tidak ada dalam cadangan"
    return f"{len(wrong)} dari {len(expected)} berkas contoh tidak sama dengan manifes: {wrong[0]} {what}"


def _restored(restic: Restic, snapshot: str, sizes: Mapping[str, int], scratch: Path) -> dict[str, str]:
    """Return the hashes of what a restore brings back; large files are hashed as they come and stay off the disk."""
    small = [path for path, size in sizes.items() if size <= restic.limits.restored_file_bytes]
    target = Path(tempfile.mkdtemp(dir=scratch))
    if small:
        includes = [word for path in small for word in ("--include", path)]
        answer = restic.call("restore", snapshot, "--target", str(target), *includes)
        if not answer.ok:
            restic.insist(answer, "restore")
    found = {path: _hash_of(target / path.lstrip("/")) for path in small}
    return found | {path: restic.hash_of(snapshot, path) for path in sizes if path not in found}


def _hash_of(file: Path) -> str:
    """Return a restored file's SHA-256, empty where it did not come back."""
    if file.is_symlink() or not file.is_file():
        return ""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
