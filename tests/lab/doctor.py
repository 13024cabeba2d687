"""What this machine lacks to run the lab, one clear line each.

Only looks and tries in throw-away namespaces; it changes nothing on the machine.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.lab import image, network
from tests.lab.commands import succeeds
from tests.lab.hosts import NETWORK

_PROGRAMS = {
    "systemd-nspawn": "systemd-container",
    "mmdebstrap": "mmdebstrap",
    "ip": "iproute2",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "nsenter": "util-linux",
    "setsid": "util-linux",
    "unshare": "util-linux",
    "mount": "mount",
}
_IMAGE_BYTES = 1_500_000_000


def missing() -> list[str]:
    """Say what is missing, one line each; empty where the lab can run."""
    programs = list(_missing_programs())
    if os.geteuid() != 0:
        return [*programs, "not root: containers, bridge and overlay mounts need it; run as root (sudo)"]
    if programs:
        return programs
    return [*_missing_kernel_features(), *_missing_room(), *_conflicts()]


def _missing_programs() -> Iterator[str]:
    for program, package in _PROGRAMS.items():
        if program == "mmdebstrap" and _image_is_there():
            continue
        if shutil.which(program) is None:
            yield f"no {program}: apt-get install {package}"


def _missing_kernel_features() -> Iterator[str]:
    if not succeeds("unshare", "--net", "--mount", "--pid", "--fork", "true"):
        yield "no namespaces: this kernel or container forbids network, mount or process namespaces"
        return
    if not succeeds("unshare", "--net", "ip", "link", "add", "probe0", "type", "bridge"):
        yield "no bridges: the kernel lacks the module 'bridge' or CAP_NET_ADMIN is withheld"
    if not succeeds("unshare", "--net", "ip", "link", "add", "probe0", "type", "veth", "peer", "name", "probe1"):
        yield "no veth: the kernel lacks the module 'veth' or CAP_NET_ADMIN is withheld"
    if "overlay" not in _file_systems() and not succeeds("modprobe", "overlay"):
        yield "no overlayfs: the kernel lacks the module 'overlay'"
    if not os.path.ismount("/sys/fs/cgroup"):
        yield "no cgroups: /sys/fs/cgroup is not mounted, systemd in a container needs it"


def _missing_room() -> Iterator[str]:
    if not _image_is_there() and shutil.disk_usage("/var/lib").free < _IMAGE_BYTES:
        yield f"no room: the base image needs {_IMAGE_BYTES / 1e9:.1f} GB free in /var/lib"


def _conflicts() -> Iterator[str]:
    for interface in network.foreign_routes():
        yield f"{NETWORK} is in use: this machine reaches it by {interface}; the lab would hide that network"


def _image_is_there() -> bool:
    return image.image_path(image.read_packages()).is_dir()


def _file_systems() -> set[str]:
    return {line.split()[-1] for line in Path("/proc/filesystems").read_text().splitlines() if line}
