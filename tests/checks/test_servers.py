"""A server passes when its applicant can log in and root can't; real sshds of their own on a lab host, and no sshd."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from laksana.checks.servers import check_server
from laksana.errors import CheckError
from laksana.office import Office
from laksana.records import CheckReport
from laksana.settings import Settings
from laksana.steps.case import Case
from laksana.steps.services.vps_local import LocalVps
from tests.demo.samples import vps_local_form
from tests.playbooks.provisioned import watched_processes

HOST, ADDRESS = "app1", "10.77.0.13"
NOBODY_THERE = "10.77.0.249"
USER = "ujilaksana"
KEY = "ssh-ed25519 " + "A" * 68
SPECS = Path(__file__).parents[2] / "include" / "sop_specs"
AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
SIZES = {"vcpu": 1, "memory_mb": 64, "disk_gb": 0}
PASSWORD = f"Marka-{uuid4().hex}"
_BASE = "PermitRootLogin no|PasswordAuthentication yes|AllowUsers ujilaksana"
SERVERS = {
    "password": (2301, _BASE),
    "root": (2302, "PermitRootLogin yes|PasswordAuthentication yes"),
    "key": (2303, "PermitRootLogin no|PasswordAuthentication no|AllowUsers ujilaksana"),
    "key-and-password": (2304, _BASE),
    "key-and-root": (2305, "PermitRootLogin yes|PasswordAuthentication no"),
    "open-door": (2306, "PasswordAuthentication yes|PermitEmptyPasswords yes|AllowUsers ujilaksana ujikosong"),
}
# An sshd that sees accounts of its own: the host's are not touched, and all is gone with its folder.
_START = r"""
set -e
cd FOLDER
chmod 755 .
for file in passwd shadow group; do cp -p /etc/$file $file; done
mkdir -p home/.ssh
printf '%s\n' "$APPLICANT_KEY" > keys
chown -R 60123:60123 home
for name in ujilaksana ujikosong ujilama; do
  echo "$name:x:60123:60123::FOLDER/home:/bin/sh" >> passwd
done
echo 'ujilaksana:x:60123:' >> group
hash=$(echo "$PASSWORD" | openssl passwd -6 -stdin)
for entry in "ujilaksana:$hash:20000" "ujikosong::20000" "ujilama:$hash:0"; do
  echo "$entry:0:99999:7:::" >> shadow
done
sed -i "s|^root:[^:]*:|root:$hash:|" shadow
ssh-keygen -q -t ed25519 -N '' -f host
unshare --mount sh -ec '
  for file in passwd shadow group; do mount --bind FOLDER/$file /etc/$file; done
  for file in FOLDER/*.conf; do /usr/sbin/sshd -f $file; done'
cat host.pub
"""


class Doors:
    """The sshds of a lab host that these tests started."""

    def __init__(self, host_key: str, ssh_key: str) -> None:
        self.host_key = host_key
        self.ssh_key = ssh_key

    def check(self, server: str, **other: Any) -> CheckReport:
        asked = {
            "address": ADDRESS, "port": SERVERS[server][0], "user": USER, "password": PASSWORD,
            "host_key": self.host_key, "expected": SIZES, "timeout": 10.0,
        }  # fmt: skip
        return check_server("vps-uji", **{**asked, **other})

    def check_by_key(self, server: str, **other: Any) -> CheckReport:
        return self.check(server, **{"password": "", "ssh_key": self.ssh_key, "measured": {"vcpu": 2}, **other})


@pytest.fixture(scope="module")
def doors(lab: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """Start the servers; they end with the tests."""
    key = tmp_path_factory.mktemp("keys") / "applicant"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "siti@ikan", "-f", str(key)], check=True)
    public = key.with_suffix(".pub").read_text().strip()
    folder = f"/run/laksana-uji-{uuid4().hex[:8]}"
    write = f"printf '%s\\n' \"$@\" > {folder}/"
    try:
        for name, (port, rules) in SERVERS.items():
            lines = [
                f"Port {port}", f"ListenAddress {ADDRESS}", f"HostKey {folder}/host", f"PidFile {folder}/{name}.pid",
                f"AuthorizedKeysFile {folder}/keys", "UsePAM no", "KbdInteractiveAuthentication no", *rules.split("|"),
            ]  # fmt: skip
            lab.run_on(HOST, "sh", "-c", f"mkdir -p {folder}; {write}{name}.conf", "sh", *lines)
        given = [f"APPLICANT_KEY={public}", f"PASSWORD={PASSWORD}"]
        started = lab.run_on(HOST, "env", *given, "sh", "-c", _START.replace("FOLDER", folder))
        assert started.returncode == 0, started.stderr
        yield Doors(" ".join(started.stdout.split()[:2]), public)
    finally:
        lab.run_on(HOST, "sh", "-c", f"cat {folder}/*.pid | xargs -r kill; rm -rf {folder}")


@contextmanager
def listening(said: bytes | None) -> Iterator[int]:
    """Listen on loopback for one caller: say something and hang up, or say nothing and wait."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                if said is None:
                    caller.settimeout(10)
                    while caller.recv(1024):
                        pass
                else:
                    caller.sendall(said)

        thread = Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@contextmanager
def relay_of_one_connection(port: int) -> Iterator[int]:
    """Lead one connection on loopback to a server of the lab, and refuse all that come after it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def lead(source: socket.socket, target: socket.socket) -> None:
            while data := source.recv(65_536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

        def serve() -> None:
            caller, _ = server.accept()
            server.close()
            with caller, socket.create_connection((ADDRESS, port)) as far:
                back = Thread(target=lead, args=(far, caller))
                back.start()
                lead(caller, far)
                back.join()

        thread = Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def locally(**other: Any) -> CheckReport:
    asked = {
        "address": "127.0.0.1", "port": 22, "user": USER, "password": PASSWORD, "host_key": KEY, "expected": SIZES,
        "timeout": 1.0,
    }  # fmt: skip
    return check_server("vps-uji", **{**asked, **other})


def failed(report: CheckReport) -> dict[str, str]:
    return {item.name: item.found for item in report.items if not item.passed}


@pytest.mark.lab
def test_applicant_gets_in_by_password_and_root_does_not(doors: Doors) -> None:
    with watched_processes({"password": PASSWORD}) as watch:
        report = doors.check("password")

    assert [item.name for item in report.items] == [
        "Masuk ke vps-uji melalui SSH", "vCPU", "Memori (MB)", "root ditolak melalui SSH",
    ]  # fmt: skip
    assert (failed(report), report.facts["vcpu"] >= 1, report.facts["memory_mb"] > 64) == ({}, True, True)
    assert PASSWORD not in str(report)
    assert (watch.seen, watch.looks > 2) == (set(), True)


@pytest.mark.lab
@pytest.mark.parametrize(
    ("server", "other", "words"),
    [
        ("password", {"password": "bukan-sandinya"}, "porta 2301 menolak pengguna ujilaksana atau kata sandinya"),
        ("password", {"user": "tiada"}, "menolak pengguna tiada atau kata sandinya"),
        ("password", {"host_key": KEY}, "menunjukkan kunci SSH lain dari yang tercatat"),
        ("root", {"user": "ujilama"}, "meminta kata sandi diganti dahulu, karena sudah kedaluwarsa"),
        ("key", {}, "porta 2303 tidak menerima kata sandi sama sekali"),
        ("password", {"address": NOBODY_THERE}, "tidak terjangkau (tidak ada jalur jaringan)"),
    ],
    ids=["password", "login", "host-key", "expired", "key-only", "no-route"],
)
def test_login_by_password_that_fails_is_told_in_words(
    doors: Doors, server: str, other: dict[str, Any], words: str
) -> None:
    report = doors.check(server, **other)

    assert list(failed(report)) == ["Masuk ke vps-uji melalui SSH"]
    assert words in report.items[0].found
    assert len(report.items) == 1
    assert PASSWORD not in str(report)


@pytest.mark.lab
def test_password_is_not_shown_to_a_server_with_another_key(doors: Doors, lab: ModuleType) -> None:
    seen = lab.run_on(HOST, "sh", "-c", "journalctl -q --no-pager | grep -c 'password for ujilaksana'").stdout
    doors.check("password", host_key=KEY)
    assert lab.run_on(HOST, "sh", "-c", "journalctl -q --no-pager | grep -c 'password for ujilaksana'").stdout == seen


@pytest.mark.lab
def test_unknown_host_key_is_taken_only_where_none_is_known_yet(doors: Doors) -> None:
    assert doors.check("password", host_key="").passed


@pytest.mark.lab
def test_root_who_can_log_in_is_told_unless_the_server_is_not_ours_yet(doors: Doors) -> None:
    assert failed(doors.check("root")) == {"root ditolak melalui SSH": "root dapat masuk"}
    assert doors.check("root", root_must_be_refused=False).passed


@pytest.mark.lab
def test_root_is_not_taken_for_refused_by_a_server_that_is_gone(doors: Doors) -> None:
    with relay_of_one_connection(SERVERS["password"][0]) as port:
        report = doors.check("password", address="127.0.0.1", port=port)

    found = f"tidak dapat diperiksa: 127.0.0.1 porta {port} menolak koneksi"
    assert failed(report) == {"root ditolak melalui SSH": found}


@pytest.mark.lab
@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ({"vcpu": 4096}, ["vCPU"]),
        ({"memory_mb": 2_097_152}, ["Memori (MB)"]),
        ({"disk_gb": 40}, ["Disk (GB)"]),
        ({"vcpu": 0, "memory_mb": 0, "disk_gb": 0}, []),
        ({}, []),
    ],
)
def test_server_smaller_than_wanted_is_told(doors: Doors, expected: dict[str, int], words: list[str]) -> None:
    report = doors.check("password", expected=expected, root_must_be_refused=False)
    assert list(failed(report)) == words


@pytest.mark.lab
def test_applicants_key_opens_and_passwords_do_not(doors: Doors) -> None:
    report = doors.check_by_key("key", measured={"vcpu": 2, "memory_mb": 60}, expected={**SIZES, "memory_mb": 64})

    assert [(item.name, item.passed, item.found) for item in report.items] == [
        ("Masuk ke vps-uji melalui SSH", True, "kunci SSH diterima"),
        ("Kata sandi ditolak melalui SSH", True, "hanya kunci SSH diterima"),
        ("vCPU", True, "2"),
        ("Memori (MB)", True, "60"),
        ("root ditolak melalui SSH", True, "ditolak"),
    ]
    assert report.facts == {"vcpu": 2, "memory_mb": 60}


@pytest.mark.lab
@pytest.mark.parametrize(
    ("server", "other", "told"),
    [
        (
            "key",
            {"ssh_key": KEY},
            {"Masuk ke vps-uji melalui SSH": "10.77.0.13 porta 2303 menolak kunci SSH ujilaksana"},
        ),
        ("key", {"user": "tiada"}, {"Masuk ke vps-uji melalui SSH": "10.77.0.13 porta 2303 menolak kunci SSH tiada"}),
        (
            "key",
            {"host_key": KEY},
            {"Masuk ke vps-uji melalui SSH": "10.77.0.13 porta 2303 menunjukkan kunci SSH lain dari yang tercatat"},
        ),
        (
            "open-door",
            {"user": "ujikosong"},
            {"Masuk ke vps-uji melalui SSH": "siapa pun dapat masuk, tanpa kunci dan tanpa kata sandi"},
        ),
        (
            "password",
            {},
            {
                "Kata sandi ditolak melalui SSH": "kata sandi masih diterima",
                "root ditolak melalui SSH": "root ditanyai kata sandi",
            },
        ),
        ("key-and-root", {}, {"root ditolak melalui SSH": "root dapat masuk"}),
        ("key", {"measured": {"vcpu": 1}, "expected": {"vcpu": 2}}, {"vCPU": "1"}),
        ("key", {"measured": {}}, {"vCPU": "tidak terukur"}),
        ("key", {"measured": None}, {"vCPU": "tidak terukur"}),
    ],
    ids=["key", "login", "host-key", "no-lock", "passwords", "root", "small", "unmeasured", "never-measured"],
)
def test_login_by_key_that_fails_is_told_in_words(
    doors: Doors, server: str, other: dict[str, Any], told: dict[str, str]
) -> None:
    asked = {"expected": {"vcpu": 1}, "measured": {"vcpu": 1}, **other}
    assert failed(doors.check_by_key(server, **asked)) == told


@pytest.mark.lab
@pytest.mark.parametrize(("measured", "told"), [(4096, {}), (512, {"Memori (MB)": "512"})], ids=["large", "small"])
def test_case_with_a_key_is_tested_by_it_and_by_what_was_measured_inside(
    doors: Doors, clean_database: str, measured: int, told: dict[str, str]
) -> None:
    office = Office(Settings(database_url=clean_database, specs_dir=SPECS))
    spec = office.spec("permohonan-fasilitasi-pusat-komputasi")
    form = {**vps_local_form("vps-uji", AT.date()), "memori_mb": 4096, "kunci_ssh": doors.ssh_key, "pengguna": USER}
    ticket, _ = office.desk.open(spec.slug, form, source="cli", applicant="kabid.spbe", key="k", at=AT)
    case = Case(office, spec, spec.step(5), 1, ticket, ticket.run_id, "langkah_05", 1, AT)
    service = LocalVps()
    office.registry.reserve(service.wanted(case, user=USER, address=ADDRESS))
    made = {"port": SERVERS["key"][0], "host_key": doors.host_key, "vcpu": 1, "memory_mb": measured, "disk_gb": 3.87}
    service.applied(case, made)

    report = service.test(case)

    assert failed(report) == told
    assert report.facts == {"vcpu": 1, "memory_mb": measured, "disk_gb": 3.87}


@pytest.mark.parametrize("ssh_key", ["", KEY], ids=["password", "key"])
@pytest.mark.parametrize(
    ("said", "words"),
    [(None, "tidak menjawab dalam 1 detik"), (b"SSH-2.0-x\r\n", "memutus koneksi sebelum ada yang dapat masuk")],
    ids=["silent", "hangs-up"],
)
def test_server_that_does_not_come_so_far_is_told_in_words(ssh_key: str, said: bytes | None, words: str) -> None:
    with listening(said) as port:
        report = locally(port=port, ssh_key=ssh_key)
    assert failed(report) == {"Masuk ke vps-uji melalui SSH": f"127.0.0.1 porta {port} {words}"}


@pytest.mark.parametrize("ssh_key", ["", KEY], ids=["password", "key"])
def test_closed_port_is_told_in_words(ssh_key: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    found = f"127.0.0.1 porta {port} menolak koneksi"
    assert failed(locally(port=port, ssh_key=ssh_key)) == {"Masuk ke vps-uji melalui SSH": found}


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"address": "10.77.0.999"}, "no IPv4 address"),
        ({"address": "-oProxyCommand=id"}, "no IPv4 address"),
        ({"port": 0}, "the port is none"),
        ({"port": 65_536}, "the port is none"),
        ({"user": "-l root"}, "the login is none"),
        ({"user": "root\n"}, "the login is none"),
        ({"host_key": "ssh-ed25519 $(id)"}, "the host key is none"),
        ({"ssh_key": f"{KEY}\n{KEY}"}, "the applicant's key is none"),
        ({"ssh_key": f'command="id" {KEY}'}, "the applicant's key is none"),
    ],
)
def test_what_cannot_be_tried_is_an_error_without_the_password(other: dict[str, Any], words: str) -> None:
    with pytest.raises(CheckError, match=words) as refused:
        locally(**other)
    assert PASSWORD not in str(refused.value)
