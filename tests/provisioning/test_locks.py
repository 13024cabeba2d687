"""A name is worked on by one run at a time, and a dead one holds nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from laksana.errors import ProvisioningError
from laksana.provisioning.locks import exclusive, exclusive_all

HOLD = """
import sys, time
from pathlib import Path
from laksana.provisioning.locks import exclusive
with exclusive(sys.argv[1], directory=Path(sys.argv[2]), wait_seconds=0):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(name: str, directory: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, name, str(directory)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "plugins"},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_second_run_waits_in_vain_and_is_told_who_holds_the_name(tmp_path: Path) -> None:
    with holder("app.gresikkab.go.id", tmp_path) as process:
        try:
            began = time.monotonic()
            with (
                pytest.raises(ProvisioningError, match=rf"worked on by process {process.pid} since 2\d\d\d-"),
                exclusive("app.gresikkab.go.id", directory=tmp_path, wait_seconds=0.3),
            ):
                pass
            assert 0.3 <= time.monotonic() - began < 2
            with exclusive("lain.gresikkab.go.id", directory=tmp_path, wait_seconds=0):
                pass  # another name is free
        finally:
            process.kill()


def test_lock_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    with holder("h1", tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        with exclusive("h1", directory=tmp_path, wait_seconds=0):
            pass


def test_lock_is_free_after_the_block_and_after_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), exclusive("h1", directory=tmp_path, wait_seconds=0):
            raise ZeroDivisionError


def test_several_names_are_held_together_and_a_repeated_one_once(tmp_path: Path) -> None:
    with exclusive_all(["b", "a", "b"], directory=tmp_path, wait_seconds=0):
        for name in "ab":
            with pytest.raises(ProvisioningError), exclusive(name, directory=tmp_path, wait_seconds=0):
                pass
    with exclusive_all(["a", "b"], directory=tmp_path, wait_seconds=0):
        pass


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", "x" * 500])
def test_any_text_can_be_a_name(tmp_path: Path, name: str) -> None:
    with exclusive(name, directory=tmp_path / "locks", wait_seconds=0):
        assert len(list((tmp_path / "locks").iterdir())) == 1
