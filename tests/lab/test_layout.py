"""Placeholders and files of a host, without starting one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.errors import LabError
from tests.lab.hosts import Ownership
from tests.lab.layout import copy_tree, fill_placeholders, give_program


def test_placeholders_are_filled_and_other_at_signs_stay() -> None:
    text = "@ IN SOA ns1\nsecret @TSIG_SECRET@;\nroot@host\n"

    filled = fill_placeholders(text, {"TSIG_SECRET": "abc="}, Path("zone"))

    assert filled == "@ IN SOA ns1\nsecret abc=;\nroot@host\n"


def test_value_is_not_looked_through_again() -> None:
    assert fill_placeholders("@A@", {"A": "@B@", "B": "no"}, Path("x")) == "@B@"


def test_unknown_placeholder_names_file_and_line() -> None:
    with pytest.raises(LabError, match=r"etc/key:2: no value for @SECRET@, allowed are TSIG_SECRET"):
        fill_placeholders("one\n@SECRET@\n", {"TSIG_SECRET": "abc="}, Path("etc/key"))


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files to other accounts, which only root may")
def test_tree_is_copied_with_the_hosts_own_numbers(tmp_path: Path) -> None:
    tree, root = tmp_path / "tree", tmp_path / "host"
    (tree / "etc/app").mkdir(parents=True)
    (tree / "etc/app/key").write_text("@TSIG_SECRET@")
    (tree / "etc/app/picture").write_bytes(b"\xff@TSIG_SECRET@")
    (root / "etc").mkdir(parents=True)
    (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\nbind:x:4711:\n")

    copy_tree(tree, root, {"TSIG_SECRET": "abc="}, {"etc/app/key": Ownership(mode=0o640, group="bind")})

    key = root / "etc/app/key"
    assert key.read_text() == "abc="
    assert (key.stat().st_mode & 0o777, key.stat().st_gid) == (0o640, 4711)
    assert (root / "etc/app/picture").read_bytes() == b"\xff@TSIG_SECRET@"


def test_program_of_the_python_environment_is_given(tmp_path: Path) -> None:
    give_program("weed", tmp_path)

    given = tmp_path / "usr/local/bin/weed"
    assert given.stat().st_mode & 0o777 == 0o755
    assert "version" in subprocess.run([given, "version"], capture_output=True, text=True, check=True).stdout


def test_program_that_is_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=rf"{Path(sys.executable).parent}/nosuch: no such program; install"):
        give_program("nosuch", tmp_path)
