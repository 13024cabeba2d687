"""A sub-domain's A record at Cloudflare, in the stead of the DNS part of the ``subdomain`` playbook.

Whose a record is stands in its comment. A record without our comment, or with another ticket's, is refused when one is
to be made and left alone when ours is to be removed. The proxy's virtual host stays the playbook's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from laksana.errors import ProviderError
from laksana.provisioning.providers.calls import FarSide, Patience, Place, carry_through
from laksana.provisioning.providers.cloudflare import NAME, CloudflareZone, Record
from laksana.provisioning.providers.evidence import Evidence, scrubber_of
from laksana.provisioning.providers.faults import FarSideError
from laksana.provisioning.providers.forms import ADDRESS, DOMAIN, LABEL, TICKET, checked
from laksana.provisioning.providers.setup import checked_url, read_token
from laksana.provisioning.providers.work import Step, carry_out
from laksana.provisioning.workspace import make_workspace
from laksana.records import PlaybookOutcome
from laksana.settings import Settings

HOST = "cloudflare"
MARK = "Laksana: "
"""Begins the comment of our records; the ticket follows."""
TTL = 300
"""Seconds that resolvers may remember a record; the same as our own name server's."""
_ZONE_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True)
class CloudflareDns:
    """The provider of sub-domains' records."""

    settings: Settings
    patience: Patience = field(default_factory=Patience)

    def run(
        self, verb: str, variables: Mapping[str, Any], *, ticket: str, cancelled: Callable[[], bool]
    ) -> PlaybookOutcome:
        """Carry out plan, apply, verify or undo for one name.

        Raises:
            ProviderError: address, zone id or token file are not set up rightly.
            ProvisioningError: the folder of the run can't be made.
        """
        place = self._place()
        zone_id = self.settings.cloudflare_zone_id
        if not _ZONE_ID.fullmatch(zone_id):
            raise ProviderError(f"LAKSANA_CLOUDFLARE_ZONE_ID={zone_id!r} is no zone id (allowed: 32 of 0-9 and a-f)")
        folder = make_workspace(self.settings.state_dir, ticket=ticket, step=f"{HOST}-{verb}", attempt=1)
        evidence = Evidence(folder, scrubber_of([place.authorization.removeprefix("Bearer ")]))
        with FarSide(place, self.patience, evidence, cancelled=cancelled) as far:
            keeper = SubdomainRecord(CloudflareZone(far, zone_id), variables)
            return evidence.conclude(carry_out(verb, "subdomain", HOST, keeper))

    def _place(self) -> Place:
        token = read_token("LAKSANA_CLOUDFLARE_TOKEN_FILE", self.settings.cloudflare_token_file)
        url = checked_url("LAKSANA_CLOUDFLARE_API_URL", self.settings.cloudflare_api_url)
        return Place(NAME, url, f"Bearer {token}", "LAKSANA_CLOUDFLARE_TOKEN_FILE")


class SubdomainRecord:
    """One name's record, as one request wants it."""

    def __init__(self, zone: CloudflareZone, variables: Mapping[str, Any]) -> None:
        """Keep the zone and what is asked for; nothing is looked at yet."""
        self._zone = zone
        self._variables = variables

    @property
    def wanted(self) -> Record:
        """The record that is asked for, without an id."""
        label = checked(self._variables, "subdomain_label", LABEL)
        domain = checked(self._variables, "subdomain_zone", DOMAIN)
        address = checked(self._variables, "subdomain_address", ADDRESS)
        ticket = checked(self._variables, "subdomain_ticket", TICKET)
        return Record("", "A", f"{label}.{domain}", address, TTL, proxied=False, comment=f"{MARK}{ticket}")

    def present(self) -> Iterator[Step]:
        """Yield the making or mending of the record, where there is anything to do."""
        wanted = self.wanted
        found = self._zone.records(wanted.name)
        for record in found:
            if record.kind != "A" or record.comment != wanted.comment:
                raise _taken(record)
        if not found:
            yield Step("The name has the address", "", _line(wanted), lambda: self._make(wanted))
            return
        kept, *surplus = sorted(found, key=lambda record: (not _same(record, wanted), record.id))
        if not _same(kept, wanted):
            mended = replace(wanted, id=kept.id)
            yield Step("The name has the address", _line(kept), _line(wanted), lambda: self._zone.change(mended))
        yield from (self._removal(record) for record in surplus)

    def absent(self) -> Iterator[Step]:
        """Yield the removal of this ticket's records; another's are left alone."""
        wanted = self.wanted
        for record in self._zone.records(wanted.name):
            if record.kind == "A" and record.comment == wanted.comment:
                yield self._removal(record)

    def findings(self) -> Iterator[str]:
        """Yield what is wrong with the name's records."""
        wanted = self.wanted
        found = self._zone.records(wanted.name)
        if not found:
            yield f"nama {wanted.name} tidak ada di {NAME}"
        for record in found:
            if record.comment != wanted.comment:
                yield f"record {_line(record).strip()} bukan milik tiket ini"
            elif not _same(record, wanted):
                yield f"record adalah {_line(record).strip()}, seharusnya {_line(wanted).strip()}"

    def facts(self) -> dict[str, Any]:
        """Return nothing: the playbook has no facts of a sub-domain either."""
        return {}

    def _removal(self, record: Record) -> Step:
        return Step("The name lacks the address", _line(record), "", lambda: self._remove(record))

    def _make(self, wanted: Record) -> None:
        """Make the record once, and see that it came to stand under the name that was asked for."""
        made: list[Record] = []
        carry_through(self._zone.far, lambda: made.append(self._zone.create(wanted)), lambda: self._is_made(wanted))
        for record in made:
            if record.name.lower() != wanted.name:
                # Cloudflare appends the zone's own name to one that lies outside of it.
                self._remove(record)
                text = f"nama {wanted.name} tidak termasuk zona {NAME}; periksa LAKSANA_CLOUDFLARE_ZONE_ID"
                raise FarSideError(text)

    def _is_made(self, wanted: Record) -> bool:
        found = self._zone.records(wanted.name)
        for record in found:
            if record.comment != wanted.comment:
                raise _taken(record)
        return any(_same(record, wanted) for record in found)

    def _remove(self, record: Record) -> None:
        def is_gone() -> bool:
            return record.id not in {other.id for other in self._zone.records(record.name)}

        carry_through(self._zone.far, lambda: self._zone.delete(record), is_gone)


def _same(record: Record, wanted: Record) -> bool:
    return replace(record, id="", name=record.name.lower()) == wanted


def _line(record: Record) -> str:
    """Write a record as our name server's register does, so that plans read the same."""
    through = " (lewat proxy Cloudflare)" if record.proxied else ""
    holder = record.comment.removeprefix(MARK) if record.comment.startswith(MARK) else "bukan buatan Laksana"
    return f"{record.name}. {record.ttl} IN {record.kind} {record.content}{through} ; {holder}\n"


def _taken(record: Record) -> FarSideError:
    ours = record.comment.startswith(MARK)
    holder = f"tiket {record.comment.removeprefix(MARK)}" if ours else "bukan buatan Laksana"
    return FarSideError(
        f"{record.name} sudah dipakai ({holder}; ada {record.kind} {record.content}): "
        "pilih label lain, atau minta pembuatnya menghapus record itu"
    )
