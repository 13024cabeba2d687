"""A virtual machine of the lab's hypervisor, from all sides: libvirt, its inside, and a login from outside."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from uuid import uuid4

from laksana.records import PlaybookOutcome
from tests.lab import places
from tests.playbooks.provisioned import TICKET, ProcessWatch, Service

HYPERVISOR = "hyper1"
VCPU, MEMORY_MB, DISK_GB = 2, 512, 4


class Machine:
    """One machine that is asked for."""

    def __init__(self, lab: ModuleType, folder: Path, address: str = "10.78.0.201") -> None:
        self.name = f"uji-{uuid4().hex[:8]}"
        self.address = address
        self.user = "nelayan"
        self.state_dir = folder
        self.secrets = {"password": f"Marka-{uuid4().hex}"}
        variables = {
            "name": self.name, "address": address, "vcpu": VCPU, "memory_mb": MEMORY_MB, "disk_gb": DISK_GB,
            "user": self.user, "ssh_key": "", "ticket": TICKET,
        }  # fmt: skip
        self.service = Service("vps_local", folder, variables, self.secrets)
        self.host_key = ""
        self.watch: ProcessWatch | None = None
        self.cut_off: PlaybookOutcome | None = None
        self.made: PlaybookOutcome | None = None
        self._lab = lab

    def on_hypervisor(self, command: str) -> tuple[int, str]:
        """Run a shell command as root on the hypervisor, past SSH."""
        done = self._lab.run_on(HYPERVISOR, "sh", "-c", command)
        return done.returncode, (done.stdout + done.stderr).strip()

    def has_disk(self) -> bool:
        return self.on_hypervisor(f"test -e /var/lib/libvirt/laksana/{self.name}.qcow2")[0] == 0

    def traces(self) -> str:
        """Everything on the hypervisor that bears the machine's name."""
        look = f"virsh list --all --name | grep -x {self.name}; find /var /etc /run -name '*{self.name}*';"
        return self.on_hypervisor(f"{look} pgrep -a qemu | grep 'guest={self.name},'")[1]

    def inside(self, script: str) -> str:
        """Run a script as root inside, by the office's key."""
        done = login(self, "laksana", "sudo sh", key=places.SSH_KEY, given=script)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def starts(self) -> int:
        """Count how often the machine was started."""
        return int(self.inside("last -x reboot | grep -c '^reboot'"))

    def memory_limits(self) -> set[int]:
        """Everything that libvirt says about the machine's memory now and at its next start, in MiB."""
        look = f"(virsh dumpxml {self.name}; virsh dumpxml --inactive {self.name})"
        said = self.on_hypervisor(f"{look} | sed -nE 's/.*<(memory|currentMemory) [^>]*>([0-9]+)<.*/\\2/p'")[1]
        return {int(line) // 1024 for line in said.split()}

    def sizes(self) -> tuple[int, int, int]:
        """Count processors, MiB of memory and MiB of the root file system inside."""
        seen = self.inside(
            "nproc; free --mebi | awk 'NR == 2 {print $2}'; df -BM --output=size / | tail -n 1 | tr -d M"
        )
        vcpu, memory, disk = (int(line) for line in seen.split())
        return vcpu, memory, disk


def login(
    machine: Machine, user: str, command: str, *, key: Path | None = None, password: str = "", given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Log in from outside, by key or by password, and only to the machine that has the known host key."""
    return ssh(f"{user}@{machine.address}", 22, machine.host_key, command, key=key, password=password, given=given)


def ssh(
    target: str, port: int, host_key: str, command: str, *, key: Path | None = None, password: str = "", given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run ``ssh`` with one way of logging in and one host key that it accepts."""
    options = [
        "StrictHostKeyChecking=yes", "UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null",
        f"KnownHostsCommand=/bin/echo %H {host_key}", "IdentitiesOnly=yes", "ConnectTimeout=20", "LogLevel=ERROR",
        f"PreferredAuthentications={'publickey' if key else 'password'}", "NumberOfPasswordPrompts=1",
    ]  # fmt: skip
    words = [word for option in options for word in ("-o", option)] + (["-i", str(key)] if key else [])
    with _asking(password) as environment:
        return subprocess.run(
            ["ssh", "-F", "/dev/null", *words, "-p", str(port), target, command],
            env=environment, input=given, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip


@contextmanager
def _asking(password: str) -> Iterator[dict[str, str]]:
    """Have ssh ask a program for the password, which knows it from its environment."""
    program = Path(f"/run/laksana-lab/ask-{uuid4().hex}")
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$UJI_SANDI"\n')
    program.chmod(0o700)
    try:
        yield {
            "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "DISPLAY": ":0", "SSH_ASKPASS": str(program),
            "SSH_ASKPASS_REQUIRE": "force", "UJI_SANDI": password,
        }  # fmt: skip
    finally:
        program.unlink()
