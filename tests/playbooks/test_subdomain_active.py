"""A sub-domain that is down is made anew by its own playbook: stopped proxy, lost virtual host, lost record."""

from __future__ import annotations

from types import ModuleType

import pytest

from laksana.checks.inside import Entry, probe_site
from laksana.settings import Settings
from tests.playbooks.test_subdomain import PROXY, Subdomain, subdomain

__all__ = ["subdomain"]
pytestmark = pytest.mark.lab

SETTINGS = Settings()
OFFICE = Entry(SETTINGS.ssh_user, SETTINGS.ssh_key_file, SETTINGS.ssh_known_hosts_file)
_LOSE_SITE = "rm /etc/nginx/sites-*/laksana-{}.conf"
_LOSE_RECORD = "printf 'server 127.0.0.1\\nupdate delete {} A\\nsend\\n' | nsupdate -k /etc/bind/laksana.key"


def test_subdomain_that_is_down_is_brought_back(lab: ModuleType, subdomain: Subdomain) -> None:
    def on(host: str, command: str) -> None:
        done = lab.run_on(host, "sh", "-c", command.format(subdomain.name))
        assert done.returncode == 0, done.stderr

    assert subdomain.play("present").status == 0

    on("proxy1", "systemctl stop nginx")
    assert subdomain.play("verified").status != 0
    mended = subdomain.play("present")
    assert (mended.status, mended.changed) == (0, 1), mended.text
    assert subdomain.is_served()

    on("proxy1", f"{_LOSE_SITE} && systemctl stop nginx")
    on("dns1", _LOSE_RECORD)
    assert subdomain.addresses() == []
    assert subdomain.play("present").status == 0
    assert (subdomain.addresses(), subdomain.is_served()) == ([PROXY], True)
    assert probe_site(subdomain.name, address=PROXY, entry=OFFICE).passed

    again = subdomain.play("present")
    assert (again.status, again.changed) == (0, 0), again.text
