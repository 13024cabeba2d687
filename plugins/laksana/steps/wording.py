"""Turns case data into the plain Bahasa Indonesia that gates show; user text is shown literally, never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from laksana.records import CheckReport, PlaybookOutcome

VALUE_LABELS = {
    "nama": "Nama", "alamat_situs": "Alamat situs", "alamat_ftp": "Peladen FTPS", "alamat_ip": "Alamat IP",
    "porta": "Porta", "pengguna": "Nama pengguna", "kuota": "Kuota", "basis_data": "Basis data", "tempat": "Tempat",
    "vcpu": "Prosesor", "memori": "Memori", "disk": "Disk", "perangkat_lunak": "Perangkat lunak", "letak": "Letak",
    "sebelum": "Semula", "sesudah": "Menjadi", "nama_lengkap": "Nama sub domain", "alamat": "Alamat tujuan",
}  # fmt: skip
"""What the letter's values are called in a table, in the table's order; values without a label are left out."""
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|<>~:-])")


def literal(value: Any) -> str:
    """Escape a value so that Markdown shows it as it is, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(str(value).split()))


def rows(pairs: Iterable[tuple[str, Any]]) -> str:
    """Write label and value pairs as a Markdown list."""
    return "\n".join(f"- **{label}**: {literal(value)}" for label, value in pairs if value not in (None, ""))


def labelled(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return a service's values under their labels, in the labels' order; empty ones are left out."""
    return tuple((label, values[key]) for key, label in VALUE_LABELS.items() if values.get(key, "").strip())


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
