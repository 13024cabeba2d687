"""The lab as Python sees it: up, down, and single hosts stopped, started, cut off and entered.

This is the door for fixtures and for the command line; the modules behind it do one thing each.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from tests.lab import certificates, container, doctor, image, keys, layout, network, places, vm_image
from tests.lab.commands import run, succeeds
from tests.lab.errors import LabError
from tests.lab.hosts import Host, read_hosts
from tests.lab.locking import exclusive
from tests.lab.readiness import wait_until_ready

__all__ = [
    "Host",
    "HostState",
    "LabError",
    "cut_host",
    "down",
    "find_host",
    "is_up",
    "join_host",
    "missing",
    "reset_host",
    "run_on",
    "ssh_command",
    "start_host",
    "status",
    "stop_host",
    "up",
]

Report = Callable[[str], None]
_BOOT_SECONDS = 60.0
# More than there is: the hypervisor counts the disks of its machines against it, of which each fills little.
_TMPFS_SIZE = "40g"


@dataclass(frozen=True)
class HostState:
    """How one host is."""

    host: Host
    laid_out: bool
    running: bool
    plugged: bool

    @property
    def is_up(self) -> bool:
        """Whether the host runs and can be reached."""
        return self.laid_out and self.running and self.plugged

    def as_word(self) -> str:
        """Say the state in a word or two."""
        if not self.laid_out:
            return "not there"
        if not self.running:
            return "stopped"
        return "up" if self.plugged else "cut off"


def _silent(_: str) -> None:
    """Report to nobody."""


def missing() -> list[str]:
    """Say what this machine lacks to run the lab, one line each."""
    return doctor.missing()


def status() -> list[HostState]:
    """Tell how every host is."""
    return [_state(host) for host in read_hosts()]


def is_up() -> bool:
    """Tell whether every host runs and is plugged in."""
    return all(state.is_up for state in status())


def up(report: Report = _silent) -> None:
    """Bring every host up and return when all of them answer; what is up already is left alone.

    Raises:
        LabError: The machine can't run the lab, or a host does not come up.
    """
    if lacks := missing():
        raise LabError("the lab can't run here:\n  " + "\n  ".join(lacks))
    with exclusive(report):
        hosts = read_hosts()
        tree = image.ensure_image(image.read_packages(), report)
        if any(host.vm_template for host in hosts):
            vm_image.ensure_template(tree, report)
        _mount_tmpfs()
        for node in {node for host in hosts for node in host.devices}:
            network.ensure_device(node)
        keys.ensure_controller_key()
        certificates.ensure_authority()
        network.ensure_bridge()
        for host in hosts:
            if not layout.is_laid_out(host):
                report(f"laying out {host.name} ({host.address}): {host.purpose}")
                container.end(host.folder)
                layout.lay_out(host, tree, hosts)
        keys.write_known_hosts(hosts)
        for host in hosts:
            _start(host)
            network.ensure_route_behind(host)
        _wait(hosts)


def reset_host(name: str) -> None:
    """Lay one host out anew, as it was at first; nothing of what was done to it stays."""
    with exclusive(_silent):
        hosts = read_hosts()
        host = next(host for host in hosts if host.name == name)
        container.end(host.folder)
        layout.discard(host.folder)
        network.remove_cable(host.name)  # firewall rules live in its namespace
        layout.lay_out(host, image.ensure_image(image.read_packages(), _silent), hosts)
        keys.write_known_hosts(hosts)
        _start(host)
        _wait([host])


def down(report: Report = _silent) -> None:
    """Take the lab away, hosts of another checkout's description included; leaves only the base image."""
    with exclusive(report):
        folders = sorted(places.RUNNING.iterdir()) if places.RUNNING.is_dir() else []
        for folder in folders:
            container.end(folder)
        for folder in folders:
            layout.discard(folder)
            network.remove_cable(folder.name)
        network.remove_bridge()
        if os.path.ismount(places.LAB):
            succeeds("umount", str(places.LAB)) or run("umount", "--lazy", str(places.LAB))
        if places.LAB.is_dir():
            places.LAB.rmdir()


def find_host(name: str) -> Host:
    """Find a host by its name.

    Raises:
        LabError: There is none of that name.
    """
    hosts = {host.name: host for host in read_hosts()}
    if name not in hosts:
        raise LabError(f"no host {name!r} in the lab, there are {', '.join(hosts)}")
    return hosts[name]


def stop_host(name: str) -> None:
    """Switch a host off; its files stay and nothing answers at its address."""
    with exclusive(_silent):
        host = find_host(name)
        container.end(host.folder)
        network.unplug(host)


def start_host(name: str) -> None:
    """Switch a host on again and return when it answers."""
    host = _laid_out(name)
    with exclusive(_silent):
        _start(host)
        _wait([host])


def cut_host(name: str) -> None:
    """Pull a host's cable; it runs on."""
    network.unplug(_laid_out(name))


def join_host(name: str) -> None:
    """Put a host's cable in again."""
    network.plug(_laid_out(name))


def run_on(name: str, *command: str, seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
    """Run a command as root inside a host, past SSH, so also on one that is cut off; check its status yourself."""
    line = [*container.enter_command(find_host(name)), *command]
    return subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, check=False)


def run_script(name: str, script: str, seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
    """Run a shell script as root inside a running host; it goes over standard input, so that no argument holds it."""
    host = _laid_out(name)
    return subprocess.run(
        [*container.enter_command(host), "sh", "-s"], input=script, capture_output=True, text=True, timeout=seconds,
        check=False,
    )  # fmt: skip


def ssh_command(name: str, *command: str) -> list[str]:
    """Give the command line of a strict SSH login to a host, as the product does it."""
    options = ["BatchMode=yes", "StrictHostKeyChecking=yes", f"UserKnownHostsFile={places.KNOWN_HOSTS}"]
    options += ["GlobalKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "ConnectTimeout=5"]
    words = [word for option in options for word in ("-o", option)]
    target = f"{places.SSH_USER}@{find_host(name).address}"
    return ["ssh", "-F", "/dev/null", *words, "-i", str(places.SSH_KEY), target, *command]


def _laid_out(name: str) -> Host:
    host = find_host(name)
    if not layout.is_laid_out(host):
        raise LabError(f"{name} is not laid out: bring the lab up with 'python -m tests.lab up'")
    return host


def _state(host: Host) -> HostState:
    return HostState(
        host=host,
        laid_out=layout.is_laid_out(host),
        running=container.is_running(host),
        plugged=network.is_plugged(host),
    )


def _mount_tmpfs() -> None:
    places.LAB.mkdir(exist_ok=True)
    if not os.path.ismount(places.LAB):
        run("mount", "-t", "tmpfs", "-o", f"size={_TMPFS_SIZE},mode=755", "laksana-lab", str(places.LAB))


def _start(host: Host) -> None:
    if not container.is_running(host):
        # Bridges and firewall rules live in its namespace and would outlast a host that was killed.
        network.remove_cable(host.name)
    network.ensure_cable(host)
    network.ensure_answers_behind(host, read_hosts())
    network.plug(host)
    if not container.is_running(host):
        container.boot(host)


def _wait(hosts: list[Host] | tuple[Host, ...]) -> None:
    try:
        wait_until_ready(hosts, _BOOT_SECONDS, container.is_running)
    except LabError as error:
        shown = "\n".join(f"--- console of {host.name}\n{container.console_tail(host)}" for host in hosts)
        raise LabError(f"{error}\n{shown}") from error
