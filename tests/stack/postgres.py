"""One private PostgreSQL cluster: made, started and stopped here; refuses to touch a cluster it did not make.

It listens on 127.0.0.1 and on a socket in its own folder, with a generated password. ``fsync`` stays on: the tests that
kill processes are to meet the same promises as a production database gives.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from tests.stack.failures import StackError, last_lines
from tests.stack.keys import generated_secret
from tests.stack.ports import LOOPBACK

OWNER = "laksana"
"""Database user that owns everything."""
DEBIAN_BINARIES = Path("/usr/lib/postgresql/15/bin")


@dataclass(frozen=True)
class Postgres:
    """A cluster in a folder, on a port."""

    directory: Path
    """Folder of the cluster; belongs to the user ``postgres`` where root starts it."""
    port: int
    password_file: Path

    @property
    def log(self) -> Path:
        """Return the server's log file."""
        return self.directory / "server.log"

    @property
    def data(self) -> Path:
        """Return the data folder."""
        return self.directory / "data"

    def url(self, database: str) -> str:
        """Return a database's address for SQLAlchemy, the password in it: for environments only, never arguments."""
        return f"postgresql+psycopg2://{OWNER}:{self._password()}@{LOOPBACK}:{self.port}/{database}"

    def start(self, *databases: str) -> None:
        """Bring the cluster up, made at the first start, with these databases in it.

        Raises:
            StackError: it does not come up; the message holds the log's last lines.
        """
        if not (self.data / "PG_VERSION").exists():
            self._make()
        if not self.running():
            self._control("start", "--log", str(self.log), "--options", self._options())
        for database in databases:
            self._make_database(database)

    def stop(self) -> None:
        """Stop the cluster at once but in order; a stopped one is left as it is."""
        if self.running():
            self._control("stop", "--mode", "fast")

    def running(self) -> bool:
        """Tell whether this cluster's server runs."""
        command = [_binary("pg_ctl"), "status", "--pgdata", str(self.data)]
        done = subprocess.run(command, capture_output=True, check=False, cwd="/", **_as_postgres())  # type: ignore[call-overload]  # keywords vary
        return bool(done.returncode == 0)

    def _make(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(self.data, ignore_errors=True)  # an initdb that was killed half-way
        password_copy = self.directory / "initial-password"
        password_copy.write_text(self._password())
        password_copy.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(self.directory, "postgres", "postgres")
            shutil.chown(password_copy, "postgres", "postgres")
        options = ["--username", OWNER, "--pwfile", str(password_copy), "--auth", "scram-sha-256"]
        options += ["--encoding", "UTF8", "--locale", "C.UTF-8"]
        self._run(_binary("initdb"), "--pgdata", str(self.data), *options)
        password_copy.unlink()

    def _make_database(self, name: str) -> None:
        connection = psycopg2.connect(
            host=LOOPBACK, port=self.port, user=OWNER, password=self._password(), dbname="postgres"
        )
        connection.autocommit = True  # CREATE DATABASE refuses to run in a transaction
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        finally:
            connection.close()

    def _options(self) -> str:
        return f"-c listen_addresses={LOOPBACK} -c port={self.port} -c unix_socket_directories={self.directory}"

    def _password(self) -> str:
        return generated_secret(self.password_file)

    def _control(self, verb: str, *options: str) -> None:
        self._run(_binary("pg_ctl"), verb, "--pgdata", str(self.data), "--wait", "--timeout", "60", *options)

    def _run(self, *command: str) -> None:
        # A pipe would be inherited by the server and keep this call waiting for ever; a file does not.
        output = self.directory / "control.log"
        with output.open("w") as file:
            done = subprocess.run(  # type: ignore[call-overload]  # keywords vary
                command,
                stdout=file,
                stderr=subprocess.STDOUT,
                check=False,
                cwd="/",
                start_new_session=True,
                **_as_postgres(),
            )
        if done.returncode != 0:
            said = last_lines(output) + "\n" + last_lines(self.log)
            raise StackError(f"{Path(command[0]).name} failed in {self.directory} (log {self.log}):\n{said.strip()}")


def _binary(name: str) -> str:
    """Return the path of one of PostgreSQL's programs."""
    for candidate in (DEBIAN_BINARIES / name, *sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)):
        if candidate.exists():
            return str(candidate)
    found = shutil.which(name)
    if found is None:
        raise StackError(f"PostgreSQL's {name} is not installed (install it with: apt-get install postgresql)")
    return found


def _as_postgres() -> dict[str, object]:
    """Return what makes a child run as ``postgres``: the server refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
