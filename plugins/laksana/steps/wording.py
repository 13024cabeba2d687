"""Turns case data into the plain Bahasa Indonesia that gates show; user text is shown literally, never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from laksana.records import CheckReport, PlaybookOutcome

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|<>~:-])")


def literal(value: Any) -> str:
    """Escape a value so that Markdown shows it as it is, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(str(value).split()))


def rows(pairs: Iterable[tuple[str, Any]]) -> str:
    """Write label and value pairs as a Markdown list."""
    return "\n".join(f"- **{label}**: {literal(value)}" for label, value in pairs if value not in (None, ""))


def form_rows(form: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Write a request form under its fields' titles."""
    return rows((field["title"], form.get(name)) for name, field in schema["properties"].items())


def report_rows(report: CheckReport) -> str:
    """Write a check's items, passed and failed."""
    return "\n".join(
        f"- {'✔' if item.passed else '✘'} **{literal(item.name)}**: {literal(item.found)}" for item in report.items
    )


def failure_text(outcome: PlaybookOutcome) -> str:
    """Say in one line why a playbook did not do its work, and where its evidence lies."""
    reasons = "; ".join(f"{item.host}: {item.message}" for item in outcome.failures) or outcome.status
    return f"playbook {outcome.playbook} {outcome.status}: {reasons} (evidence: {outcome.evidence}; safe to run again)"
