"""Runs the rules over SOPs, looks up each place, and says which findings the office has accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from laksana.lint.findings import Acceptance, Finding, Hit
from laksana.lint.rules import RULES, Rule
from laksana.lint.sops import Others, Sop
from laksana.spec.reading import key_of


def lint(sops: Iterable[Sop], others: Others) -> list[Finding]:
    """Return all that is wrong with SOPs as documents, file by file in the order of their lines.

    Args:
        sops: those to look at.
        others: all that are known, which they may call.
    """
    found = [finding for sop in sops for finding in _findings(sop, others)]
    return sorted(found, key=lambda finding: (finding.file, finding.line, finding.code, finding.message))


def _findings(sop: Sop, others: Others) -> Iterator[Finding]:
    for rule in RULES:
        for hit in rule.find(sop, others):
            yield Finding(
                code=rule.code, sop=sop.spec.slug, step=hit.step, file=sop.source.file,
                line=sop.source.line_of(hit.path), key=key_of(hit.path), message=hit.message, hint=hit.hint,
                written=hit.written, allowed=hit.allowed, is_error=rule.is_error,
                accepted=_accepted(sop, rule, hit),
            )  # fmt: skip


def _accepted(sop: Sop, rule: Rule, hit: Hit) -> Acceptance | None:
    """Return the ruling by which the spec departs from its document here, if it has one."""
    for ruling in rule.rulings:
        for deviation in sop.spec.penyimpangan:
            if deviation.ruling == ruling and deviation.langkah in {hit.step, *hit.also}:
                return Acceptance(ruling, deviation.alasan)
    return None
