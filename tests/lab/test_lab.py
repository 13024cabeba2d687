"""The running lab: its hosts answer, each as itself, and single ones can be taken away."""

from __future__ import annotations

import http.client
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from tests.lab import places

pytestmark = pytest.mark.lab
ROOT = Path(__file__).parents[2]


def _get(address: str, *, seconds: float = 5) -> tuple[int, str]:
    connection = http.client.HTTPConnection(address, timeout=seconds)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _processes(lab: ModuleType) -> dict[str, str]:
    return {state.host.name: (state.host.folder / "supervisor.pid").read_text() for state in lab.status()}


def test_second_up_changes_nothing(lab: ModuleType) -> None:
    processes, known_hosts = _processes(lab), places.KNOWN_HOSTS.stat().st_mtime_ns

    lab.up()

    assert _processes(lab) == processes
    assert places.KNOWN_HOSTS.stat().st_mtime_ns == known_hosts


def test_name_server_answers_for_its_zone(lab: ModuleType) -> None:
    address = lab.find_host("dns1").address

    answer = dns.query.udp(dns.message.make_query("dinkes.gresikkab.go.id.", "A"), address, timeout=5)
    nothing = dns.query.udp(dns.message.make_query("tidak-ada.gresikkab.go.id.", "A"), address, timeout=5)

    assert answer.flags & dns.flags.AA
    assert [item.to_text() for rrset in answer.answer for item in rrset] == ["10.77.0.31"]
    assert nothing.rcode() == dns.rcode.NXDOMAIN


def test_name_server_takes_no_unsigned_update(lab: ModuleType) -> None:
    refused = lab.run_on(
        "dns1", "sh", "-c", "printf 'server 127.0.0.1\nupdate add x.gresikkab.go.id 60 A 1.2.3.4\nsend\n' | nsupdate"
    )

    assert refused.returncode != 0
    assert "REFUSED" in refused.stderr


def test_update_key_is_readable_by_the_name_server_only(lab: ModuleType) -> None:
    said = lab.run_on("dns1", "stat", "--format=%a %U %G", "/etc/bind/laksana.key")

    assert said.stdout.split() == ["640", "root", "bind"]


def test_proxy_answers_404_where_no_site_is(lab: ModuleType) -> None:
    status, text = _get(lab.find_host("proxy1").address)

    assert status == 404
    assert "belum dilayani" in text


def test_sample_application_answers(lab: ModuleType) -> None:
    status, text = _get(lab.find_host("app1").address)

    assert status == 200
    assert "<title>Aplikasi Contoh Dinas Perikanan</title>" in text


@pytest.mark.parametrize("name", ["dns1", "proxy1", "app1", "hosting1", "hyper1"])
def test_login_is_strict_and_may_become_root(lab: ModuleType, name: str) -> None:
    done = subprocess.run(
        lab.ssh_command(name, "hostname; sudo -n id -u"), capture_output=True, text=True, check=False, timeout=30
    )

    assert done.stdout.split() == [name, "0"], done.stderr


def test_root_may_not_log_in(lab: ModuleType) -> None:
    line = [word.replace("laksana@", "root@") for word in lab.ssh_command("app1", "true")]

    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=30)

    assert done.returncode == 255
    assert "Permission denied" in done.stderr


def test_each_host_has_a_host_key_of_its_own(lab: ModuleType) -> None:
    keys = [line.split()[2] for line in places.KNOWN_HOSTS.read_text().splitlines()]

    assert len(set(keys)) == len([state for state in lab.status() if state.host.admits_controller])


def test_host_that_is_switched_off_keeps_its_files_and_comes_back(lab: ModuleType) -> None:
    address = lab.find_host("app1").address
    lab.run_on("app1", "touch", "/srv/app/tetap")
    try:
        lab.stop_host("app1")

        assert not lab.is_up()
        with pytest.raises(OSError):  # noqa: PT011 - unreachable or timed out, as the neighbour table has it
            _get(address, seconds=1)
    finally:
        lab.start_host("app1")
    assert lab.is_up()
    assert lab.run_on("app1", "rm", "/srv/app/tetap").returncode == 0
    assert _get(address)[0] == 200


def test_host_that_was_killed_comes_back_without_what_its_kernel_held(lab: ModuleType) -> None:
    assert lab.run_on("app1", "ip", "link", "add", "sisa0", "type", "bridge").returncode == 0
    lab.stop_host("app1")
    lab.start_host("app1")

    assert lab.run_on("app1", "ip", "link", "show", "sisa0").returncode != 0
    assert _get(lab.find_host("app1").address)[0] == 200


def test_host_that_is_cut_off_runs_on(lab: ModuleType) -> None:
    address = lab.find_host("app1").address
    lab.cut_host("app1")
    try:
        with pytest.raises(OSError):  # noqa: PT011 - see above
            _get(address, seconds=1)
        assert lab.run_on("app1", "curl", "-s", "-o", "/dev/null", "http://127.0.0.1/").returncode == 0
    finally:
        lab.join_host("app1")
    assert _get(address)[0] == 200


def test_services_of_one_host_do_not_touch_another(lab: ModuleType) -> None:
    def main_process() -> str:
        return str(lab.run_on("app1", "systemctl", "show", "-P", "MainPID", "nginx").stdout)

    before = main_process()
    lab.run_on("proxy1", "systemctl", "restart", "nginx")

    assert main_process() == before
    assert _get(lab.find_host("app1").address)[0] == 200


def test_command_line_ends_with_the_status_of_what_it_ran(lab: ModuleType) -> None:
    line = [sys.executable, "-m", "tests.lab", "exec", "app1", "--", "sh", "-c", "hostname; exit 7"]

    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)

    assert (done.returncode, done.stdout) == (7, "app1\n"), done.stderr
    assert lab.is_up()


def test_unknown_host_is_refused(lab: ModuleType) -> None:
    with pytest.raises(lab.LabError, match="no host 'web9' in the lab, there are dns1, proxy1"):
        lab.stop_host("web9")
