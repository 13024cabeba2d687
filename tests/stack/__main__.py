"""``python -m tests.stack up|down|status``: the demo's Airflow, kept running until it is taken down."""

from __future__ import annotations

import argparse
import json
import sys
import time

from tests.stack.failures import StackError
from tests.stack.people import read_people
from tests.stack.stack import Stack

DEMO_PORT = 8080


def main() -> int:
    """Do what the command line says; 0 for done, 1 where something failed or does not run."""
    parser = argparse.ArgumentParser(prog="python -m tests.stack", description=__doc__)
    parser.add_argument("verb", choices=["up", "down", "status"])
    parser.add_argument("--instance", default="demo", help="name of the instance (default: demo)")
    parser.add_argument("--port", type=int, default=DEMO_PORT, help="port of the API server (default: 8080)")
    options = parser.parse_args()
    stack = Stack(options.instance, api_port=options.port, say=lambda line: print(line, file=sys.stderr, flush=True))
    try:
        return {"up": _up, "down": _down, "status": _status}[options.verb](stack)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1


def _up(stack: Stack) -> int:
    begun = time.monotonic()
    stack.start()
    print(f"Airflow answers at {stack.api_url} after {time.monotonic() - begun:.0f} s; log in as:")
    for person in read_people():
        print(f"  {person.username:14} {stack.password(person.username)}   {person.nama}")
    return 0


def _down(stack: Stack) -> int:
    stack.stop()
    return 0


def _status(stack: Stack) -> int:
    alive = stack.alive()
    print(json.dumps(alive, indent=2))
    return 0 if all(alive.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
