"""The lab's server of the national data centre as it is handed over, from outside and inside."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import ModuleType
from uuid import uuid4

from tests.lab import ministry
from tests.playbooks.machine import ssh
from tests.playbooks.provisioned import TICKET, Service

ADDRESS, PORT = "10.77.0.16", 2222
_FILES = """
getent passwd; getent shadow; getent group
find /etc /root /home /usr/local /var/lib/laksana /var/www -type f -not -path '/etc/*-' \
  -not -name .sudo_as_admin_successful -exec sha256sum {} + 2>&- | sort
systemctl list-unit-files --state=enabled --no-legend; systemctl list-units --type=service --state=active --no-legend \
  | grep -v user; nft list ruleset
"""


class Handed:
    """The server, the password that came with it, and what is asked for."""

    def __init__(self, lab: ModuleType, folder: Path) -> None:
        self.name = "vps-uji"
        self.state_dir = folder
        self.secrets = {"initial_password": ministry.initial_password(), "password": f"Marka-{uuid4().hex}"}
        variables = {
            "name": self.name, "address": ADDRESS, "port": PORT, "user": ministry.USER, "stack": "nginx-php",
            "ssh_key": "", "host_key": "", "fingerprint": "", "ticket": TICKET,
        }  # fmt: skip
        self.service = Service("vps_pdn", folder, variables, self.secrets)
        self._lab = lab
        self.host_key = " ".join(self.on_server("cat /etc/ssh/ssh_host_ed25519_key.pub")[1].split()[:2])

    def on_server(self, command: str) -> tuple[int, str]:
        """Run a shell command as root on the server, past SSH."""
        done = self._lab.run_on(ministry.HOST, "sh", "-c", command)
        return done.returncode, (done.stdout + done.stderr).strip()

    def look(self) -> str:
        """Everything that the playbook may have changed."""
        return self.on_server(_FILES)[1]

    def login(
        self, password: str = "", *, key: Path | None = None, user: str = ministry.USER, command: str = "true"
    ) -> subprocess.CompletedProcess[str]:
        return ssh(f"{user}@{ADDRESS}", PORT, self.host_key, command, key=key, password=password)

    def lets_in(self, password: str) -> bool:
        """Tell whether the password opens the server."""
        done = self.login(password)
        assert done.returncode in {0, 255}, done.stderr
        assert done.returncode == 0 or "Permission denied" in done.stderr, done.stderr
        return done.returncode == 0
