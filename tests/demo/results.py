"""What a case of the demo has made, and the test from outside that its applicant would do; one function a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from laksana.office import Office
from laksana.registry.services import Service
from laksana.settings import Settings
from tests.demo.applicant import Account, fetch_passwords, measure, use_hosting
from tests.demo.summary import ask_dns, fetch

PAGE = "Aplikasi Contoh Dinas Perikanan"


@dataclass(frozen=True)
class Carried:
    """A case that was carried out."""

    settings: Settings
    applicant: Account
    ticket: str
    name: str
    """What was asked for, as the form names it."""
    kind: str
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    """Passwords that the applicant fetched, by their labels."""

    @property
    def row(self) -> Service | None:
        """The registry's row."""
        name = f"{self.name}.{self.settings.dns_zone}" if self.kind == "subdomain" else self.name
        return Office(self.settings).registry.find(self.kind, name)

    @property
    def specification(self) -> Mapping[str, Any]:
        """What the registry knows of the service, nothing where it has none."""
        return self.row.specification if self.row else {}


def look_at(case: Carried) -> dict[str, Any]:
    """Test a case's result from outside, and say what was found."""
    return _LOOKS[case.kind](case) if case.row is not None or case.kind == "subdomain" else {}


def measure_server(case: Carried) -> dict[str, Any]:
    """Log in to the server of a case as its applicant and count what it has."""
    return measure(case.specification, case.passwords["Kata sandi VPS"])


def collect_passwords(case: Carried) -> Carried:
    """Let the applicant fetch the passwords, where the case has any."""
    if not Office(case.settings).handovers.state(case.ticket, at=Office(case.settings).now()).labels:
        return case
    case.passwords.update(fetch_passwords(case.applicant, case.ticket))
    return case


def _look_at_subdomain(case: Carried) -> dict[str, Any]:
    name = f"{case.name}.{case.settings.dns_zone}"
    answer = ask_dns(name, case.settings.dns_server)
    return {
        "dns": {"name": name, "answer": answer[0] if answer else None, "server": case.settings.dns_server},
        "http": fetch(name, case.settings.proxy_address, PAGE),
    }


def _look_at_hosting(case: Carried) -> dict[str, Any]:
    site, user = str(case.specification["site"]), str(case.specification["user"])
    return use_hosting(site, user, case.passwords["Kata sandi FTPS"], case.settings)


def _look_at_server(case: Carried) -> dict[str, Any]:
    return {"ssh": measure_server(case)}


_LOOKS: dict[str, Callable[[Carried], dict[str, Any]]] = {
    "subdomain": _look_at_subdomain,
    "hosting": _look_at_hosting,
    "vps": _look_at_server,
}


def works(found: Mapping[str, Any]) -> bool:
    """Tell whether the test from outside passed."""
    if "after" in found:
        before, after = found["before"], found["after"]
        grown = all(after.get(key, 0) > before[key] for key in ("nproc", "free_total_mb", "df_total_mb"))
        return bool(after["login"] and grown)
    if "ssh" in found:
        return bool(found["ssh"]["login"])
    served = bool(found["http"]["body_contains"])
    if "ftps" in found:
        return served and bool(found["ftps"]["upload"])
    return served and found["dns"]["answer"] is not None
