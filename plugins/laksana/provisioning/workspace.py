"""The folder of one try: made fresh, never reused, readable by its owner alone; afterwards it holds evidence only."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from laksana.errors import ProvisioningError
from laksana.provisioning.scrubbing import Scrubber

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
_TRIES = 10_000


def make_workspace(state_dir: Path, *, ticket: str, step: str, attempt: int) -> Path:
    """Make ``<state_dir>/runs/<ticket>/<step>-<attempt>-<n>`` with the next free n and return it.

    Raises:
        ProvisioningError: ticket or step can't be a folder's name, or the folder can't be made.
    """
    for name, value in (("ticket", ticket), ("step", step)):
        if not _NAME.fullmatch(value):
            raise ProvisioningError(f"{name} {value!r} can't name a folder (allowed: letters, digits, '.', '_', '-')")
    parent = state_dir / "runs" / ticket
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(1, _TRIES):
            folder = parent / f"{step}-{attempt}-{number}"
            try:
                folder.mkdir(mode=0o700)
            except FileExistsError:
                continue
            return folder
    except OSError as error:
        raise ProvisioningError(f"{parent}: run folder can't be made ({error.strerror})") from error
    raise ProvisioningError(f"{parent}: {_TRIES} tries of step {step} are enough; clear the folder")


class Workspace:
    """The files of one try: what the run needs while it lasts, and the evidence that stays."""

    def __init__(self, folder: Path) -> None:
        """Take an empty folder.

        Raises:
            ProvisioningError: the folder is missing or was used before.
        """
        if not folder.is_dir():
            raise ProvisioningError(f"{folder}: run folder does not exist")
        if any(folder.iterdir()):
            raise ProvisioningError(f"{folder}: run folder was used before; every try needs a fresh one")
        self.folder = folder.resolve()
        self.variables = self.folder / "env" / "extravars"
        """Extra variables; Ansible gets them as ``-e @file``, so that they stand in no process list."""
        self.stop = self.folder / "stop"
        """Its existence ends the run."""
        self.running = self.folder / "running"
        """Locked for as long as a process of the run lives."""
        self.events = self.folder / "events.jsonl"
        """Evidence: one event a line."""
        self.output = self.folder / "output.txt"
        """Evidence: what Ansible printed."""
        self._artifacts = self.folder / "artifacts"

    def write_variables(self, text: str) -> None:
        """Write the extra variables, readable by the owner alone."""
        self.variables.parent.mkdir(mode=0o700)
        self.variables.touch(mode=0o600)
        self.variables.write_text(text, encoding="utf-8")

    def tidy(self, summary: dict[str, Any], scrubber: Scrubber) -> None:
        """Keep output, events, command and summary; remove everything that may hold variables or environment."""
        for stdout in self._artifacts.glob("*/stdout"):
            text = stdout.read_bytes().replace(b"\r\n", b"\n").decode("utf-8", "replace")
            self.output.touch(mode=0o600)
            self.output.write_text(scrubber.text(text), encoding="utf-8")
        for command in self._artifacts.glob("*/command"):
            kept = {key: value for key, value in json.loads(command.read_text()).items() if key in {"command", "cwd"}}
            self._write_json("command.json", kept)
        self._write_json("outcome.json", summary)
        for leftover in (self._artifacts, self.variables.parent):
            shutil.rmtree(leftover, ignore_errors=True)
        for marker in (self.stop, self.running):
            marker.unlink(missing_ok=True)

    def _write_json(self, name: str, data: dict[str, Any]) -> None:
        """Write one JSON file of the evidence."""
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
