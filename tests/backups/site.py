"""A service with a real restic repository in a folder, as the playbook would leave it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.poly1305 import Poly1305

from laksana.backups.places import BackupPlaces
from laksana.backups.repository import Repositories
from laksana.backups.restic import Limits

SERVICE = ("hosting", "perikanan", "LKS-2026-0001")
NOW = datetime.now(UTC).replace(microsecond=0)
_LARGE = 300_000


class Site:
    """Files of a service, Laksana's own folder beside them, and the repository."""

    def __init__(self, folder: Path, files: Path) -> None:
        self.folder = folder
        self.files = files / "situs"
        self.office = files / "office"
        key_file = folder / "backup.key"
        self.places = BackupPlaces(base=str(folder / "cadangan"), key_file=key_file)
        if not key_file.exists():
            key_file.write_text("0123456789abcdef" * 2 + "\n")
        self.manifest_bytes = 0
        self.scratch = folder / "scratch"
        self.scratch.mkdir(exist_ok=True)
        self.access = self.places.access(*SERVICE)

    @property
    def repository(self) -> Path:
        return Path(self.access.repository)

    @property
    def manifest(self) -> Path:
        return self.office / SERVICE[1] / "manifest.json"

    def store(self, **limits: Any) -> Repositories:
        """Open it as the product does."""
        return Repositories(
            self.places, limits=Limits(**{"sizes": 1, "lock_seconds": 0.0, **limits}), own_folder=str(self.office)
        )

    def restic(self, *words: str) -> str:
        """Run restic by hand."""
        environment = {**os.environ, "RESTIC_PASSWORD": self.access.password}
        line = ["timeout", "60", "restic", "--no-cache", "-r", self.access.repository, *words]
        return subprocess.run(line, env=environment, capture_output=True, text=True, check=True).stdout

    def back_up(self, *, days_ago: int = 0, host: str = SERVICE[1], sample: dict[str, str] | None = None) -> None:
        """Make a snapshot of some time ago; ``sample`` takes the place of the files' real hashes."""
        hashes = sample if sample is not None else self.hashes()
        entries = [{"path": path, "sha256": value, "size": 1} for path, value in hashes.items()]
        self.manifest.parent.mkdir(parents=True, exist_ok=True)
        self.manifest.write_text(json.dumps({"version": 1, "files": entries}))
        self.snapshot(str(self.files), str(self.manifest.parent), days_ago=days_ago, host=host)

    def snapshot(self, *paths: str, days_ago: int = 0, host: str = SERVICE[1]) -> None:
        """Make a snapshot of just these paths."""
        made = (NOW - timedelta(days=days_ago)).strftime("%Y-%m-%d %H:%M:%S")
        environment_zone = ["env", "TZ=UTC"]
        environment = {**os.environ, "RESTIC_PASSWORD": self.access.password}
        line = [*environment_zone, "restic", "--no-cache", "-r", self.access.repository, "backup", "--host", host]
        subprocess.run(
            [*line, "--time", made, *paths], env=environment, capture_output=True, text=True, check=True, timeout=60
        )  # fmt: skip

    def hashes(self) -> dict[str, str]:
        """Hash the small files, as the playbook's sample does."""
        small = [path for path in self.files.rglob("*") if path.is_file() and path.stat().st_size < _LARGE]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in small}

    def spoil_largest_pack(self) -> None:
        """Turn one bit of one byte round, in the middle of the pack that holds the large file."""
        pack = max(
            (path for path in (self.repository / "data").rglob("*") if path.is_file()), key=lambda p: p.stat().st_size
        )
        data = bytearray(pack.read_bytes())
        assert len(data) >= _LARGE
        data[len(data) // 2] ^= 1
        pack.chmod(0o600)
        pack.write_bytes(data)


def make_site(folder: Path) -> Site:
    """Make the files and an empty repository."""
    site = Site(folder, folder)
    (site.files / "gambar").mkdir(parents=True)
    for name in ("index.html", "tentang.html", "gambar/peta.svg"):
        (site.files / name).write_text(f"<p>{name}</p>\n" * 50)
    (site.files / "gambar" / "besar.bin").write_bytes(os.urandom(_LARGE))
    site.restic("init")
    _make_key_cheap(site)
    return site


def copy_of(site: Site, folder: Path) -> Site:
    """Copy the repository, to be spoilt."""
    for name in ("cadangan", "backup.key"):
        source = site.folder / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    return Site(folder, site.folder)


def _make_key_cheap(site: Site) -> None:
    """Replace the repository's key file by one of the same password that takes no half a second of scrypt to open."""
    master, salt, nonce = site.restic("cat", "masterkey").encode(), os.urandom(64), os.urandom(16)
    derived = hashlib.scrypt(site.access.password.encode(), salt=salt, n=2, r=8, p=1, dklen=64)
    stream = Cipher(algorithms.AES(derived[:32]), modes.CTR(nonce)).encryptor()
    sealed = stream.update(master) + stream.finalize()
    block = Cipher(algorithms.AES(derived[32:48]), modes.ECB()).encryptor()  # noqa: S305  # one block, as Poly1305-AES is defined
    mac = Poly1305.generate_tag(derived[48:64] + block.update(nonce) + block.finalize(), sealed)
    text = json.dumps(
        {
            "created": NOW.isoformat(), "username": "uji", "hostname": "uji", "kdf": "scrypt", "N": 2, "r": 8, "p": 1,
            "salt": base64.b64encode(salt).decode(), "data": base64.b64encode(nonce + sealed + mac).decode(),
        }
    ).encode()  # fmt: skip
    keys = site.repository / "keys"
    old = list(keys.iterdir())
    (keys / hashlib.sha256(text).hexdigest()).write_bytes(text)
    for key in old:
        key.unlink()
