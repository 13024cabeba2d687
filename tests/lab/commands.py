"""Running the machine's own tools with argument lists; owns how a failed tool is reported, knows nothing of the lab."""

from __future__ import annotations

import subprocess

from tests.lab.errors import LabError


def run(*command: str, input_text: str | None = None) -> str:
    """Run a tool and return what it printed.

    Raises:
        LabError: The tool ended with another status than 0; the text holds its last line.
    """
    done = subprocess.run(command, input=input_text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise LabError(f"{' '.join(command)}: {said} (status {done.returncode})")
    return done.stdout


def succeeds(*command: str) -> bool:
    """Tell whether a tool ends with status 0."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
