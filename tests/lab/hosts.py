"""The lab's hosts as their folders describe them: ``hosts/<name>/host.yml`` and a ``root/`` tree.

Owns reading and checking of the descriptions; it refuses unknown keys and touches no running host.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.lab import places
from tests.lab.errors import LabError

NETWORK = ipaddress.IPv4Network("10.77.0.0/24")
ANSWERS = ("ssh", "dns", "http", "s3")
_KEYS = {
    *("address", "purpose", "units", "answers", "files"),
    *("certificate", "disks", "devices", "ssh_port", "admits_controller", "network_behind", "vm_template"),
    *("processors", "programs"),
}  # fmt: skip
_DISK_KINDS = ("btrfs", "ext4")
# The name goes into an interface name of at most 15 characters.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,10}")


@dataclass(frozen=True)
class Ownership:
    """Whose a file is on the host."""

    mode: int = 0o644
    owner: str = "root"
    group: str = "root"


@dataclass(frozen=True)
class Disk:
    """A file of this machine that a host has as a file system of its own."""

    mount: str
    kind: str
    megabytes: int


@dataclass(frozen=True)
class Host:
    """One host of the lab."""

    name: str
    address: str
    purpose: str
    units: tuple[str, ...]
    """systemd units that the host enables."""
    answers: tuple[str, ...]
    """What must answer before the host counts as up, out of ``ANSWERS``."""
    files: Mapping[str, Ownership]
    """Ownership of files in ``root/`` that are not root's 0644."""
    tree: Path
    """Files that are laid over the base image."""
    certificate: tuple[str, ...] = ()
    """Names in the host's TLS certificate; it has none where this is empty."""
    disks: tuple[Disk, ...] = ()
    """Disks of its own."""
    devices: tuple[str, ...] = ()
    """Device nodes of this machine that it may use."""
    ssh_port: int = 22
    admits_controller: bool = True
    """False where the controller's key does not open it: a server that somebody else hands over."""
    network_behind: str = ""
    """Network that this machine reaches through it."""
    processors: int = 0
    """How many of this machine's processors it sees; all where this is 0."""
    programs: tuple[str, ...] = ()
    """Programs of this project's Python environment that it has under ``/usr/local/bin``."""
    vm_template: str = ""
    """Folder in which it finds the template of virtual machines, read-only."""

    @property
    def folder(self) -> Path:
        """Where the running host keeps its overlay."""
        return places.RUNNING / self.name

    @property
    def root(self) -> Path:
        """The host's file system as this machine sees it."""
        return self.folder / "root"

    @property
    def netns(self) -> str:
        """Name of the host's network namespace."""
        return f"laksana-{self.name}"

    @property
    def link(self) -> str:
        """This machine's end of the host's cable."""
        return f"lks-{self.name}"


def read_hosts(definitions: Path = places.DEFINITIONS) -> tuple[Host, ...]:
    """Read every host folder, in the order of the addresses.

    Raises:
        LabError: A description is wrong or two hosts share an address.
    """
    hosts = [read_host(folder) for folder in sorted(definitions.iterdir()) if folder.is_dir()]
    by_address: dict[str, str] = {}
    for host in hosts:
        other = by_address.setdefault(host.address, host.name)
        if other != host.name:
            raise LabError(f"hosts/{host.name}/host.yml: address {host.address} is {other}'s, give each host its own")
    return tuple(sorted(hosts, key=lambda host: ipaddress.IPv4Address(host.address)))


def read_host(folder: Path) -> Host:
    """Read one host folder; its name is the host's name."""
    source = folder / "host.yml"
    if not _NAME.fullmatch(folder.name):
        raise LabError(f"{folder}: a host's name is 1-11 of a-z, 0-9 and '-', beginning with a letter")
    if not source.is_file():
        raise LabError(f"{folder}: no host.yml; a host folder holds host.yml and root/")
    found = yaml.safe_load(source.read_text()) or {}
    if unknown := sorted(set(found) - _KEYS):
        raise LabError(f"{source}: unknown key {unknown[0]!r}, allowed are {', '.join(sorted(_KEYS))}")
    answers = tuple(found.get("answers", ["ssh"]))
    if wrong := sorted(set(answers) - set(ANSWERS)):
        raise LabError(f"{source}: answers: {wrong[0]!r} is not one of {', '.join(ANSWERS)}")
    return Host(
        name=folder.name,
        address=_read_address(source, found.get("address")),
        purpose=str(found.get("purpose", "")),
        units=tuple(found.get("units", [])),
        answers=answers,
        files={path: _read_ownership(source, path, entry) for path, entry in found.get("files", {}).items()},
        tree=folder / "root",
        certificate=tuple(found.get("certificate", [])),
        disks=tuple(_read_disk(source, path, entry) for path, entry in found.get("disks", {}).items()),
        devices=tuple(found.get("devices", [])),
        ssh_port=int(found.get("ssh_port", 22)),
        admits_controller=bool(found.get("admits_controller", True)),
        network_behind=str(found.get("network_behind", "")),
        processors=int(found.get("processors", 0)),
        programs=tuple(found.get("programs", [])),
        vm_template=str(found.get("vm_template", "")),
    )


def _read_address(source: Path, found: Any) -> str:
    try:
        address = ipaddress.IPv4Address(str(found))
    except ValueError:
        raise LabError(f"{source}: address: {found!r} is no IPv4 address") from None
    if address not in NETWORK or address == gateway() or address in {NETWORK[0], NETWORK[-1]}:
        raise LabError(f"{source}: address: {address} must lie in {NETWORK} and not be {gateway()} (this machine)")
    return str(address)


def _read_ownership(source: Path, path: str, entry: Mapping[str, str]) -> Ownership:
    if unknown := sorted(set(entry) - {"mode", "owner", "group"}):
        raise LabError(f"{source}: files: {path}: unknown key {unknown[0]!r}, allowed are group, mode, owner")
    mode = str(entry.get("mode", "0644"))
    if not re.fullmatch(r"0[0-7]{3}", mode):
        raise LabError(f'{source}: files: {path}: mode {mode!r} must be quoted and octal, e.g. "0640"')
    return Ownership(mode=int(mode, 8), owner=entry.get("owner", "root"), group=entry.get("group", "root"))


def _read_disk(source: Path, path: str, entry: Mapping[str, Any]) -> Disk:
    if entry.get("kind") not in _DISK_KINDS or not str(path).startswith("/") or int(entry.get("megabytes", 0)) <= 0:
        raise LabError(
            f"{source}: disks: {path}: needs an absolute path, kind ({', '.join(_DISK_KINDS)}) and megabytes"
        )
    return Disk(mount=str(path), kind=str(entry["kind"]), megabytes=int(entry["megabytes"]))


def gateway() -> ipaddress.IPv4Address:
    """This machine's address in the lab's network."""
    return NETWORK[1]
