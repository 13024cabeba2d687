"""The registry as Ansible's dynamic inventory: active servers with an address, grouped by kind, place and owner; pure.

A host is called ``<name>.vps``: applicants choose their servers' names, and one called ``localhost`` or like a host of
the office's own inventory must not take that host's place where both inventories are used. Free text is marked as data,
which Ansible never evaluates as a template. A server is known by the host key in its row, and by nothing else; without
one SSH refuses it.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from laksana.registry.model import ACTIVE, HOST_KEY, Service

SERVER_KIND = "vps"
WITHOUT_KEY = "vps_without_host_key"
"""Group of the servers whose host key nobody knows: SSH refuses them until it is entered."""
_STRICT = (
    "-F /dev/null -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes "
    "-o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null"
)
_SIZES = ("vcpu", "memory_mb", "disk_gb")
_HIGHEST_PORT = 65_535


def inventory(rows: Iterable[Service]) -> dict[str, Any]:
    """Return Ansible's inventory of the servers among the rows, with the variables of every host in ``_meta``."""
    servers = [row for row in rows if _is_server(row)]
    owners = owner_groups(row.owner for row in servers)
    members: dict[str, list[str]] = defaultdict(list)
    hostvars: dict[str, Any] = {}
    for host, row in _named(servers).items():
        hostvars[host] = _host_variables(row)
        members[place_group(row.place)].append(host)
        members[owners[row.owner.casefold()]].append(host)
        if "KnownHostsCommand" not in hostvars[host]["ansible_ssh_common_args"]:
            members[WITHOUT_KEY].append(host)
    places = sorted({place_group(row.place) for row in servers})
    groups = {name: {"hosts": hosts} for name, hosts in sorted(members.items())}
    return {"_meta": {"hostvars": hostvars}, SERVER_KIND: {"children": places}, **groups}


def place_group(place: str) -> str:
    """Return the group of the servers of a place."""
    return f"{SERVER_KIND}_{_slug(place) or 'elsewhere'}"


def owner_groups(owners: Iterable[str]) -> dict[str, str]:
    """Return each owner's group, by the owner's name without capitals; two owners never share one."""
    names = {owner.casefold() for owner in owners}
    slugs = Counter(_slug(owner) for owner in names)
    groups = {}
    for owner in names:
        slug = _slug(owner)
        alone = slug and slugs[slug] == 1
        groups[owner] = f"owner_{slug}" if alone else "_".join(filter(None, ("owner", slug, _digest(owner))))
    return groups


def _is_server(row: Service) -> bool:
    """Tell whether a row is an active server that has an address."""
    if row.kind != SERVER_KIND or row.state != ACTIVE:
        return False
    try:
        ipaddress.ip_address(str(row.specification.get("address", "")))
    except ValueError:
        return False
    return True


def _named(servers: Iterable[Service]) -> dict[str, Service]:
    """Return the servers by a host name that Ansible can take, whatever the row's own name is."""
    named: dict[str, Service] = {}
    for row in sorted(servers, key=lambda row: row.name):
        plain = re.sub(r"[^a-z0-9-]+", "-", row.name.lower(), flags=re.ASCII).strip("-")
        label = plain if plain and plain == row.name else f"{plain or 'server'}-{_digest(row.name)}"
        named[f"{label}.{SERVER_KIND}"] = row
    return named


def _host_variables(row: Service) -> dict[str, Any]:
    """Return a server's variables: how it is reached, and plain facts; nothing of its specification besides."""
    port = row.specification.get("port")
    key = str(row.specification.get("host_key", ""))
    known = f" -o 'KnownHostsCommand=/bin/echo %H {key}'" if HOST_KEY.fullmatch(key) else ""
    reached = {
        "ansible_host": str(row.specification["address"]),
        "ansible_port": port if isinstance(port, int) and 0 < port <= _HIGHEST_PORT else 22,
        "ansible_ssh_common_args": _STRICT + known,
        # Another row may name the same address: a connection that is kept open must have been let in by this row's key.
        "ansible_control_path": f"%(directory)s/%%r-%%p-{_digest(row.name + key)}",
    }
    facts = {"name": row.name, "owner": row.owner, "place": row.place, "ticket": row.ticket}
    sizes = {size: row.specification[size] for size in _SIZES if isinstance(row.specification.get(size), int)}
    told = {**{key: _data(value) for key, value in facts.items()}, **sizes}
    return {**reached, **{f"laksana_{key}": value for key, value in told.items()}}


def _digest(text: str) -> str:
    """Return what tells names apart that look alike when written plainly."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _data(text: str) -> dict[str, str]:
    """Mark a text as data: an owner called ``{{ lookup('pipe', 'id') }}`` would run on the controller otherwise."""
    return {"__ansible_unsafe": text}


def _slug(text: str) -> str:
    """Return a text in the small letters, digits and underscores that Ansible allows in a group's name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
