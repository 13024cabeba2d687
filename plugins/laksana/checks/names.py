"""Rules for a new name: its label, where it may point, and whether it is still free; pure but for the last.

A name is free only where the zone's own server says that it does not exist at all (NXDOMAIN). A node without an address
(a TXT record, or only names below it) is taken. Where the server can't tell, nobody decides: that raises.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable

from laksana.checks.dns_answers import DnsAnswer, ask
from laksana.errors import CheckError
from laksana.records import CheckItem, CheckReport

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)
_LONGEST_LABEL = 63
_LONGEST_NAME = 253
_SHOWN = 80
_KINDS = ("A", "AAAA", "CNAME", "TXT", "MX", "NS", "SRV")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def check_label(label: str, *, reserved: Collection[str] = (), zone: str = "") -> tuple[CheckItem, ...]:
    """Check one label below the zone: its form, its length, and that it is not kept for other uses."""
    shown = label if len(label) <= _SHOWN else f"{label[:_SHOWN]}…"
    whole = len(label) + 1 + len(zone.strip("."))
    in_length = 1 <= len(label) <= _LONGEST_LABEL and whole <= _LONGEST_NAME
    return (
        CheckItem(
            "Bentuk nama sub domain",
            passed=bool(_LABEL.fullmatch(label)),
            expected="satu label: huruf kecil a-z, angka dan tanda hubung, tidak diawali atau diakhiri tanda hubung",
            found=shown or "kosong",
        ),
        CheckItem(
            "Panjang nama sub domain",
            passed=in_length,
            expected=f"1 sampai {_LONGEST_LABEL} huruf, seluruh nama paling panjang {_LONGEST_NAME}",
            found=f"{len(label)} huruf",
        ),
        CheckItem(
            "Nama bukan kode punycode",
            passed=label[2:4] != "--",
            expected="tanpa '--' pada huruf ketiga dan keempat",
            found=shown or "kosong",
        ),
        CheckItem(
            "Nama tidak dicadangkan",
            passed=label.lower() not in {name.lower() for name in reserved},
            expected="bukan nama yang dicadangkan untuk pusat data",
            found=shown or "kosong",
        ),
    )


def check_target(address: str, networks: Iterable[Network], *, must_be_public: bool) -> tuple[CheckItem, ...]:
    """Check the address that a name shall lead to: its form, its network, and that it is public where it must be."""
    try:
        target = ipaddress.ip_address(address)
    except ValueError:
        return (CheckItem("Bentuk alamat IP tujuan", passed=False, expected="alamat IP", found=address or "kosong"),)
    items = [CheckItem("Bentuk alamat IP tujuan", passed=True, expected="alamat IP", found=str(target))]
    usable = not (target.is_unspecified or target.is_loopback or target.is_multicast or target.is_link_local)
    items.append(
        CheckItem(
            "Alamat IP tujuan milik sebuah mesin",
            passed=usable and str(target) != "255.255.255.255",
            expected="bukan loopback, multicast, link-local atau broadcast",
            found=str(target),
        )
    )
    allowed = tuple(networks)
    if allowed:
        items.append(
            CheckItem(
                "Alamat IP tujuan dalam jaringan yang diizinkan",
                passed=any(target in network for network in allowed),
                expected=f"dalam {', '.join(str(network) for network in allowed)}",
                found=str(target),
            )
        )
    if must_be_public:
        items.append(
            CheckItem(
                "Alamat IP tujuan publik",
                passed=target.is_global and not target.is_multicast,
                expected="alamat IP publik",
                found=str(target),
            )
        )
    return tuple(items)


def check_name_free(fqdn: str, dns_server: str, *, port: int = 53, timeout: float = 5.0) -> CheckReport:
    """Check with the zone's own server that nothing exists under a name.

    Raises:
        CheckError: the server can't tell (no answer, an error, or it does not speak for the zone).
    """
    first = ask(fqdn, _KINDS[0], server=dns_server, port=port, timeout=timeout)
    taken_by = _decide(fqdn, dns_server, first)
    if taken_by is None:
        return _report(fqdn, dns_server, taken=False, found="belum ada di DNS", records=())
    records = list(first.records)
    for kind in _KINDS[1:] if not taken_by else ():
        answer = ask(fqdn, kind, server=dns_server, port=port, timeout=timeout)
        records += [record for record in answer.records if record not in records]
    found = taken_by or ", ".join(records) or "sudah dipakai: ada nama lain di bawahnya"
    return _report(fqdn, dns_server, taken=True, found=found, records=tuple(records))


def _decide(fqdn: str, server: str, answer: DnsAnswer) -> str | None:
    """Return None for a free name, a text saying by what it is taken, or an empty text where its records say that."""
    if answer.fault:
        raise CheckError(f"{fqdn}: tidak dapat dipastikan bebas: {answer.fault}")
    if answer.records:  # also with NXDOMAIN: an alias whose goal is missing is there all the same
        return ""
    if answer.status == "NOERROR" and not answer.authoritative and answer.delegated_to:
        return f"didelegasikan ke {', '.join(sorted(answer.delegated_to))}"
    if answer.status not in {"NOERROR", "NXDOMAIN"}:
        raise CheckError(f"{fqdn}: tidak dapat dipastikan bebas: server DNS {server} menjawab {answer.status}")
    if not answer.authoritative:
        raise CheckError(f"{fqdn}: tidak dapat dipastikan bebas: server DNS {server} tidak berwenang atas zona ini")
    return None if answer.status == "NXDOMAIN" else ""


def _report(fqdn: str, server: str, *, taken: bool, found: str, records: tuple[str, ...]) -> CheckReport:
    """Put the finding into a report."""
    item = CheckItem(f"Nama {fqdn} belum dipakai", passed=not taken, expected="belum ada di DNS", found=found)
    return CheckReport((item,), {"dns": {"name": fqdn, "records": list(records), "server": server}})
