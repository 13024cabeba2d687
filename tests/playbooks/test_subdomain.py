"""``subdomain.yml`` on the lab's name server and proxy: the system is asked afterwards, not the files.

Every test has a name of its own, so they may run in any order and beside whatever else uses the lab.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import dns.message
import dns.query
import pytest

from tests.playbooks.playbook import PlaybookRun, run_playbook

ZONE = "gresikkab.go.id"
NAME_SERVER, PROXY, APPLICATION = "10.77.0.11", "10.77.0.12", "10.77.0.13"
_SITE = "/etc/nginx/sites-available/laksana-{}.conf"


@dataclass(frozen=True)
class Subdomain:
    """One requested name, and what to do with it."""

    label: str
    folder: Path
    ticket: str = "LKS-2026-0001"

    @property
    def name(self) -> str:
        return f"{self.label}.{ZONE}"

    def play(self, state: str, *options: str, **other: Any) -> PlaybookRun:
        variables = {
            "subdomain_state": state,
            "subdomain_label": self.label,
            "subdomain_zone": ZONE,
            "subdomain_address": PROXY,
            "subdomain_target": APPLICATION,
            "subdomain_target_port": 80,
            "subdomain_ticket": self.ticket,
        }
        return run_playbook("subdomain.yml", variables | other, self.folder, *options)

    def addresses(self) -> list[str]:
        answer = dns.query.udp(dns.message.make_query(self.name, "A"), NAME_SERVER, timeout=5)
        return sorted(item.to_text() for rrset in answer.answer for item in rrset)

    def fetch(self) -> tuple[int, str]:
        connection = http.client.HTTPConnection(PROXY, timeout=10)
        try:
            connection.request("GET", "/", headers={"Host": self.name})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def is_served(self) -> bool:
        status, text = self.fetch()
        return status == 200 and "Aplikasi Contoh Dinas Perikanan" in text


def _link(subdomain: Subdomain) -> str:
    return _SITE.format(subdomain.name).replace("available", "enabled")


@pytest.fixture
def subdomain(lab: ModuleType, tmp_path: Path) -> Iterator[Subdomain]:
    """A name that nobody has; whatever a test leaves of it is taken away."""
    assert lab.find_host("proxy1").address == PROXY
    requested = Subdomain(f"uji-{uuid4().hex[:8]}", tmp_path)
    yield requested
    if requested.addresses() or requested.fetch()[0] != 404:
        requested.play("absent")


@pytest.fixture
def update(lab: ModuleType) -> Callable[[str], None]:
    """Change the zone by hand, as a colleague on the name server would."""

    def send(change: str) -> None:
        words = f"printf 'server 127.0.0.1\\nupdate {change}\\nsend\\n' | nsupdate -k /etc/bind/laksana.key"
        done = lab.run_on("dns1", "sh", "-c", words)
        assert done.returncode == 0, done.stderr

    return send


@pytest.mark.lab
def test_subdomain_is_planned_made_kept_and_taken_away(subdomain: Subdomain) -> None:
    plan = subdomain.play("present", "--check", "--diff")
    assert plan.status == 0, plan.text
    assert f"+{subdomain.name}. 60 IN A {PROXY} ; {subdomain.ticket}" in plan.text
    assert f"+        proxy_pass http://{APPLICATION}:80;" in plan.text
    # An approval pins the plan's text: it may depend neither on temporary files nor on other requests.
    assert "/tmp" not in plan.text  # noqa: S108 - looked for, not used
    assert plan.text.count("@@ -0,0 +1") == 2
    assert (subdomain.addresses(), subdomain.fetch()[0]) == ([], 404)

    made = subdomain.play("present")
    assert made.status == 0, made.text
    assert (subdomain.addresses(), subdomain.is_served()) == ([PROXY], True)

    seen = subdomain.play("verified")
    assert (seen.status, seen.changed) == (0, 0), seen.text

    again = subdomain.play("present")
    assert (again.status, again.changed) == (0, 0), again.text

    gone = subdomain.play("absent")
    assert gone.status == 0, gone.text
    assert gone.changed > 0
    assert (subdomain.addresses(), subdomain.fetch()[0]) == ([], 404)

    gone_again = subdomain.play("absent")
    assert (gone_again.status, gone_again.changed) == (0, 0), gone_again.text


@pytest.mark.lab
def test_another_address_of_the_name_stays(subdomain: Subdomain, update: Callable[[str], None]) -> None:
    assert subdomain.play("present").status == 0
    update(f"add {subdomain.name} 300 A 10.77.0.99")
    try:
        gone = subdomain.play("absent")

        assert gone.status == 0, gone.text
        assert subdomain.addresses() == ["10.77.0.99"]
    finally:
        update(f"delete {subdomain.name} A 10.77.0.99")


@pytest.mark.lab
@pytest.mark.parametrize("address", ["10.77.0.99", PROXY], ids=["other-address", "proxys-address"])
def test_taken_name_is_refused_and_undo_leaves_it(
    subdomain: Subdomain, update: Callable[[str], None], address: str
) -> None:
    update(f"add {subdomain.name} 300 A {address}")
    try:
        refused = subdomain.play("present")
        undone = subdomain.play("absent")

        assert refused.status != 0
        assert f"{subdomain.name}. is taken" in refused.text
        assert (undone.status, undone.changed) == (0, 0), undone.text
        assert (subdomain.addresses(), subdomain.fetch()[0]) == ([address], 404)
    finally:
        update(f"delete {subdomain.name} A {address}")


@pytest.mark.lab
def test_another_ticket_neither_changes_nor_removes(subdomain: Subdomain) -> None:
    assert subdomain.play("present").status == 0

    taken = subdomain.play("present", subdomain_ticket="LKS-2026-0002")
    removed = subdomain.play("absent", subdomain_ticket="LKS-2026-0002")

    assert taken.status != 0
    assert f"is taken (ticket {subdomain.ticket}" in " ".join(taken.text.split())
    assert (removed.status, removed.changed) == (0, 0), removed.text
    assert (subdomain.addresses(), subdomain.is_served()) == ([PROXY], True)


@pytest.mark.lab
def test_site_that_nginx_refuses_is_put_back_and_undo_clears_the_rest(lab: ModuleType, subdomain: Subdomain) -> None:
    by_hand = f"/etc/nginx/sites-enabled/{subdomain.label}.conf"
    text = f"server {{ listen 80; server_name {subdomain.name}; return 200 tangan; }}"
    lab.run_on("proxy1", "sh", "-c", f"echo '{text}' > {by_hand}; nginx -s reload")
    try:
        refused = subdomain.play("present")
        undone = subdomain.play("absent")

        assert refused.status != 0
        assert "conflicting server name" in refused.text
        assert lab.run_on("proxy1", "test", "-e", _SITE.format(subdomain.name)).returncode != 0
        assert undone.status == 0, undone.text
        assert (subdomain.addresses(), subdomain.fetch()[1]) == ([], "tangan")
    finally:
        lab.run_on("proxy1", "sh", "-c", f"rm {by_hand}; nginx -s reload")


@pytest.mark.lab
def test_run_cut_off_before_the_reload_is_made_good(lab: ModuleType, subdomain: Subdomain) -> None:
    assert subdomain.play("present").status == 0
    link = _link(subdomain)
    lab.run_on("proxy1", "sh", "-c", f"mv {link} /tmp/aside && nginx -s reload && sleep 0.3 && mv /tmp/aside {link}")
    assert not subdomain.is_served()

    repaired = subdomain.play("present")

    assert repaired.status == 0, repaired.text
    assert subdomain.is_served()


@pytest.mark.lab
def test_verify_tells_what_is_missing_and_changes_nothing(
    lab: ModuleType, subdomain: Subdomain, update: Callable[[str], None]
) -> None:
    never = subdomain.play("verified")
    assert never.status != 0
    assert f"{subdomain.name}. has no record (not made by Laksana), wanted is {PROXY}" in " ".join(never.text.split())
    assert subdomain.play("present").status == 0

    others = subdomain.play("verified", subdomain_ticket="LKS-2026-0002")
    update(f"add {subdomain.name} 300 A 10.77.0.99")
    two = subdomain.play("verified")
    update(f"delete {subdomain.name} A 10.77.0.99")
    lab.run_on("proxy1", "sh", "-c", f"rm {_link(subdomain)} && nginx -s reload && sleep 0.3")
    unserved = subdomain.play("verified")

    for seen, said in (
        (others, f"has 60 A {PROXY} (ticket {subdomain.ticket}), wanted is {PROXY} for ticket LKS-2026-0002"),
        (two, "300 A 10.77.0.99"),
        (unserved, f"nginx does not serve {subdomain.name} (ticket {subdomain.ticket})"),
    ):
        assert (seen.status != 0, seen.changed) == (True, 0), seen.text
        assert said in " ".join(seen.text.split())


@pytest.mark.lab
def test_where_another_provider_keeps_the_record_only_the_proxy_is_changed(
    lab: ModuleType, subdomain: Subdomain
) -> None:
    made = subdomain.play("present", subdomain_dns=False)
    seen = subdomain.play("verified", subdomain_dns=False)
    assert (made.status, seen.status, seen.changed) == (0, 0, 0), made.text + seen.text
    assert (subdomain.addresses(), subdomain.is_served()) == ([], True)
    assert lab.run_on("dns1", "test", "-e", f"/var/lib/laksana/records/{subdomain.name}").returncode != 0
    assert subdomain.play("verified").status != 0

    gone = subdomain.play("absent", subdomain_dns=False)

    assert gone.status == 0, gone.text
    assert subdomain.fetch()[0] == 404


def test_template_text_is_refused_where_there_is_no_name_server_of_ours(tmp_path: Path) -> None:
    refused = Subdomain("uji-salah", tmp_path).play(
        "present", "--limit", "proxy", subdomain_dns=False, subdomain_label="{{ 7 * 7 }}"
    )

    assert refused.status != 0
    assert "subdomain_label holds template text" in " ".join(refused.text.split())


@pytest.mark.lab
def test_half_made_name_is_undone(subdomain: Subdomain) -> None:
    half = subdomain.play("present", "--limit", "dns")
    assert (half.status, subdomain.addresses()) == (0, [PROXY]), half.text

    undone = subdomain.play("absent")

    assert undone.status == 0, undone.text
    assert subdomain.addresses() == []


@pytest.mark.lab
def test_application_that_is_away_gives_a_gateway_error_soon(subdomain: Subdomain) -> None:
    made = subdomain.play("present", subdomain_target="10.77.0.98")

    assert made.status == 0, made.text
    assert subdomain.fetch()[0] in {502, 504}


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"subdomain_label": "{{ lookup('pipe', 'touch EVIDENCE') }}"}, "subdomain_label holds template text"),
        ({"subdomain_ticket": "{% set x = 1 %}LKS"}, "subdomain_ticket holds template text"),
        ({"subdomain_label": "dua.label"}, "dns_record refuses its arguments"),
        ({"subdomain_label": "lelang\n"}, "dns_record refuses its arguments"),
        ({"subdomain_address": "10.77.0.300"}, "dns_record refuses its arguments"),
        ({"subdomain_state": "maybe"}, "value of dns_record_state must be one of"),
    ],
    ids=["template-text", "template-statement", "two-labels", "line-end", "no-address", "no-state"],
)
def test_wrong_variable_is_refused_before_a_host_is_asked(tmp_path: Path, other: dict[str, str], said: str) -> None:
    evidence = tmp_path / "evidence"
    given = {key: value.replace("EVIDENCE", str(evidence)) for key, value in other.items()}

    refused = Subdomain("uji-salah", tmp_path).play("present", **given)

    assert refused.status != 0
    assert said in " ".join(refused.text.split())
    assert not evidence.exists()
