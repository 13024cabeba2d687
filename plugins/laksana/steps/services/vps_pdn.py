"""A virtual server that Kementerian Kominfo provides at the national data centre and the office configures (SOP 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from laksana.records import CheckItem, CheckReport
from laksana.steps.services.api import Verdict, held_by_other, reserved_item
from laksana.steps.services.servers import PDN, Vps

if TYPE_CHECKING:
    from laksana.steps.case import Case

OFFER = {"vcpu": 32, "memory_mb": 131_072, "disk_gb": 2_000}
"""The most that one server may have; what the ministry grants in the end is the ministry's decision."""


class PdnVps(Vps):
    """Virtual servers of the national data centre."""

    place = PDN
    is_ours = False

    def check(self, case: Case, what: str) -> Verdict:  # noqa: ARG002  # has one check only
        """Check the specification against what can be asked for, and reserve the name (SOP 4 step 3)."""
        wanted = self.wanted(case, stack=str(case.form["perangkat_lunak"]))
        items = [
            CheckItem(key, passed=int(wanted.specification[key]) <= most, expected=f"paling banyak {most}",
                      found=str(wanted.specification[key]))
            for key, most in OFFER.items()
        ]  # fmt: skip
        reasons = list(CheckReport(tuple(items)).reasons())
        if not reasons:
            held = case.office.registry.reserve(wanted)
            if held.ticket == case.ticket.number:
                items.append(reserved_item())
            else:
                item, reason = held_by_other(self.noun, self.name(case))
                items.append(item)
                reasons.append(reason)
        return Verdict(CheckReport(tuple(items)), tuple(reasons), "spesifikasi dapat diajukan ke Kementerian Kominfo")

    def reserved(self, case: Case) -> Mapping[str, Any]:
        """Return the reservation's values; the host's key is empty until it was seen first."""
        return {"host_key": "", **super().reserved(case)}

    def settle(self, case: Case) -> None:
        """Enter it as working, and forget the password that was handed over: it opens nothing any more."""
        super().settle(case)
        case.office.secrets.forget(case.ticket.number, ["sandi-awal"])

    def expected(self, case: Case) -> Mapping[str, int]:  # noqa: ARG002  # has the signature of the others
        """Judge no size: what the ministry hands over is the ministry's."""
        return {}
