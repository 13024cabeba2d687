"""Booting and ending one host as a systemd-nspawn container, and entering it.

Owns processes. A host runs in a session of its own, with no terminal, so that neither Ctrl-C nor the end of whoever
started it touches it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.lab import cgroups, disks
from tests.lab.commands import run
from tests.lab.errors import LabError
from tests.lab.hosts import Host

# With --keep-unit a reboot inside ends nspawn with status 133, "start me again".
_SUPERVISE = 'echo $$ > "$0.new"; mv "$0.new" "$0"; while :; do "$@"; [ $? -eq 133 ] || exit; done'
_JOIN_GROUP = "echo $$ > {file}; "
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# For its own firewall. Making an ext4 larger needs CAP_SYS_RESOURCE, which this machine may lack itself.
_CAPABILITIES = "CAP_NET_ADMIN"
_PID_FILE = "supervisor.pid"
_CONSOLE = "console.log"
_PROPAGATED = Path("/run/systemd/nspawn/propagate")


def boot(host: Host) -> None:
    """Start a host and return once its supervisor runs; readiness is another matter."""
    pid_file = host.folder / _PID_FILE
    pid_file.unlink(missing_ok=True)
    # setsid --fork hands the supervisor to init: the caller gets no child to wait for.
    groups = (_JOIN_GROUP.format(file=shlex.quote(str(file))) for file in cgroups.ensure_groups(host.name))
    words = ["setsid", "--fork", "sh", "-c", "".join(groups) + _SUPERVISE, str(pid_file), *_nspawn(host)]
    console = shlex.quote(str(host.folder / _CONSOLE))
    run("sh", "-c", f"exec </dev/null >>{console} 2>&1; {shlex.join(words)}")
    _wait(pid_file.exists, 5.0, f"{host.name}: its supervisor did not start, see {host.folder / _CONSOLE}")


def end(folder: Path) -> None:
    """End a host at once, as a power cut does; ``folder`` is where it is laid out.

    An orderly shutdown takes 12 s and a lab has nothing to save.
    """
    supervisor = _supervisor(folder)
    if supervisor is None:
        return
    first = _first_process(supervisor)
    if first is not None:
        _kill(first)
    try:
        _wait(lambda: not _alive(supervisor), 3.0, "still running")
    except LabError:
        # sh and nspawn share the session that setsid made.
        os.killpg(supervisor, signal.SIGKILL)
    _wait(lambda: not _alive(supervisor), 5.0, f"{folder.name}: process {supervisor} can't be ended")
    (folder / _PID_FILE).unlink(missing_ok=True)
    # nspawn leaves an empty folder by the host's name behind when it is killed
    shutil.rmtree(_PROPAGATED / folder.name, ignore_errors=True)
    cgroups.remove_groups(folder.name)


def is_running(host: Host) -> bool:
    """Tell whether a host's supervisor is alive."""
    return _supervisor(host.folder) is not None


def enter_command(host: Host) -> list[str]:
    """Give the beginning of a command line that runs something as root inside a host, without SSH.

    Raises:
        LabError: The host is not running.
    """
    supervisor = _supervisor(host.folder)
    first = _first_process(supervisor) if supervisor is not None else None
    if first is None:
        raise LabError(f"{host.name} is not running: start it with 'python -m tests.lab start {host.name}'")
    spaces = ("--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup")
    environment = ("env", "-i", f"PATH={_PATH}", "HOME=/root", "LANG=C.UTF-8")
    return ["nsenter", "--target", str(first), *spaces, "--wdns=/root", "--", *environment]


def first_process(host: Host) -> int | None:
    """Return the process id, on this machine, of a host's init; nothing where it is not running."""
    supervisor = _supervisor(host.folder)
    return None if supervisor is None else _first_process(supervisor)


def processes_below(first: int) -> list[int]:
    """Return a process and everything that it and its children started."""
    found, waiting = [], [first]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting.extend(_children(pid))
    return found


def console_tail(host: Host, lines: int = 15) -> str:
    """Read the last lines that a host wrote to its console."""
    console = host.folder / _CONSOLE
    said = console.read_text(errors="replace").splitlines() if console.exists() else []
    return "\n".join(said[-lines:])


def _nspawn(host: Host) -> list[str]:
    nodes = [*host.devices, *disks.devices(host)]
    devices = [option for node in nodes for option in (f"--bind={node}", f"--property=DeviceAllow={node} rwm")]
    # The namespace path alone gives neither CAP_NET_ADMIN (nftables) nor a writable /proc/sys/net.
    few = ["taskset", "--cpu-list", f"0-{host.processors - 1}"] if host.processors else []
    return [
        *("env", "-i", f"PATH={_PATH}", "SYSTEMD_NSPAWN_API_VFS_WRITABLE=network"),
        *few,
        *("systemd-nspawn", "--quiet", "--boot", f"--directory={host.root}", f"--machine={host.name}"),
        *("--register=no", "--keep-unit", f"--network-namespace-path=/run/netns/{host.netns}"),
        *(f"--capability={_CAPABILITIES}", "--resolv-conf=off", "--timezone=off", "--link-journal=no"),
        "--console=pipe",
        *devices,
    ]


def _supervisor(folder: Path) -> int | None:
    pid_file = folder / _PID_FILE
    if not pid_file.exists():
        return None
    pid = int(pid_file.read_text())
    # A number alone proves nothing, it may have been given to another process since.
    ours = str(pid_file).encode() in _read_proc(pid, "cmdline")
    return pid if ours and _alive(pid) else None


def _first_process(supervisor: int) -> int | None:
    """Find a guest's init: below nspawn, and number 1 in its own process namespace."""
    below = _children(supervisor)
    while below:
        pid = below.pop()
        numbers = [line for line in _read_proc(pid, "status").decode().splitlines() if line.startswith("NSpid:")]
        if numbers and numbers[0].split()[2:] == ["1"]:
            return pid
        below.extend(_children(pid))
    return None


def _children(pid: int) -> list[int]:
    return [int(child) for child in _read_proc(pid, f"task/{pid}/children").split()]


def _alive(pid: int) -> bool:
    # A zombie has ended; only its parent has not noticed.
    state = _read_proc(pid, "stat").rpartition(b")")[2].split()[:1]
    return bool(state) and state[0] != b"Z"


def _read_proc(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _wait(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise LabError(otherwise)
        time.sleep(0.01)
