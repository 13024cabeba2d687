"""The findings about the office's fourteen SOPs: those behind its rulings, and those that it has yet to decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from laksana.lint import lint, read_sops
from laksana.lint.findings import Finding

FOLDER = Path(__file__).parents[2] / "include" / "sop_specs"
SOPS, PROBLEMS = read_sops(sorted(FOLDER.glob("*.yaml")))
NUMBERS = {sop.spec.slug: sop.spec.urutan for sop in SOPS}
FINDINGS = lint(SOPS, {sop.spec.slug: sop for sop in SOPS})
RULINGS: dict[str, dict[str, set[tuple[int, int]]]] = {
    "R1": {"jump-past-input": {(11, 3)}},
    "R2": {"label-against-text": {(1, 3)}},
    "R3": {
        "jump-past-input": {(1, 3), (7, 3), (10, 5)},
        "input-not-on-every-way": {(4, 11), (11, 6)},
    },
    "R4": {"check-without-way-out": {(4, 3), (4, 6), (3, 7), (6, 8), (10, 3)}},
    "R5": {"disposition-without-refusal": {(1, 2), (4, 2), (7, 2), (10, 2), (11, 2)}},
    "R6": {
        "approval-without-way-back": {
            (1, 8), (2, 7), (3, 11), (4, 12), (5, 7), (6, 12), (7, 8), (8, 7), (9, 9), (10, 8), (11, 7), (12, 5),
            (13, 5), (14, 6),
        },
    },
    "R7": {"loop-without-bound": {(1, 5), (4, 9), (7, 5), (11, 5)}},
    "R8": {"branch-falls-through": {(10, 4)}, "output-unused": {(10, 4)}},
    "R9": {"call-cycle": {(2, 5), (3, 1), (5, 5), (6, 1), (8, 5), (9, 1), (12, 3), (13, 1)}},
    "R10": {"call-cycle": {(6, 5), (10, 4), (9, 5), (10, 6)}, "call-too-long": {(6, 5), (9, 5)}},
    "R11": {"threshold-differs": {(2, 4), (3, 2)}},
    "R12": {
        "call-too-long": {
            (12, 3), (2, 5), (5, 5), (8, 5), (10, 4), (10, 6), (3, 1), (6, 1), (9, 1), (13, 1),
        },
    },
    "R13": {"input-unmade": {(4, 10)}},
    "R14": {
        "input-unmade": {(1, 2), (10, 2), (10, 3), (12, 5), (13, 5), (14, 3)},
        "sop-named-otherwise": {(14, 3)},
        "foreign-name": {(6, 9), (7, 1), (7, 2), (7, 3), (7, 9), (10, 2), (10, 3), (10, 7), (10, 8)},
    },
    "R15": {
        "jump-past-input": {
            (2, 2), (2, 4), (3, 2), (3, 4), (5, 2), (5, 4), (6, 2), (6, 4), (8, 2), (8, 4), (9, 2), (9, 4), (12, 2),
            (13, 2),
        },
        "tool-not-listed": {(13, 2)},
    },
}  # fmt: skip
"""Where each ruling of the office has its cause: (SOP, step)."""
UNDECIDED: dict[str, set[tuple[int, int]]] = {
    "two-acts": {
        (1, 2), (1, 3), (1, 4), (1, 8), (1, 9), (4, 2), (4, 3), (4, 12), (7, 2), (7, 4), (7, 8), (10, 2), (10, 4),
        (10, 6), (10, 8), (11, 2), (11, 7),
    },
    "sop-named-otherwise": {(8, 5), (9, 1), (10, 6)},
    "standard-missing": {(1, 10), (4, 14), (7, 10), (10, 10), (11, 9)},
    "noun-for-act": {(14, 1), (14, 2)},
    "tool-not-listed": {(2, 1), (5, 1), (8, 1), (12, 1), (14, 1)},
    "output-unused": {(13, 1)},
    "column-order": {(3, 0), (6, 0)},
    "empty-field": {(number, 0) for number in range(1, 15)},
}  # fmt: skip
"""What no ruling covers: the office's SOPs as they are, by PermenPAN-RB 35/2012."""


def places(findings: list[Finding]) -> dict[str, set[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = {}
    for finding in findings:
        found.setdefault(finding.code, set()).add((NUMBERS[finding.sop], finding.step))
    return found


def test_all_of_them_can_run() -> None:
    assert PROBLEMS == []
    assert [finding for finding in FINDINGS if finding.is_error] == []
    assert sorted(NUMBERS.values()) == list(range(1, 15))


@pytest.mark.parametrize("ruling", RULINGS)
def test_cause_of_a_ruling_is_found_and_accepted(ruling: str) -> None:
    accepted = [finding for finding in FINDINGS if finding.accepted and finding.accepted.ruling == ruling]

    assert places(accepted) == RULINGS[ruling]
    assert all(finding.accepted and finding.accepted.reason for finding in accepted)


def test_what_no_ruling_covers_is_open() -> None:
    assert places([finding for finding in FINDINGS if finding.accepted is None]) == UNDECIDED


def test_every_finding_has_its_line_and_its_mend() -> None:
    for finding in FINDINGS:
        line = Path(finding.file).read_text(encoding="utf-8").splitlines()[finding.line - 1]
        assert line.strip(), finding
        assert finding.hint, finding


def test_calls_that_can_never_be_kept_are_told_from_those_that_can() -> None:
    never = {(NUMBERS[item.sop], item.step) for item in FINDINGS if "can never be kept" in item.message}

    assert never == {(3, 1), (6, 1), (9, 1), (12, 3), (13, 1)}
