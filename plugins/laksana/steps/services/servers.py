"""What virtual servers share, wherever they stand: their registry rows, the test by logging in, the letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from laksana.checks.servers import check_server
from laksana.records import CheckReport
from laksana.registry.services import RESERVED, Service
from laksana.steps.services.api import Credential, Registered

if TYPE_CHECKING:
    from laksana.steps.case import Case

REGISTRY_KIND = "vps"
LOCAL, PDN = "pusat-komputasi", "pdn"
"""Places of virtual servers."""
PLACE_NAMES = {LOCAL: "Pusat Komputasi Kabupaten Gresik", PDN: "Pusat Data Nasional"}
SIZES = ("vcpu", "memory_mb", "disk_gb")


class Vps(Registered):
    """Virtual servers."""

    registry_kind = REGISTRY_KIND
    noun = "VPS"
    place = LOCAL

    def name(self, case: Case) -> str:
        """Return the server's name."""
        return str(case.form["nama_vps"])

    def wanted(self, case: Case, **more: Any) -> Service:
        """Return the row that the request asks for."""
        specification = {
            "vcpu": int(case.form["vcpu"]), "memory_mb": int(case.form["memori_mb"]),
            "disk_gb": int(case.form["disk_gb"]), **more,
        }  # fmt: skip
        return Service(
            kind=self.registry_kind, name=self.name(case), owner=case.owner, contact=case.contact,
            specification=specification, place=self.place, ticket=case.ticket.number, state=RESERVED, since=case.now,
            phone=case.phone,
        )  # fmt: skip

    def applied(self, case: Case, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep what the playbook found out; what was asked for stays what capacity is counted by."""
        kept = {key: value for key, value in facts.items() if key not in SIZES}
        measured = {f"measured_{key}": facts[key] for key in SIZES if key in facts}
        return super().applied(case, {**kept, **measured})

    def test(self, case: Case) -> CheckReport:
        """Log in as the applicant would and look at what there is; by key, where the applicant gave one.

        With a key the baseline lets no password in, and the private half is not ours: then the sizes are those that
        the playbook counted.
        """
        found = self.reserved(case)
        key = str(case.form.get("kunci_ssh", ""))
        return check_server(
            self.name(case), address=str(found["address"]), port=int(found.get("port", 22)), user=str(found["user"]),
            password="" if key else case.office.secrets.get(case.ticket.number, "sandi"),
            host_key=str(found.get("host_key", "")), expected=self.expected(case), ssh_key=key,
            measured={size: float(found[f"measured_{size}"]) for size in SIZES if f"measured_{size}" in found},
        )  # fmt: skip

    def expected(self, case: Case) -> Mapping[str, int]:
        """Return what the server must have."""
        found = self.reserved(case)
        return {key: int(found.get(key, 0)) for key in SIZES}

    def letter_values(self, case: Case) -> Mapping[str, str]:
        """Return what the reply says about it."""
        found = self.reserved(case)
        return {
            "alamat_ip": str(found.get("address", "")), "porta": str(found.get("port", "")),
            "pengguna": str(found.get("user", "")), "tempat": PLACE_NAMES[self.place],
            "perangkat_lunak": str(case.form.get("perangkat_lunak", "")), **sizes_in_words(case.form),
        }  # fmt: skip

    def credentials(self, case: Case) -> tuple[Credential, ...]:  # noqa: ARG002  # the same for every server
        """Name the server's password."""
        return (Credential("Kata sandi VPS", "sandi"),)


def sizes_in_words(form: Mapping[str, Any]) -> dict[str, str]:
    """Return a request's sizes as the letter's values."""
    return {
        "vcpu": f"{form['vcpu']} vCPU", "memori": f"{form['memori_mb']} MB", "disk": f"{form['disk_gb']} GB",
    }  # fmt: skip
