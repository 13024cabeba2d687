"""Lists what the lab's hosts have of services, past the product: accounts, machines, tickets on servers."""

from __future__ import annotations

from tests.lab import api as lab
from tests.scenarios.flows import HOSTING, HYPERVISOR

_ACCOUNT = """
    id "$1" > /dev/null 2>&1 && echo login
    test -e "/srv/hosting/$1" && echo home
    ls /etc/php/*/fpm/pool.d/laksana-"$1".conf > /dev/null 2>&1 && echo pool
    test -e "/etc/nginx/sites-enabled/laksana-$1.conf" && echo site
    mariadb -N -e "SHOW DATABASES" | grep -qx "$1" && echo database
    mariadb -N -e "SELECT User FROM mysql.user" | grep -qx "$1" && echo database user
    find /var/lib/laksana -name "$1" -type f | grep -q . && echo register
    true"""
_EVERY_ACCOUNT = "getent group hosting | cut -d: -f4 | tr ',' '\\n'; ls /srv/hosting"
_EVERY_MACHINE = """
    virsh list --all --name
    ls /var/lib/libvirt/laksana 2> /dev/null | sed -E 's/(-seed[.]iso|[.]qcow2|[.]key([.]pub)?)$//'
    ls /var/lib/laksana/guests 2> /dev/null"""


def account_parts(user: str) -> set[str]:
    """Name the parts that the hosting host has of an account."""
    return set(lab.run_on(HOSTING, "sh", "-c", _ACCOUNT, "sh", user).stdout.splitlines())


def accounts() -> set[str]:
    """Return every account of the hosting host that Laksana may have made."""
    return set(lab.run_on(HOSTING, "sh", "-c", _EVERY_ACCOUNT).stdout.split())


def machines() -> set[str]:
    """Return every machine of which the hypervisor has a definition, a disk, a key or a note."""
    return set(lab.run_on(HYPERVISOR, "sh", "-c", _EVERY_MACHINE).stdout.split())
