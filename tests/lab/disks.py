"""Disks of single hosts: files on this machine, mounted into a host's file system before it boots.

A host's own root is an overlay on the lab's tmpfs: it knows no quota and can't grow. These can.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.lab.commands import run, succeeds
from tests.lab.hosts import Disk, Host

_MEBIBYTE = 1024 * 1024


def attach(host: Host) -> None:
    """Make a host's disks and mount them."""
    for number, disk in enumerate(host.disks):
        target = host.root / disk.mount.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        file = _file(host.folder, number)
        with file.open("wb") as image:
            image.truncate(disk.megabytes * _MEBIBYTE)
        _format(host, disk, file)
        run("mount", "-o", "loop", str(file), str(target))
        if disk.kind == "btrfs":
            _in_root(host, "btrfs", "quota", "enable", disk.mount)


def detach(folder: Path) -> None:
    """Unmount every disk of the host that is laid out in a folder; the kernel frees the loop devices by itself."""
    root = folder / "root"
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for mount in sorted((name for name in mounts if name.startswith(f"{root}/")), reverse=True):
        succeeds("umount", mount) or run("umount", "--lazy", mount)


def grow(host: Host, mount: str, *, megabytes: int) -> None:
    """Make a disk larger from outside, as a provider does; the file system on it is the guest's own business."""
    number = next(index for index, disk in enumerate(host.disks) if disk.mount == mount)
    file = _file(host.folder, number)
    os.truncate(file, megabytes * _MEBIBYTE)
    for device in _loops(file):
        run("losetup", "--set-capacity", device)


def devices(host: Host) -> list[str]:
    """Name the device nodes of a host's disks: it needs them to make its file systems larger."""
    files = [_file(host.folder, number) for number in range(len(host.disks))]
    return [name for file in files for name in _loops(file)]


def _loops(file: Path) -> list[str]:
    return run("losetup", "--associated", str(file), "--noheadings", "--output", "NAME").split()


def _file(folder: Path, number: int) -> Path:
    return folder / f"disk-{number}.img"


def _format(host: Host, disk: Disk, file: Path) -> None:
    """Make the file system with the host's own tools: this machine may lack them."""
    inside = host.root / "run" / file.name
    inside.parent.mkdir(exist_ok=True)
    inside.touch()
    run("mount", "--bind", str(file), str(inside))
    try:
        command = {"btrfs": ["mkfs.btrfs", "-q", "-f"], "ext4": ["mke2fs", "-q", "-t", "ext4", "-F"]}[disk.kind]
        _in_root(host, *command, f"/run/{file.name}")
    finally:
        run("umount", str(inside))
        inside.unlink()


def _in_root(host: Host, *command: str) -> None:
    """Run one of the host's tools in its file system; some look into /proc."""
    processes = host.root / "proc"
    run("mount", "-t", "proc", "proc", str(processes))
    try:
        run("chroot", str(host.root), *command)
    finally:
        run("umount", str(processes))
