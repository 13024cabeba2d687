"""The base image under every host: a Debian tree made once per package list and kept for all checkouts.

Owns the recipe and its digest. It refuses to change an image that is there: another list makes another image beside it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from tests.lab import places
from tests.lab.errors import LabError

SUITE = "bookworm"
PACKAGE_LIST = places.PACKAGE / "packages.txt"

# A chroot is no running host: nothing may start while packages configure themselves.
_DENY_STARTS = r'printf "#!/bin/sh\nexit 101\n" > "$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"'
# Hosts enable the services they are for; the rest of these only disturb a short-lived container.
_QUIET_UNITS = (
    "nginx named nftables proftpd mariadb php8.2-fpm phpsessionclean.timer unattended-upgrades "
    "libvirtd libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirt-guests "
    "virtlogd.socket virtlogd-admin.socket virtlockd.socket virtlockd-admin.socket "
    "apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer "
    "e2scrub_all.timer e2scrub_reap fstrim.timer systemd-timesyncd getty@tty1 console-getty"
)
_CUSTOMIZE = (
    'rm -f "$1/usr/sbin/policy-rc.d" "$1"/etc/ssh/ssh_host_*; : > "$1/etc/machine-id"',
    f'chroot "$1" useradd --create-home --shell /bin/bash {places.SSH_USER}',
    f'for unit in {_QUIET_UNITS}; do chroot "$1" systemctl disable "$unit" >/dev/null 2>&1 || true; done',
    'rm -f "$1/etc/nginx/sites-enabled/default"',
)
_EXCLUDED = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*")


def read_packages(source: Path = PACKAGE_LIST) -> tuple[str, ...]:
    """Read the package list, one name a line, ``#`` starts a comment."""
    lines = (line.partition("#")[0].strip() for line in source.read_text().splitlines())
    return tuple(sorted({line for line in lines if line}))


def _recipe(packages: tuple[str, ...]) -> list[str]:
    return [
        "--variant=minbase",
        "--mode=root",
        f"--include={','.join(packages)}",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in _EXCLUDED),
        "--dpkgopt=force-unsafe-io",
        '--aptopt=APT::Install-Recommends "false"',
        f"--essential-hook={_DENY_STARTS}",
        *(f"--customize-hook={hook}" for hook in _CUSTOMIZE),
        SUITE,
    ]


def image_path(packages: tuple[str, ...]) -> Path:
    """Name the image of a package list; the recipe counts too, so that a changed hook makes a new image."""
    digest = hashlib.sha256("\n".join(_recipe(packages)).encode()).hexdigest()
    return places.IMAGES / f"base-{digest[:12]}"


def ensure_image(packages: tuple[str, ...], report: Callable[[str], None]) -> Path:
    """Return the image of a package list, building it where it is missing.

    Raises:
        LabError: The build failed; the text holds the last lines that it printed.
    """
    image = image_path(packages)
    if image.is_dir():
        return image
    # Built beside and renamed: an interrupted build never looks like an image.
    unfinished = image.with_suffix(".unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    report(f"building base image {image.name} ({len(packages)} packages named, about a minute)")
    build_tree(unfinished, packages, report)
    unfinished.rename(image)
    return image


def build_tree(folder: Path, packages: tuple[str, ...], report: Callable[[str], None]) -> None:
    """Build a Debian tree with a list of packages in a folder that is not there yet.

    Raises:
        LabError: The build failed; the text holds the last lines that it printed.
    """
    _build(["mmdebstrap", *_recipe(packages), str(folder)], report)


def _build(command: list[str], report: Callable[[str], None]) -> None:
    started = time.monotonic()
    tail: deque[str] = deque(maxlen=15)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as build:
        for raw in build.stdout or ():
            line = raw.decode(errors="replace").strip()
            tail.append(line)
            if line.startswith("I: "):
                report(f"  {time.monotonic() - started:4.0f} s  {line[3:]}")
    if build.returncode != 0:
        shown = "\n  ".join(tail)
        raise LabError(f"mmdebstrap could not build the base image (status {build.returncode}):\n  {shown}")
