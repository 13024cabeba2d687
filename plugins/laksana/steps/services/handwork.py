"""What people carry out by hand: an SOP without ``jenis_layanan``, whose letters say what was asked and decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from laksana.documents.dates import indonesian_date
from laksana.spec.vocabulary import IN_LETTER, NAMES_IT

if TYPE_CHECKING:
    from laksana.spec.model import Spec
    from laksana.steps.case import Case
    from laksana.steps.services.api import Credential


class Handwork:
    """Whatever the SOP's form and gates speak of; nothing of it is made, tested or registered by the program."""

    def name(self, case: Case) -> str:
        """Return what is asked for: the form's field with ``x-surat: nama``, empty where none has it."""
        fields = case.spec.formulir.get("properties", {}).items()
        found = (name for name, schema in fields if schema.get(IN_LETTER) == NAMES_IT)
        return str(case.form.get(next(found, ""), ""))

    def withdraw(self, case: Case) -> None:
        """Let nothing go: nothing was reserved."""

    def letter_values(self, case: Case) -> Mapping[str, str]:  # noqa: ARG002  # others have some
        """Return nothing beside what the marked fields say."""
        return {}

    def credentials(self, case: Case) -> tuple[Credential, ...]:  # noqa: ARG002  # others name some
        """Name the secrets that the applicant gets: none."""
        return ()


def marked_fields(spec: Spec) -> dict[str, Mapping[str, Any]]:
    """Return the fields of form and gates that the reply shows (``x-surat``), in the SOP's order."""
    gates = (pair for step in spec.langkah for pair in step.work.settings.get("isian", {}).items())
    form = spec.formulir.get("properties", {}).items()
    return {name: schema for name, schema in (*form, *gates) if schema.get(IN_LETTER)}


def marked_rows(case: Case) -> dict[str, tuple[str, str]]:
    """Return what the reply shows of form and gates: field → its title and what was filled in.

    Of a field that was answered again, the last answer; what was left empty is left out.
    """
    answers: dict[str, Any] = dict(case.form)
    for entry in case.office.ledger.entries(case.ticket.number):
        answers |= entry.fields
    return {
        name: (str(schema["title"]), _shown(answers[name], schema))
        for name, schema in marked_fields(case.spec).items()
        if answers.get(name) not in (None, "")
    }


def _shown(value: Any, schema: Mapping[str, Any]) -> str:
    """Write a value as a letter does."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if schema.get("format") == "date":
        return indonesian_date(date.fromisoformat(str(value)))
    return " ".join(str(value).split())
