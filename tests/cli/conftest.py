"""Runs the command in this process with settings of its own; one test starts it as a process, as a terminal would."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from laksana.cli.main import main
from laksana.settings import current


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    output: str
    errors: str

    def json(self) -> Any:
        """Return the one JSON document on stdout."""
        return json.loads(self.output)


Laksana = Callable[..., Done]


@pytest.fixture
def laksana(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Laksana]:
    """Return a function that runs the command with arguments and ``LAKSANA_*`` settings."""
    password = tmp_path / "password"
    password.write_text("rahasia-uji")
    ours = {
        "airflow_api_password_file": str(password),
        "airflow_api_url": "http://127.0.0.1:9",
        "state_dir": str(tmp_path),
        "database_url": "postgresql+psycopg2://laksana:sandi-uji@127.0.0.1:9/laksana",
    }
    for name in [name for name in os.environ if name.startswith("LAKSANA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **settings: str) -> Done:
        for name, value in {**ours, **settings}.items():
            monkeypatch.setenv(f"LAKSANA_{name.upper()}", value)
        current.cache_clear()
        try:
            status = main(arguments)
        except SystemExit as ended:  # argparse's way to say wrong usage
            status = int(ended.code or 0)
        said = capsys.readouterr()
        return Done(status, said.out, said.err)

    yield run
    current.cache_clear()
