"""Laying out a host's file system: an overlay on the base image with the host's own files in it.

Owns placeholders, ownership and the few files every host is named in. It works on files only; nothing is started here.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.lab import certificates, disks, keys, ministry, places, vm_image
from tests.lab.commands import run, succeeds
from tests.lab.errors import LabError
from tests.lab.hosts import Host, Ownership

_PLACEHOLDER = re.compile(r"@([A-Z][A-Z0-9_]*)@")
_DONE = "laid-out"


def fill_placeholders(text: str, values: Mapping[str, str], source: Path) -> str:
    """Replace every ``@NAME@`` by its value.

    Raises:
        LabError: A name has no value.
    """

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            line = text.count("\n", 0, match.start()) + 1
            raise LabError(f"{source}:{line}: no value for @{name}@, allowed are {', '.join(sorted(values))}")
        return values[name]

    return _PLACEHOLDER.sub(replace, text)


def placeholder_values(host: Host) -> dict[str, str]:
    """Give the values that files of this host may ask for; secrets are new at each call, those of S3 at each lab."""
    access_key, secret_key = keys.ensure_s3_keys()
    return {
        "HOST_NAME": host.name, "HOST_ADDRESS": host.address, "TSIG_SECRET": keys.make_tsig_secret(),
        "S3_ACCESS_KEY": access_key, "S3_SECRET_KEY": secret_key,
    }  # fmt: skip


def is_laid_out(host: Host) -> bool:
    """Tell whether a host's file system is complete."""
    return (host.folder / _DONE).exists()


def lay_out(host: Host, image: Path, everyone: Iterable[Host]) -> None:
    """Make a host's file system; a half-made one of an interrupted run is thrown away first."""
    discard(host.folder)
    for layer in ("upper", "work", "root"):
        (host.folder / layer).mkdir(parents=True)
    options = f"lowerdir={image},upperdir={host.folder}/upper,workdir={host.folder}/work"
    run("mount", "-t", "overlay", "-o", options, f"laksana-{host.name}", str(host.root))
    values = placeholder_values(host)
    for tree in (places.EVERY_HOST, host.tree):
        copy_tree(tree, host.root, values, host.files)
    _write_names(host, everyone)
    if host.admits_controller:
        _admit_controller(host.root)
    else:
        ministry.hand_over(host.root)
    if host.certificate:
        certificates.give_certificate(host)
    for program in host.programs:
        give_program(program, host.root)
    if host.vm_template:
        vm_image.mount_template(host)
    disks.attach(host)
    keys.make_host_key(host.root, host.name)
    if host.units:
        run("chroot", str(host.root), "systemctl", "--quiet", "enable", *host.units)
    (host.folder / _DONE).touch()


def give_program(name: str, root: Path) -> None:
    """Copy a program of this project's Python environment into a host.

    Raises:
        LabError: the environment has no such program.
    """
    source = Path(sys.executable).with_name(name)
    if not source.is_file():
        raise LabError(f"{source}: no such program; install the packages of requirements/development.lock")
    target = root / "usr/local/bin" / name
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o755)


def discard(folder: Path) -> None:
    """Unmount and remove a host's file system."""
    disks.detach(folder)
    if os.path.ismount(folder / "root"):
        # A process that is just ending may still hold a file: then detach it, the kernel finishes the rest.
        succeeds("umount", str(folder / "root")) or run("umount", "--lazy", str(folder / "root"))
    if folder.exists():
        shutil.rmtree(folder)


def copy_tree(tree: Path, root: Path, values: Mapping[str, str], files: Mapping[str, Ownership]) -> None:
    """Copy a tree of files into a host, placeholders filled in.

    Modes are set here and not taken from the checkout, where they depend on who cloned it.
    """
    for source in sorted(path for path in tree.rglob("*") if path.is_file()):
        relative = source.relative_to(tree)
        target = root / relative
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        _write(target, _filled(source, values))
        ownership = files.get(str(relative), Ownership(mode=0o755 if os.access(source, os.X_OK) else 0o644))
        _own(root, target, ownership)


def _filled(source: Path, values: Mapping[str, str]) -> bytes:
    content = source.read_bytes()
    try:
        return fill_placeholders(content.decode(), values, source).encode()
    except UnicodeDecodeError:
        return content


def _write(target: Path, content: bytes) -> None:
    # 0600 from the first byte on: the file may hold a secret.
    target.unlink(missing_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)


def _own(root: Path, target: Path, ownership: Ownership) -> None:
    uid = _identity(root / "etc/passwd", ownership.owner)
    gid = _identity(root / "etc/group", ownership.group)
    os.chown(target, uid, gid)
    target.chmod(ownership.mode)


def _identity(table: Path, name: str) -> int:
    """Look a name up in the host's own table: this machine numbers its accounts otherwise."""
    for line in table.read_text().splitlines():
        fields = line.split(":")
        if fields[0] == name:
            return int(fields[2])
    raise LabError(f"{table}: no {name!r} there; add the package that brings it to packages.txt")


def _write_names(host: Host, everyone: Iterable[Host]) -> None:
    names = "".join(f"{other.address} {other.name}\n" for other in everyone)
    _write(host.root / "etc/hostname", f"{host.name}\n".encode())
    _write(host.root / "etc/hosts", f"127.0.0.1 localhost\n{names}".encode())
    # No name server: a lab host asks nobody outside.
    _write(host.root / "etc/resolv.conf", b"")
    for name in ("hostname", "hosts", "resolv.conf"):
        (host.root / "etc" / name).chmod(0o644)


def _admit_controller(root: Path) -> None:
    folder = root / "home" / places.SSH_USER / ".ssh"
    folder.mkdir(exist_ok=True)
    _write(folder / "authorized_keys", keys.controller_public_key().encode())
    account = Ownership(mode=0o600, owner=places.SSH_USER, group=places.SSH_USER)
    _own(root, folder / "authorized_keys", account)
    _own(root, folder, Ownership(mode=0o700, owner=places.SSH_USER, group=places.SSH_USER))
