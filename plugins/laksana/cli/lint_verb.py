"""``laksana spec lint``: errors of files that can't run, warnings about SOPs that can't be kept."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from laksana.cli.output import print_json
from laksana.errors import Problem
from laksana.lint import lint, read_sops
from laksana.lint.findings import Finding
from laksana.settings import current

Verbs = Any


def add_to(verbs: Verbs) -> None:
    """Add the verb ``lint``."""
    verb = verbs.add_parser("lint", help="check SOP files; exit 1 where there is an error")
    verb.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: all")
    verb.add_argument("--json", action="store_true", help="print JSON")
    verb.add_argument("--all", action="store_true", help="print what the office has accepted by a ruling, too")
    verb.set_defaults(run=run_lint)


def run_lint(options: argparse.Namespace) -> int:
    """Check files and print every finding; files that are named also know the SOPs of the settings' folder."""
    folder = sorted(current().specs_dir.glob("*.yaml"))
    files = options.files or folder
    sops, problems = read_sops(files)
    beside, _ = read_sops(file for file in folder if file not in files)
    findings = lint(sops, {sop.spec.slug: sop for sop in (*beside, *sops)})
    errors = [finding for finding in findings if finding.is_error]
    if options.json:
        print_json(
            {
                "errors": [*(_problem(item) for item in problems), *(_finding(item) for item in errors)],
                "warnings": [_finding(item) for item in findings if not item.is_error],
            }
        )
    else:
        _print(problems, findings, files=len(files), show_accepted=options.all)
    return 1 if problems or errors else 0


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file, "line": problem.line, "code": problem.code, "message": problem.message,
        "hint": problem.hint, "key": problem.key,
    }  # fmt: skip


def _finding(finding: Finding) -> dict[str, Any]:
    accepted = finding.accepted
    return {
        "file": finding.file, "line": finding.line, "code": finding.code, "message": finding.message,
        "hint": finding.hint, "key": finding.key, "sop": finding.sop, "langkah": finding.step,
        "written": finding.written, "allowed": finding.allowed,
        "accepted": {"ruling": accepted.ruling, "reason": accepted.reason} if accepted else None,
    }  # fmt: skip


def _print(problems: Iterable[Problem], findings: list[Finding], *, files: int, show_accepted: bool) -> None:
    """Print what can't be read first, then the findings of each file, then how many of what."""
    refused = list(problems)
    for problem in refused:
        print(problem.as_line())
    open_ones = [finding for finding in findings if finding.accepted is None]
    for file, found in groupby(findings if show_accepted else open_ones, key=lambda finding: finding.file):
        print(file)
        for finding in found:
            print(f"  {finding.as_line()}")
    accepted = len(findings) - len(open_ones)
    errors = len(refused) + sum(finding.is_error for finding in findings)
    warnings = sum(not finding.is_error for finding in open_ones)
    folded = "" if show_accepted or not accepted else " (--all shows them)"
    print(f"{files} file(s), {errors} error(s), {warnings} warning(s), {accepted} accepted by rulings{folded}")
