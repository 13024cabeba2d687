"""Reading the lab's host folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.errors import LabError
from tests.lab.hosts import Ownership, read_host, read_hosts


def _folder(parent: Path, name: str, text: str) -> Path:
    folder = parent / name
    (folder / "root").mkdir(parents=True)
    (folder / "host.yml").write_text(text)
    return folder


def test_hosts_of_the_lab_are_read_in_the_order_of_their_addresses() -> None:
    names = [host.name for host in read_hosts()]

    assert names[:3] == ["dns1", "proxy1", "app1"]


def test_ownership_is_read_as_octal(tmp_path: Path) -> None:
    text = 'address: 10.77.0.99\nfiles:\n  etc/key: {mode: "0640", group: bind}\n'

    host = read_host(_folder(tmp_path, "web9", text))

    assert host.files == {"etc/key": Ownership(mode=0o640, owner="root", group="bind")}


def test_programs_of_the_python_environment_are_read(tmp_path: Path) -> None:
    text = "address: 10.77.0.99\nanswers: [ssh, s3]\nprograms: [weed]\n"

    host = read_host(_folder(tmp_path, "store9", text))

    assert (host.answers, host.programs) == (("ssh", "s3"), ("weed",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("address: 10.77.0.99\npurpos: x\n", "unknown key 'purpos'"),
        ("address: 192.0.2.1\n", "must lie in 10.77.0.0/24"),
        ("address: 10.77.0.1\n", "this machine"),
        ("purpose: x\n", "no IPv4 address"),
        ("address: 10.77.0.99\nanswers: [smtp]\n", "'smtp' is not one of ssh, dns, http, s3"),
        ("address: 10.77.0.99\nfiles:\n  a: {mode: 640}\n", "quoted and octal"),
    ],
    ids=["unknown-key", "outside", "gateway", "no-address", "unknown-answer", "plain-mode"],
)
def test_wrong_description_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(LabError, match=said):
        read_host(_folder(tmp_path, "web9", text))


def test_two_hosts_of_one_address_are_refused(tmp_path: Path) -> None:
    _folder(tmp_path, "one", "address: 10.77.0.99\n")
    _folder(tmp_path, "two", "address: 10.77.0.99\n")

    with pytest.raises(LabError, match="is one's"):
        read_hosts(tmp_path)


def test_name_too_long_for_an_interface_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="1-11"):
        read_host(_folder(tmp_path, "a-very-long-name", "address: 10.77.0.99\n"))
