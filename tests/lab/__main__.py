"""``python -m tests.lab``: the lab from the command line; says on stderr what it does, on stdout what was asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from tests.lab import api, container


def main(arguments: list[str] | None = None) -> int:
    """Carry out one lab command: 0 done, 1 could not or not up, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except api.LabError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: 'up' goes on from here, 'down' clears up", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description="Real hosts on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in _TEXTS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name in _OF_ONE_HOST:
            command.add_argument("host")
        if name == "exec":
            command.add_argument("words", nargs=argparse.REMAINDER, metavar="cmd…")
    return parser


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _up(options: argparse.Namespace) -> int:
    api.up(_tell)
    return _status(options)


def _down(_: argparse.Namespace) -> int:
    api.down(_tell)
    return 0


def _status(_: argparse.Namespace) -> int:
    states = api.status()
    for state in states:
        print(f"{state.host.name:<11} {state.host.address:<12} {state.as_word():<10} {state.host.purpose}")
    return 0 if all(state.is_up for state in states) else 1


def _doctor(_: argparse.Namespace) -> int:
    lacks = api.missing()
    print("\n".join(lacks) if lacks else "the lab can run here")
    return 1 if lacks else 0


def _exec(options: argparse.Namespace) -> int:
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    line = [*container.enter_command(api.find_host(options.host)), *(words or ["bash"])]
    sys.stdout.flush()
    os.execvp(line[0], line)  # noqa: S606 - becomes the command, so that its terminal, signals and status are its own


def _with_host(change: Callable[[str], None]) -> Callable[[argparse.Namespace], int]:
    def command(options: argparse.Namespace) -> int:
        change(options.host)
        return 0

    return command


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "up": _up,
    "down": _down,
    "status": _status,
    "doctor": _doctor,
    "exec": _exec,
    "stop": _with_host(api.stop_host),
    "start": _with_host(api.start_host),
    "cut": _with_host(api.cut_host),
    "join": _with_host(api.join_host),
}
_TEXTS = {
    "up": "bring every host up and wait until it answers",
    "down": "take everything away but the base image",
    "status": "tell how each host is",
    "doctor": "say what this machine lacks to run the lab",
    "exec": "run a command as root inside a host",
    "stop": "switch a host off, its files stay",
    "start": "switch a host on again",
    "cut": "pull a host's cable",
    "join": "put a host's cable in again",
}
_OF_ONE_HOST = {"exec", "stop", "start", "cut", "join"}

if __name__ == "__main__":
    sys.exit(main())
