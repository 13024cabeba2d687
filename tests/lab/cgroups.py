"""A control group for each host, so that one guest's systemd never meets another's processes.

nspawn without a machine registry puts every guest into the group it was started in; two guests there share
``system.slice`` by name, and a service that one of them stops could take the other's along.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_MOUNT = Path("/sys/fs/cgroup")
_PARENT = "laksana-lab"


def ensure_groups(name: str) -> list[Path]:
    """Make a host's groups and return the files that a process joins them by."""
    groups = [hierarchy / _PARENT / name for hierarchy in _hierarchies()]
    for group in groups:
        group.mkdir(parents=True, exist_ok=True)
    return [group / "cgroup.procs" for group in groups]


def remove_groups(name: str) -> None:
    """Take a host's groups away, and the lab's own with the last of them."""
    for hierarchy in _hierarchies():
        for folder, _, _ in os.walk(hierarchy / _PARENT / name, topdown=False):
            _remove(Path(folder))
        _remove(hierarchy / _PARENT)


def _remove(group: Path) -> None:
    # The kernel refuses while a process is still ending or a neighbour is there; then the group stays, empty.
    with contextlib.suppress(OSError):
        group.rmdir()


def _hierarchies() -> list[Path]:
    """Find the trees that systemd works in: the one unified tree, or in the older layouts its named one too."""
    if (_MOUNT / "cgroup.controllers").exists():
        return [_MOUNT]
    return [tree for tree in (_MOUNT / "systemd", _MOUNT / "unified") if tree.is_dir()]
