"""A whole Airflow on one machine, as one thing to start, stop and hurt; owns one folder and the processes it started.

Everything of an instance lies in its state folder, so that any program can stop what another one started: secrets,
ports, the ids of the processes, their logs, the database. A second start finds all of it and only starts processes.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import requests

import laksana.database
import laksana.engine
from tests.stack.client import Client
from tests.stack.configuration import REPOSITORY, Ports, api_url, configuration
from tests.stack.failures import StackError, last_lines
from tests.stack.keys import write_private
from tests.stack.people import ACCOUNTS_FILE
from tests.stack.ports import free_port, require_free
from tests.stack.postgres import Postgres
from tests.stack.processes import Running, only_one, start_process

INSTANCES = Path("/var/lib/laksana")
SERVICES = ("api-server", "scheduler", "dag-processor", "triggerer")
"""Airflow's processes, in the order of their start."""
_COMPONENTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")
_START_LIMIT = 180.0


class Stack:
    """One instance; nothing happens before ``start``."""

    def __init__(
        self,
        instance: str,
        *,
        api_port: int | None = None,
        dags: Sequence[Path] = (REPOSITORY / "dags",),
        settings: Mapping[str, str] | None = None,
        say: Callable[[str], None] = lambda _: None,
        instances: Path = INSTANCES,
    ) -> None:
        """Name an instance.

        Args:
            instance: its name, also the name of its folder.
            api_port: fixed port of the API server; a free one where not given.
            dags: folders of DAG files; the first is the product's.
            settings: further variables, or other values for the stack's own.
            say: gets a line of progress now and then.
            instances: folder that holds the instances' folders.
        """
        self.state_dir = instances / instance
        self._dags = tuple(dags)
        self._settings = dict(settings or {})
        self._say = say
        self._api_port = api_port
        self._running: dict[str, Running] = self._remembered()

    @property
    def api_url(self) -> str:
        """Base address of Airflow's API server."""
        return api_url(self.ports)

    @property
    def database_url(self) -> str:
        """Address of Laksana's database."""
        return self._postgres.url("laksana")

    @property
    def ports(self) -> Ports:
        """Where this instance listens; chosen at its first start and kept.

        Raises:
            StackError: it has never been started.
        """
        file = self.state_dir / "ports.json"
        if not file.exists():
            raise StackError(f"{self.state_dir} holds no instance; start it first (python -m tests.stack up)")
        return Ports(**json.loads(file.read_text()))

    @property
    def environment(self) -> dict[str, str]:
        """Variables that Airflow's or Laksana's commands need to meet this instance, secrets included."""
        databases = (self._postgres.url("airflow"), self._postgres.url("laksana"))
        return {**configuration(self.state_dir, self.ports, databases, self._dags), **self._settings}

    def password(self, username: str) -> str:
        """Return an account's generated password."""
        return (self.state_dir / "secrets" / f"{username}.password").read_text().strip()

    def client(self, username: str) -> Client:
        """Return a client of the REST API under an account's rights."""
        return Client(self.api_url, username, self.password(username))

    def log(self, name: str) -> Path:
        """Return a process' log file."""
        return self.state_dir / "logs" / f"{name}.log"

    def alive(self) -> dict[str, bool]:
        """Tell of each process whether it runs."""
        states = {name: name in self._running and self._running[name].alive() for name in SERVICES}
        has_database = (self.state_dir / "ports.json").exists()
        return {"postgres": has_database and self._postgres.running(), **states}

    def start(self) -> None:
        """Bring everything up and wait until all of it is healthy; what was started is stopped again on failure.

        Raises:
            StackError: it runs already, a port is taken, or a process dies; the message names the log.
        """
        with only_one(self.state_dir / "lock"):
            self._refuse_second()
            self._choose_ports()
            try:
                self._say("starting PostgreSQL")
                self._postgres.start("airflow", "laksana")
                self._prepare()
                since = datetime.now(UTC)
                for name in SERVICES:
                    self.start_process(name)
                self._await_health(since)
            except BaseException:
                self._stop_all()
                raise

    def stop(self) -> None:
        """End every process in order, then PostgreSQL; a stopped instance is left as it is."""
        if not self.state_dir.exists():
            return
        with only_one(self.state_dir / "lock"):
            self._stop_all()

    def start_process(self, name: str) -> None:
        """Start one of Airflow's processes, e.g. after it was killed; does not wait until it is healthy."""
        if name in self._running:
            self._running[name].end()  # what a killed one left of its group would keep its log server's port
        self._say(f"starting {name}")
        command = [sys.executable, "-m", "airflow", name]
        self._running[name] = start_process(command, self._process_environment(), REPOSITORY, self.log(name))
        self._remember()

    def kill(self, name: str) -> None:
        """Kill the main process of a service, without a warning and alone."""
        self._running[name].kill()

    def process(self, name: str) -> Running:
        """Return a service's main process."""
        return self._running[name]

    def await_healthy(self, seconds: float = _START_LIMIT) -> None:
        """Wait until every component is alive and says so.

        Raises:
            StackError: one died or did not come up in time.
        """
        self._await_health(datetime.now(UTC), seconds)

    @property
    def _postgres(self) -> Postgres:
        directory = self.state_dir / "postgres"
        return Postgres(directory, self.ports.postgres, self.state_dir / "secrets" / "postgres.password")

    def _refuse_second(self) -> None:
        running = [name for name, alive in self.alive().items() if alive]
        if running:
            raise StackError(
                f"{self.state_dir.name} runs already ({', '.join(running)}); "
                f"stop it first: python -m tests.stack down --instance {self.state_dir.name}"
            )

    def _choose_ports(self) -> None:
        file = self.state_dir / "ports.json"
        old = json.loads(file.read_text()) if file.exists() else {}
        ports = Ports(
            api=self._api_port or old.get("api") or free_port(),
            postgres=old.get("postgres") or free_port(),
            worker_log=old.get("worker_log") or free_port(),
            trigger_log=old.get("trigger_log") or free_port(),
        )
        for what, port in asdict(ports).items():
            require_free(port, what)
        write_private(file, json.dumps(asdict(ports)))

    def _prepare(self) -> None:
        stamp = self.state_dir / "prepared"
        edition = _edition()
        if stamp.exists() and stamp.read_text() == edition:
            return
        self._say("making tables, roles and accounts")
        (self.state_dir / "airflow").mkdir(exist_ok=True)
        log = self.log("prepare")
        log.parent.mkdir(exist_ok=True)
        marks = {"LAKSANA_STACK_STAMP": str(stamp), "LAKSANA_STACK_EDITION": edition}
        with log.open("ab") as output:
            done = subprocess.run(
                [sys.executable, "-m", "tests.stack.prepare"],
                env={**self._process_environment(), **marks},
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode != 0:
            raise StackError(f"the databases can't be prepared, see {log}:\n{last_lines(log)}")

    def _process_environment(self) -> dict[str, str]:
        ours = ("AIRFLOW", "LAKSANA_", "PYTHONDONTWRITEBYTECODE")
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        path = f"{Path(sys.executable).parent}:{inherited.get('PATH', '/usr/bin:/bin')}"
        # Without byte code each process would import Airflow in 5.5 s instead of 1.5 s, hence that variable is dropped.
        return {**inherited, **self.environment, "PATH": path, "PYTHONUNBUFFERED": "1"}

    def _await_health(self, since: datetime, seconds: float = _START_LIMIT) -> None:
        deadline = time.monotonic() + seconds
        missing: set[str] = set()
        while time.monotonic() < deadline:
            self._refuse_dead()
            waiting = _unhealthy(self.api_url, since)
            if not waiting:
                self._say(f"all healthy at {self.api_url}")
                return
            if waiting != missing:
                missing = waiting
                self._say(f"waiting for {', '.join(sorted(waiting))}")
            time.sleep(0.3)
        raise StackError(
            f"{', '.join(sorted(missing))} not healthy after {seconds:.0f} s; logs in {self.log('x').parent}"
        )

    def _refuse_dead(self) -> None:
        for name in SERVICES:
            if not self._running[name].alive():
                raise StackError(f"{name} has died, see {self.log(name)}:\n{last_lines(self.log(name))}")

    def _stop_all(self) -> None:
        # The API server goes last: the others report their last words to it.
        for names in (SERVICES[1:], SERVICES[:1]):
            asked = [self._running[name] for name in names if name in self._running]
            if asked:
                self._say(f"stopping {', '.join(names)}")
            for running in asked:
                running.ask_to_end()
            for running in asked:
                running.end()
        self._running.clear()
        self._remember()
        if (self.state_dir / "ports.json").exists():
            self._say("stopping PostgreSQL")
            self._postgres.stop()

    def _remember(self) -> None:
        rows = {name: asdict(running) for name, running in self._running.items()}
        write_private(self.state_dir / "processes.json", json.dumps(rows))

    def _remembered(self) -> dict[str, Running]:
        file = self.state_dir / "processes.json"
        rows = json.loads(file.read_text()) if file.exists() else {}
        return {name: Running(**row) for name, row in rows.items()}


def _unhealthy(url: str, since: datetime) -> set[str]:
    """Return the components that don't say they are healthy, with a heartbeat from after the start."""
    try:
        answer = requests.get(f"{url}/api/v2/monitor/health", timeout=10, proxies={"no_proxy": "*"})
    except requests.ConnectionError:
        return {"api-server"}
    if not answer.ok:
        return {"api-server"}
    health = answer.json()
    return {name for name in _COMPONENTS if not _is_healthy(name, health[name], since)}


def _is_healthy(name: str, state: dict[str, str | None], since: datetime) -> bool:
    beat = state.get(f"latest_{name}_heartbeat")
    fresh = name == "metadatabase" or (beat is not None and datetime.fromisoformat(beat) >= since)
    return state.get("status") == "healthy" and fresh


def _edition() -> str:
    """Return a mark that changes when what ``prepare`` does may have changed."""
    rooms = [Path(next(iter(room.__path__))) for room in (laksana.database, laksana.engine)]
    files = [
        ACCOUNTS_FILE,
        Path(__file__).with_name("prepare.py"),
        *sorted(file for room in rooms for file in room.rglob("*.py")),
    ]
    text = b"".join(file.read_bytes() for file in files)
    return f"{version('apache-airflow')} {hashlib.sha256(text).hexdigest()}"
