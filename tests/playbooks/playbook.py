"""Running a playbook against the lab as an operator would, by the command ``ansible-playbook``."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
_COMMAND = Path(sys.executable).parent / "ansible-playbook"


@dataclass(frozen=True)
class PlaybookRun:
    """What a run did and said."""

    status: int
    changed: int
    text: str


def run_playbook(name: str, variables: dict[str, Any], folder: Path, *options: str) -> PlaybookRun:
    """Run a playbook with extra variables out of a file in ``folder``."""
    given = folder / "variables.json"
    given.write_text(json.dumps(variables))
    line = [str(_COMMAND), "-i", "inventory/lab", name, "-e", f"@{given}", *options]
    environment = {**os.environ, "ANSIBLE_CONFIG": str(PLAYBOOKS / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}
    done = subprocess.run(
        line,
        cwd=PLAYBOOKS,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    text = done.stdout + done.stderr
    return PlaybookRun(done.returncode, sum(int(found) for found in re.findall(r"changed=(\d+)", text)), text)
