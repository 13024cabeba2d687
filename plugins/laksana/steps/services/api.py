"""What every kind of service answers, so that steps, gates and letters need not know which one a case is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from laksana.records import CheckItem, CheckReport

if TYPE_CHECKING:
    from laksana.registry.services import Service
    from laksana.steps.case import Case


@dataclass(frozen=True)
class Verdict:
    """What a check found; without a reason against it the thing asked for can be made, and is reserved."""

    report: CheckReport
    reasons: tuple[str, ...] = ()
    """Why not, in words that a letter can carry."""
    text: str = ""
    """One line for the ticket where it passes."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """What later steps need to know of the check, e.g. values before a change."""


@dataclass(frozen=True)
class Credential:
    """One secret that the applicant fetches when the service is theirs."""

    label: str
    """What the page calls it, in Bahasa Indonesia."""
    name: str
    """Name in the secret store."""


class Matter(Protocol):
    """What a reply letter is about: a service, or whatever people carry out by hand."""

    def name(self, case: Case) -> str:
        """Return the name of what is asked for."""
        ...

    def withdraw(self, case: Case) -> None:
        """Take it out of the registry after undo, or let the reservation go after a refusal."""
        ...

    def letter_values(self, case: Case) -> Mapping[str, str]:
        """Return what the reply says about it, by the placeholders of the letter's wording."""
        ...

    def credentials(self, case: Case) -> tuple[Credential, ...]:
        """Name the secrets that the applicant gets."""
        ...


class ServiceKind(Matter, Protocol):
    """One kind of service."""

    registry_kind: str
    """Kind of its rows in the registry."""
    noun: str
    """What sentences call it."""
    asks_system: bool
    """Whether a test asks the system itself besides; false where the test from outside shows all of it."""

    is_ours: bool
    """Whether it stands on hosts of the office: elsewhere, what can't be reached any more is left as it is."""

    def check(self, case: Case, what: str) -> Verdict:
        """Check whether the request can be met, and reserve what it needs; asked again it finds its own reservation.

        Raises:
            LaksanaError: nobody can tell just now; the step is tried again.
        """
        ...

    def reserved(self, case: Case) -> Mapping[str, Any]:
        """Return the reservation's values, for playbook variables."""
        ...

    def playbooks(self, case: Case, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Return which of the step's playbooks this case needs."""
        ...

    def locks(self, case: Case) -> tuple[str, ...]:
        """Name what no other run may work on meanwhile."""
        ...

    def planned(self, case: Case, facts: Mapping[str, Any]) -> None:
        """Keep what the playbook found out in check mode, before anything was changed."""
        ...

    def applied(self, case: Case, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep what the playbook found out, and return what the step's output shall show."""
        ...

    def test(self, case: Case) -> CheckReport:
        """Test the result from outside, as its user would.

        Raises:
            CheckError: the test itself can't be carried out.
        """
        ...

    def settle(self, case: Case) -> None:
        """Enter in the registry that it works."""
        ...


class Registered:
    """What the kinds share that keep one row in the registry under their own ticket."""

    registry_kind: str
    noun: str
    asks_system = True
    is_ours = True

    def name(self, case: Case) -> str:
        """Return the name of what is asked for."""
        raise NotImplementedError

    def row(self, case: Case) -> Service | None:
        """Return the case's own row of the registry."""
        found = case.office.registry.find(self.registry_kind, self.name(case))
        return found if found is not None and found.ticket == case.ticket.number else None

    def reserved(self, case: Case) -> Mapping[str, Any]:
        """Return the reservation's values, for playbook variables."""
        row = self.row(case)
        return dict(row.specification) if row else {}

    def playbooks(self, case: Case, wanted: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002  # others leave some out
        """Return which of the step's playbooks this case needs: all of them."""
        return wanted

    def locks(self, case: Case) -> tuple[str, ...]:
        """Name what no other run may work on meanwhile."""
        return (self.name(case),)

    def planned(self, case: Case, facts: Mapping[str, Any]) -> None:
        """Keep nothing."""

    def applied(self, case: Case, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep what the playbook found out in the registry, and return it."""
        if facts:
            case.office.registry.describe(
                self.registry_kind, self.name(case), ticket=case.ticket.number, facts=facts, at=case.now
            )
        return {"nama": self.name(case), **facts}

    def settle(self, case: Case) -> None:
        """Enter in the registry that it works, and until when."""
        case.office.registry.activate(
            self.registry_kind, self.name(case), ticket=case.ticket.number, at=case.now, expires_on=case.renewal_date
        )

    def withdraw(self, case: Case) -> None:
        """Take the case's row out of the living registry."""
        case.office.registry.remove(self.registry_kind, self.name(case), ticket=case.ticket.number, at=case.now)

    def credentials(self, case: Case) -> tuple[Credential, ...]:  # noqa: ARG002  # others name some
        """Name the secrets that the applicant gets: none."""
        return ()


def held_by_other(noun: str, name: str) -> tuple[CheckItem, str]:
    """Return the item and the reason where another request reserved a name first."""
    item = CheckItem("Pemesanan nama", passed=False, expected="belum dipesan", found="sudah dipesan permohonan lain")
    return item, f"nama {noun} {name} sudah dipesan oleh permohonan lain"


def reserved_item() -> CheckItem:
    """Return the item of a name that is reserved for the case."""
    return CheckItem("Pemesanan nama", passed=True, expected="belum dipesan permohonan lain", found="dipesan")
