"""The lab's hosts that accounts and machines are made on: what they offer before any playbook has run."""

from __future__ import annotations

import ftplib
import http.client
import os
import socket
import ssl
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.lab import ministry, places
from tests.playbooks.machine import ssh

pytestmark = pytest.mark.lab
_MIB = 1024 * 1024


@pytest.fixture
def handed_over(lab: ModuleType) -> Iterator[str]:
    """The server of the national data centre as it is handed over first; gives its host key."""
    lab.reset_host(ministry.HOST)
    yield " ".join(lab.run_on(ministry.HOST, "cat", "/etc/ssh/ssh_host_ed25519_key.pub").stdout.split()[:2])
    lab.reset_host(ministry.HOST)


def test_ftp_server_shows_a_certificate_of_the_labs_authority(lab: ModuleType) -> None:
    context = ssl.create_default_context(cafile=str(places.CA))
    strangers = ssl.create_default_context()
    address = lab.find_host("hosting1").address

    with ftplib.FTP_TLS(address, context=context, timeout=10) as ftp:  # noqa: S321  # with TLS
        ftp.auth()
        assert isinstance(ftp.sock, ssl.SSLSocket)
        certificate = ftp.sock.getpeercert()
    stranger = ftplib.FTP_TLS(address, context=strangers, timeout=10)  # noqa: S321  # with TLS
    with stranger, pytest.raises(ssl.SSLCertVerificationError):
        stranger.auth()

    assert certificate is not None
    assert {("DNS", "hosting.gresikkab.go.id"), ("IP Address", address)} <= set(certificate["subjectAltName"])


def test_homes_of_the_hosting_host_have_quotas(lab: ModuleType) -> None:
    home = "/srv/hosting/uji-kuota"
    try:
        made = lab.run_on("hosting1", "sh", "-ec", f"btrfs subvolume create {home}; btrfs qgroup limit 4M {home}")
        assert made.returncode == 0, made.stderr
        full = lab.run_on("hosting1", "dd", "if=/dev/urandom", f"of={home}/besar", "bs=1M", "count=8")
        size = int(lab.run_on("hosting1", "stat", "--format=%s", f"{home}/besar").stdout)
    finally:
        lab.run_on("hosting1", "btrfs", "subvolume", "delete", home)

    assert "Disk quota exceeded" in full.stderr
    assert 0 < size <= 4 * _MIB


def test_hypervisor_answers_and_has_its_template(lab: ModuleType) -> None:
    version = lab.run_on("hyper1", "virsh", "-c", "qemu:///system", "version")
    template = lab.run_on("hyper1", "qemu-img", "info", "--output=json", "/var/lib/libvirt/template/root.qcow2")
    started = lab.run_on("hyper1", "sh", "-c", "cd /var/lib/libvirt/template && test -s vmlinux && test -s initrd")
    written = lab.run_on("hyper1", "touch", "/var/lib/libvirt/template/uji")

    assert "Running hypervisor: QEMU" in version.stdout, version.stderr
    assert '"format": "qcow2"' in template.stdout, template.stderr
    assert started.returncode == 0
    assert "Read-only file system" in written.stderr


def test_server_of_the_ministry_opens_by_its_password_only(lab: ModuleType, handed_over: str) -> None:
    server = lab.find_host(ministry.HOST)
    given = f"{ministry.USER}@{server.address}"

    by_password = ssh(given, 2222, handed_over, "id -un; id -Gn", password=ministry.initial_password())
    by_wrong_one = ssh(given, 2222, handed_over, "true", password=f"{ministry.initial_password()}x")
    by_key = [
        ssh(f"{user}@{server.address}", 2222, handed_over, "true", key=places.SSH_KEY)
        for user in (ministry.USER, places.SSH_USER)
    ]

    assert by_password.returncode == 0, by_password.stderr
    assert by_password.stdout.splitlines()[0] == ministry.USER
    assert "sudo" in by_password.stdout.split()
    for refused in (by_wrong_one, *by_key):
        assert refused.returncode == 255
        assert "Permission denied" in refused.stderr
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((server.address, 22), timeout=5)


def test_server_of_the_ministry_is_small_until_it_is_enlarged(lab: ModuleType, handed_over: str) -> None:
    server = lab.find_host(ministry.HOST)

    def sizes() -> tuple[str, int]:
        size = lab.run_on(ministry.HOST, "df", "-BM", "--output=size", "/srv").stdout.split()[-1]
        given = f"{ministry.USER}@{server.address}"
        seen = ssh(given, 2222, handed_over, "nproc", password=ministry.initial_password())
        return seen.stdout.strip(), int(size.rstrip("M"))

    first = sizes()
    ministry.enlarge(server, disk_megabytes=9216, processors=2)
    unused = sizes()
    lab.run_on(ministry.HOST, "btrfs", "filesystem", "resize", "max", "/srv")

    processors = str(min(2, os.cpu_count() or 1))
    assert first == ("1", 8192)
    assert unused == (processors, 8192)
    assert sizes() == (processors, 9216)


def test_object_store_shows_a_certificate_of_the_labs_authority_and_opens_to_its_key_only(lab: ModuleType) -> None:
    store = lab.find_host("store1")

    def status(context: ssl.SSLContext, address: str) -> int:
        connection = http.client.HTTPSConnection(address, 8333, timeout=10, context=context)
        try:
            connection.request("GET", "/laksana-cadangan")
            return connection.getresponse().status
        finally:
            connection.close()

    assert status(ssl.create_default_context(cafile=str(places.CA)), store.address) == 403
    with pytest.raises(ssl.SSLCertVerificationError):
        status(ssl.create_default_context(), store.address)
    for file in (places.S3_ACCESS_KEY, places.S3_SECRET_KEY):
        assert (file.stat().st_mode & 0o777, file.stat().st_uid, len(file.read_text())) == (0o600, 0, 40)


def test_inner_parts_of_the_object_store_are_closed_to_others(lab: ModuleType) -> None:
    inside = lab.run_on("store1", "curl", "--silent", "--fail", "--output", "/dev/null", "http://127.0.0.1:8888/")

    assert inside.returncode == 0, "the filer asks nobody for a key, so the closed port is what counts"
    for port in (8332, 8888, 9333, 9340):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((lab.find_host("store1").address, port), timeout=5)
