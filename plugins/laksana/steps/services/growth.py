"""More virtual CPUs, memory or disk for a virtual server that is there already (SOP 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from laksana.errors import RegistryError
from laksana.records import CheckItem, CheckReport
from laksana.registry.services import ACTIVE, Service, Shortage
from laksana.steps.services.api import Credential, Verdict
from laksana.steps.services.capacity import room_of_hypervisor
from laksana.steps.services.servers import LOCAL, PDN, PLACE_NAMES, REGISTRY_KIND, SIZES

if TYPE_CHECKING:
    from laksana.steps.case import Case

FIELDS = {"vcpu": "tambah_vcpu", "memory_mb": "tambah_memori_mb", "disk_gb": "tambah_disk_gb"}
"""Size → field of the form that says how much more."""
BEFORE = "resource sebelum penambahan"
MEASURED = "pengukuran penambahan resource"


class VpsResource:
    """Growth of virtual servers."""

    registry_kind = REGISTRY_KIND
    noun = "penambahan resource VPS"
    asks_system = True
    is_ours = True

    def name(self, case: Case) -> str:
        """Return the server's name."""
        return str(case.form["nama_vps"])

    def row(self, case: Case) -> Service | None:
        """Return the server's row if it is in use and the applicant agency's own."""
        found = case.office.registry.find(self.registry_kind, self.name(case))
        if found is None or found.state != ACTIVE or not case.is_of(found.owner):
            return None
        return found

    def place(self, case: Case) -> str:
        """Return where the server stands, empty where the agency has no such server (SOP 10 step 3)."""
        row = self.row(case)
        return row.place if row else ""

    def growth(self, case: Case) -> dict[str, int]:
        """Return how much more is asked for."""
        return {size: int(case.form[field]) for size, field in FIELDS.items()}

    def check(self, case: Case, what: str) -> Verdict:  # noqa: ARG002  # has one check only
        """Check the hypervisor's room for the growth, and reserve it (SOP 10 step 5)."""
        room = room_of_hypervisor(case)
        return self.claim(case, room.limits, room.facts)

    def claim(self, case: Case, limits: Mapping[str, int], facts: dict[str, Any]) -> Verdict:
        """Reserve the growth within limits; without limits only the server itself is kept from other growths."""
        asked = ", ".join(f"{LABELS[size]} +{more}" for size, more in self.growth(case).items() if more)
        found = case.office.registry.reserve_growth(
            self.registry_kind, self.name(case), ticket=case.ticket.number, growth=self.growth(case), limits=limits,
            at=case.now,
        )  # fmt: skip
        if found is None:
            reason = f"VPS {self.name(case)} tidak ditemukan di antara layanan yang aktif"
            item = CheckItem("Penambahan", passed=False, expected=asked, found=reason)
            return Verdict(CheckReport((item,)), (reason,))
        if isinstance(found, Shortage):
            item = CheckItem("Penambahan", passed=False, expected=asked, found=found.as_words())
            return Verdict(CheckReport((item,), facts), (found.as_words(),))
        self._keep_before(case)
        item = CheckItem("Penambahan", passed=True, expected=asked, found="tersedia, dipesan")
        return Verdict(CheckReport((item,), facts), (), f"penambahan {asked} dipesan")

    def _keep_before(self, case: Case) -> None:
        """Keep the sizes that the server had, once: a step carried out anew must not take the new for the old."""
        row = self.row(case)
        if row is not None and case.casefile.find(BEFORE) is None:
            sizes = {key: int(row.specification.get(key, 0)) for key in SIZES}
            case.casefile.put(BEFORE, sizes, step=case.step.no, attempt=case.attempt, at=case.now)

    def before(self, case: Case) -> Mapping[str, int]:
        """Return the sizes that the server had when the growth was reserved."""
        found = case.casefile.find(BEFORE)
        return found.record if found else {}

    def reserved(self, case: Case) -> Mapping[str, Any]:
        """Return the server's address and key, its old sizes and its new ones.

        Raises:
            RegistryError: the server is no longer in the registry.
        """
        row = self.row(case)
        if row is None:
            raise RegistryError(f"vps {self.name(case)}: no active row of {case.owner!r} in the registry any more")
        old = self.before(case)
        new = {key: int(old.get(key, 0)) + more for key, more in self.growth(case).items()}
        where = {key: row.specification.get(key, "") for key in ("address", "host_key")}
        port = int(row.specification.get("port", 22))
        return {"name": row.name, "port": port, **where, **new, **{f"old_{key}": int(old.get(key, 0)) for key in SIZES}}

    def playbooks(self, case: Case, wanted: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002  # others leave some out
        """Return which of the step's playbooks this case needs: all of them."""
        return wanted

    def locks(self, case: Case) -> tuple[str, ...]:
        """Name the server."""
        return (self.name(case),)

    def planned(self, case: Case, facts: Mapping[str, Any]) -> None:
        """Keep what the server has before anything is added, once; a later look might take the new for the old."""
        if case.casefile.find(MEASURED) is None:
            self._keep_measures(case, facts.get("before", {}), {}, restarted=False)

    def applied(self, case: Case, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep what was measured in the server afterwards."""
        before = self.measured(case)["before"] or facts.get("before", {})
        self._keep_measures(case, before, facts.get("after", {}), restarted=bool(facts.get("restarted")))
        return {"nama": self.name(case), **self.measured(case)}

    def measured(self, case: Case) -> Mapping[str, Any]:
        """Return what was measured in the server before and after."""
        found = case.casefile.find(MEASURED)
        return found.record if found else {"before": {}, "after": {}}

    def _keep_measures(
        self, case: Case, before: Mapping[str, Any], after: Mapping[str, Any], *, restarted: bool
    ) -> None:
        record = {"before": dict(before), "after": dict(after), "restarted": restarted}
        case.casefile.put(MEASURED, record, step=case.step.no, attempt=case.attempt, at=case.now)

    def test(self, case: Case) -> CheckReport:
        """Compare what was measured inside the server with what it had and what it should have."""
        measured = self.measured(case)
        old = self.before(case)
        items = []
        for size, more in self.growth(case).items():
            was, has = float(measured["before"].get(size, 0)), float(measured["after"].get(size, 0))
            wanted = int(old.get(size, 0)) + more
            # A guest sees a little less memory and file system than it was given: the kernel and the tables take some.
            grown = not was or has - was >= 0.8 * more
            enough = has >= wanted if size == "vcpu" else grown and has >= 0.85 * wanted
            expected, found = f"{was:g} → {wanted}", f"{was:g} → {has:g}"
            items.append(CheckItem(LABELS[size], passed=not more or enough, expected=expected, found=found))
        return CheckReport(tuple(items), {"sebelum": measured["before"], "sesudah": measured["after"]})

    def settle(self, case: Case) -> None:
        """Enter the new sizes in the registry."""
        case.office.registry.settle_growth(self.registry_kind, self.name(case), ticket=case.ticket.number, at=case.now)

    def withdraw(self, case: Case) -> None:
        """Let the growth go."""
        registry = case.office.registry
        registry.revert_growth(self.registry_kind, self.name(case), ticket=case.ticket.number, at=case.now)
        registry.drop_growth(self.registry_kind, self.name(case), ticket=case.ticket.number, at=case.now)

    def letter_values(self, case: Case) -> Mapping[str, str]:
        """Return what the reply says about it."""
        old = self.before(case)
        new = {key: int(old.get(key, 0)) + more for key, more in self.growth(case).items()}
        return {
            "letak": PLACE_NAMES.get(self.place(case), ""),
            "sebelum": _in_words(old) if old else "",
            "sesudah": _in_words(new) if old else "",
            "penambahan": _in_words(self.growth(case)),
        }

    def credentials(self, case: Case) -> tuple[Credential, ...]:  # noqa: ARG002  # nothing new to log in with
        """Name the secrets that the applicant gets: none."""
        return ()


LABELS = {"vcpu": "vCPU", "memory_mb": "Memori (MB)", "disk_gb": "Disk (GB)"}
WAYS = {PDN: "pdn", LOCAL: "lokal"}
"""Place → outcome of the step that looks it up."""


def _in_words(sizes: Mapping[str, int]) -> str:
    return f"{sizes.get('vcpu', 0)} vCPU, memori {sizes.get('memory_mb', 0)} MB, disk {sizes.get('disk_gb', 0)} GB"
