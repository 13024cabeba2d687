"""The template of virtual machines: kernel, a tiny start-up disk, and a root disk that cloud-init fits to each one.

Owns the recipe and its digest, like ``image``. Made for a processor that is emulated: the kernel is booted unpacked,
without boot loader, partitions or udev before the root disk, which saves half of the time to a login.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.lab import image, places
from tests.lab.commands import run
from tests.lab.errors import LabError
from tests.lab.hosts import Host

PACKAGE_LIST = places.PACKAGE / "vm_packages.txt"
TREE = places.PACKAGE / "vm" / "root"
"""Files that are laid over the machine's packages."""
INIT = places.PACKAGE / "vm" / "init"
"""What the start-up disk runs: it loads the modules, mounts the root disk and hands over."""
DISK_MEGABYTES = 3072
"""Size of the template's root disk; a machine's own is larger and grows into it at its first start."""
_MODULES = ("virtio_pci", "virtio_blk", "ext4", "crc32c_generic", "virtio_net")
_MASKED = (
    "systemd-networkd-wait-online.service", "getty@tty1.service", "getty-static.service", "systemd-binfmt.service",
    "sys-kernel-debug.mount", "sys-kernel-tracing.mount", "dev-hugepages.mount", "dev-mqueue.mount",
    "systemd-random-seed.service", "kmod-static-nodes.service", "modprobe@.service", "systemd-firstboot.service",
    "cloud-config.service", "cloud-final.service", "systemd-udev-settle.service", "systemd-pstore.service",
)  # fmt: skip
_DISABLED = (
    "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "e2scrub_reap.service",
    "fstrim.timer", "systemd-timesyncd.service", "nftables.service", "unattended-upgrades.service",
    "cloud-init-hotplugd.socket", "remote-fs.target",
)  # fmt: skip
_LZ4_LEGACY_FRAME = bytes.fromhex("02214c18")


def template_path() -> Path:
    """Name the template of today's recipe."""
    parts = [PACKAGE_LIST.read_bytes(), Path(__file__).read_bytes(), INIT.read_bytes()]
    parts += [file.read_bytes() for file in sorted(TREE.rglob("*")) if file.is_file()]
    return places.IMAGES / f"vm-{hashlib.sha256(b''.join(parts)).hexdigest()[:12]}"


def ensure_template(base: Path, report: Callable[[str], None]) -> Path:
    """Return the template, building it where it is missing.

    Args:
        base: the hosts' image, whose tools make the disk.
        report: gets a line of progress now and then.

    Raises:
        LabError: a tool failed.
    """
    template = template_path()
    if template.is_dir():
        return template
    unfinished = template.with_suffix(".unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(parents=True)
    report(f"building the template of virtual machines {template.name} (about a minute)")
    tree = unfinished / "tree"
    image.build_tree(tree, image.read_packages(PACKAGE_LIST), report)
    _furnish(tree)
    _extract_kernel(tree, unfinished / "vmlinux")
    (unfinished / "initrd").write_bytes(_start_up_disk(tree))
    _make_disk(base, tree, unfinished)
    shutil.rmtree(tree)
    unfinished.rename(template)
    return template


def mount_template(host: Host) -> None:
    """Show the template to a hypervisor, read-only."""
    target = host.root / host.vm_template.lstrip("/")
    target.mkdir(parents=True, exist_ok=True)
    run("mount", "--bind", "-o", "ro", str(template_path()), str(target))


def _furnish(tree: Path) -> None:
    """Lay our files over the packages, and keep what a short-lived machine has no use for from starting."""
    for source in sorted(TREE.rglob("*")):
        target = tree / source.relative_to(TREE)
        if source.is_dir():
            target.mkdir(exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
            target.chmod(0o644)
    run("chroot", str(tree), "systemctl", "--quiet", "enable", "systemd-networkd.service", "ssh.service")
    for unit in _DISABLED:
        subprocess.run(["chroot", str(tree), "systemctl", "--quiet", "disable", unit], capture_output=True, check=False)
    for unit in _MASKED:
        link = tree / "etc/systemd/system" / unit
        link.unlink(missing_ok=True)
        link.symlink_to("/dev/null")
    for old in (tree / "etc/cloud/cloud.cfg.d").glob("*"):
        old.unlink()
    for key in (tree / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    (tree / "etc/resolv.conf").unlink(missing_ok=True)
    (tree / "etc/resolv.conf").touch()
    (tree / "etc/machine-id").write_text("")


def _extract_kernel(tree: Path, target: Path) -> None:
    """Unpack the kernel: Debian's is an LZ4 frame inside; QEMU boots the ELF file itself."""
    packed = next((tree / "boot").glob("vmlinuz-*")).read_bytes()
    if _LZ4_LEGACY_FRAME not in packed:
        raise LabError("the kernel of virtual machines is not packed by LZ4 as expected: see vm_image._extract_kernel")
    frame = packed[packed.index(_LZ4_LEGACY_FRAME) :]
    command = ["chroot", str(tree), "lz4", "-d", "-c"]
    # What follows the frame in the file is no LZ4: the tool says so at the end, after it has written the kernel.
    unpacked = subprocess.run(command, input=frame, capture_output=True, check=False).stdout
    if not unpacked.startswith(b"\x7fELF"):
        raise LabError("the kernel of virtual machines could not be unpacked: lz4 gave no ELF file")
    target.write_bytes(unpacked)


def _start_up_disk(tree: Path) -> bytes:
    """Return a cpio archive with busybox, the few modules that find the root disk, and our init."""
    version = next((tree / "lib/modules").iterdir()).name
    asked = run("chroot", str(tree), "modprobe", "-S", version, "--show-depends", "-a", *_MODULES)
    modules = list(dict.fromkeys(line.split()[1] for line in asked.splitlines() if line.startswith("insmod")))
    files: list[tuple[str, int, bytes]] = [
        *((folder, 0o40755, b"") for folder in ("bin", "m", "proc", "sys", "dev", "new")),
        ("bin/busybox", 0o100755, (tree / "bin/busybox").read_bytes()),
        ("init", 0o100755, INIT.read_bytes()),
        ("order", 0o100644, "".join(f"{Path(module).name}\n" for module in modules).encode()),
        *((f"m/{Path(module).name}", 0o100644, (tree / module.lstrip("/")).read_bytes()) for module in modules),
    ]
    return b"".join(_cpio_entry(number, *file) for number, file in enumerate(files, start=1)) + _cpio_entry(
        0, "TRAILER!!!", 0, b""
    )


def _cpio_entry(number: int, name: str, mode: int, content: bytes) -> bytes:
    """Return one entry of the kernel's own archive format (newc)."""
    links = 2 if stat.S_ISDIR(mode) else 1
    fields = (number, mode, 0, 0, links, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
    return head + b"\0" * (-len(head) % 4) + content + b"\0" * (-len(content) % 4)


def _make_disk(base: Path, tree: Path, folder: Path) -> None:
    """Make the root disk out of the tree, with the tools of the hosts' image."""
    shutil.rmtree(tree / "boot")
    (tree / "boot").mkdir()
    for leftovers in ("var/lib/apt/lists", "var/cache/apt"):
        shutil.rmtree(tree / leftovers)
        (tree / leftovers / "partial").mkdir(parents=True)
    raw = folder / "root.raw"
    with raw.open("wb") as disk:
        os.truncate(disk.fileno(), DISK_MEGABYTES * 1024 * 1024)
    options = ["-O", "^metadata_csum", "-E", "lazy_itable_init=1,lazy_journal_init=1", "-L", "root"]
    # Inside the image, where our folder is shown at /mnt for as long as it takes.
    work = base / "mnt"
    run("mount", "--bind", str(folder), str(work))
    try:
        run("chroot", str(base), "mke2fs", "-q", "-t", "ext4", *options, "-d", f"/mnt/{tree.name}", "/mnt/root.raw")
        run("chroot", str(base), "qemu-img", "convert", "-O", "qcow2", "/mnt/root.raw", "/mnt/root.qcow2")
    finally:
        run("umount", str(work))
    raw.unlink()
