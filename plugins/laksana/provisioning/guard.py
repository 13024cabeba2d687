"""Starts ansible-playbook and sees to it that it ends with the run; a program of its own, it imports nothing of ours.

Ansible's workers open sessions of their own (ansible-core 2.19), and the terminal that ansible-runner starts it on
ignores hang-ups: kill the process that asked for the run, and the playbook would go on changing hosts unwatched. This
process stands between them. It adopts every orphan below it, and when its parent is gone, the stop file appears or it
is told to end, it kills the whole tree and removes the file with the variables. It refuses to look into what it runs.

    python -I -S guard.py PARENT-PID STOP-FILE RUNNING-FILE VARIABLES-FILE COMMAND [ARGUMENT…]
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_ENDING = frozenset({signal.SIGHUP, signal.SIGINT, signal.SIGTERM})
_LOOK_SECONDS = 0.2
_KILL_SECONDS = 5.0
_STOPPED = 143


def main(arguments: list[str]) -> int:
    """Run the command to its end, or to the end of the run."""
    parent, stop, running, variables, *command = arguments
    with open(running, "w", encoding="ascii") as held:  # noqa: PTH123  # this start-up is paid on every run
        fcntl.flock(held, fcntl.LOCK_EX)  # released by the kernel when this process is gone, however it goes
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        for number in _ENDING:
            signal.signal(number, signal.SIG_DFL)  # an ignored signal could not be waited for
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING | {signal.SIGCHLD})
        child = _start(command)
        try:
            return _watch(child, int(parent), stop)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(variables)  # noqa: PTH108  # see above


def _start(command: list[str]) -> int:
    """Start the command; it dies with this process should that be killed outright."""
    guard = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == guard:
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            os.execv(command[0], command)  # noqa: S606  # a named program with an argument list
    except OSError as error:
        sys.stderr.write(f"ERROR! {command[0]}: {error.strerror}\n")
        sys.stderr.flush()
    os._exit(127)


def _watch(child: int, parent: int, stop: str) -> int:
    """Wait for the child's end; end it and everything below when nobody waits for it any more."""
    while True:
        told = signal.sigtimedwait(_ENDING | {signal.SIGCHLD}, _LOOK_SECONDS)
        code = _reap(child)
        if code is not None:
            return code
        if (told and told.si_signo in _ENDING) or os.getppid() != parent or os.path.exists(stop):  # noqa: PTH110
            _kill_all()
            return _STOPPED


def _reap(child: int) -> int | None:
    """Collect the dead, adopted ones too; return the child's exit status once it has one."""
    code = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            if pid == child:
                ended = os.waitstatus_to_exitcode(status)
                code = ended if ended >= 0 else 128 - ended
    return code


def _kill_all() -> None:
    """Kill every process below this one, until none is left or the time is over."""
    until = time.monotonic() + _KILL_SECONDS
    while time.monotonic() < until:
        for pid in _descendants():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def _descendants() -> list[int]:
    """Return the processes below this one; orphans are ours, for we adopt them."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208  # see above
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as stat:  # noqa: PTH123
                parent = int(stat.read().rpartition(b")")[2].split()[1])
                children.setdefault(parent, []).append(int(name))
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _prctl(option: int, value: int) -> None:
    """Set a property of this process."""
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
