"""What it costs to judge the shipped SOPs as documents: CPU time of reading and of the rules, median of some runs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from typing import Any

from laksana.lint import lint, read_sops
from laksana.spec.loading import build_spec_of
from tests.demo.__main__ import say
from tests.stack.configuration import REPOSITORY

REPEATS = 9
MOST_SECONDS = 0.5
"""What reading and rules may take together."""


def measure_linting() -> dict[str, Any]:
    """Read and judge all shipped SOPs again and again, each time as if for the first."""
    files = sorted((REPOSITORY / "include" / "sop_specs").glob("*.yaml"))
    reading: list[float] = []
    judging: list[float] = []
    found = 0
    for _ in range(REPEATS):
        build_spec_of.cache_clear()
        begun = time.process_time()
        sops, _ = read_sops(files)
        read = time.process_time()
        found = len(lint(sops, {sop.spec.slug: sop for sop in sops}))
        reading.append(read - begun)
        judging.append(time.process_time() - read)
    measured = {
        "sops": len(files), "findings": found, "reading_ms": round(statistics.median(reading) * 1000, 1),
        "rules_ms": round(statistics.median(judging) * 1000, 1),
    }  # fmt: skip
    say(f"lint: {measured}")
    return measured


def linting_section(found: Mapping[str, Any]) -> str:
    """Write the measurement as a section of the page."""
    return f"""## Lint

CPU time for all {found["sops"]} shipped SOPs, with {found["findings"]} findings: reading and validating
{found["reading_ms"]} ms, rules {found["rules_ms"]} ms; together at most {MOST_SECONDS * 1000:.0f} ms are wanted. The
start of the command is not in it.
"""
