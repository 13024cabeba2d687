"""One question to one authoritative DNS server; the only import of dnspython, whose faults come out as words."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

from laksana.errors import CheckError


@dataclass(frozen=True)
class DnsAnswer:
    """What the server said."""

    status: str
    """``NOERROR``, ``NXDOMAIN``, ``SERVFAIL``, …; empty where there was no answer."""
    authoritative: bool
    """True where the server speaks for the zone itself."""
    records: tuple[str, ...]
    """Answer records as ``<type> <value>``."""
    delegated_to: tuple[str, ...]
    """Name servers that the server refers to instead of answering."""
    fault: str = ""
    """Why there was no answer, in Bahasa Indonesia; empty where there was one."""

    def values(self, kind: str) -> tuple[str, ...]:
        """Return the values of the answer's records of one type."""
        return tuple(record.split(" ", 1)[1] for record in self.records if record.startswith(f"{kind} "))


def ask(fqdn: str, kind: str, *, server: str, port: int = 53, timeout: float = 5.0) -> DnsAnswer:
    """Ask a server for a name's records of one type; no answer is an answer with a fault.

    Raises:
        CheckError: name or server can't be asked for at all.
    """
    try:
        ipaddress.ip_address(server)
    except ValueError as error:
        raise CheckError(f"DNS server {server!r} is no IP address (e.g. 10.77.0.11)") from error
    try:
        question = dns.message.make_query(dns.name.from_text(fqdn), dns.rdatatype.from_text(kind))
    except (dns.exception.DNSException, UnicodeError) as error:
        raise CheckError(f"name {fqdn!r} can't be asked for: {error}") from error
    question.flags &= ~dns.flags.RD  # the server shall say what it knows, not ask others
    try:
        reply, _ = dns.query.udp_with_fallback(question, server, timeout=timeout, port=port)
    except (OSError, dns.exception.DNSException) as error:
        return DnsAnswer("", authoritative=False, records=(), delegated_to=(), fault=_words(error, server, timeout))
    return DnsAnswer(
        status=dns.rcode.to_text(reply.rcode()),
        authoritative=bool(reply.flags & dns.flags.AA),
        records=tuple(
            f"{dns.rdatatype.to_text(rrset.rdtype)} {item.to_text()}" for rrset in reply.answer for item in rrset
        ),
        delegated_to=tuple(
            item.to_text() for rrset in reply.authority if rrset.rdtype == dns.rdatatype.NS for item in rrset
        ),
    )


def _words(error: Exception, server: str, timeout: float) -> str:
    """Say in Bahasa Indonesia why a server did not answer."""
    if isinstance(error, dns.exception.Timeout):
        return f"server DNS {server} tidak menjawab dalam {timeout:g} detik"
    if isinstance(error, ConnectionRefusedError):
        return f"server DNS {server} menolak koneksi"
    if isinstance(error, OSError):
        return f"server DNS {server} tidak terjangkau ({error.strerror or error})"
    return f"jawaban server DNS {server} tidak dapat dibaca ({error or type(error).__name__})"
