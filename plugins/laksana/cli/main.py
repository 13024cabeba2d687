"""Entry of the command: parses arguments, runs the verb, turns deliberate errors into one line and an exit status.

Exit status 0: done; 1: a finding or refusal; 2: wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError, ProgrammingError

from laksana.cli import (
    backup_verbs,
    desk_verbs,
    record_verbs,
    registry_verbs,
    round_verbs,
    secret_verbs,
    spec_verbs,
)
from laksana.errors import LaksanaError

_VERBS = (spec_verbs, desk_verbs, round_verbs, backup_verbs, registry_verbs, record_verbs, secret_verbs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="laksana", description="SOPs of a data-centre office that carry themselves out."
    )
    topics = parser.add_subparsers(dest="topic", required=True, metavar="TOPIC")
    for module in _VERBS:
        module.add_to(topics)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except LaksanaError as error:
        print(f"laksana: {error}", file=sys.stderr)
        return 1
    except DBAPIError as error:
        print(f"laksana: {_of_database(error)}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0


def _of_database(error: DBAPIError) -> str:
    """Say what is wrong with the database in one line; the driver's own text holds the statement and its values."""
    cause = (str(error.orig).strip().splitlines() or [type(error).__name__])[0]
    mend = "run: laksana database migrate" if isinstance(error, ProgrammingError) else "see LAKSANA_DATABASE_URL"
    return f"the database refused: {cause} ({mend})"


if __name__ == "__main__":
    sys.exit(main())
