"""An estate of services on few lab hosts, as an office has it after some years: most of it fine, some of it not.

Accounts and names are made by the product's own playbooks, backups by restic with dates of the past. What is broken is
broken on the host itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from laksana.backups.repository import OWN_FOLDER
from laksana.errors import ProvisioningError
from laksana.office import Office
from laksana.provisioning import playbooks
from laksana.provisioning.playbooks import APPLY, Change
from laksana.records import PlaybookOutcome
from laksana.registry.services import ACTIVE, Service
from laksana.steps.upkeep.api import SERVER
from laksana.steps.upkeep.kinds import KEPT
from tests.lab import api as lab
from tests.lab import places

QUOTA_MB = 32
DOWN_ADDRESS = "10.77.0.99"
"""Nobody answers there."""
_SEED = r"""
set -e
export RESTIC_PASSWORD AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY RESTIC_REPOSITORY

restic="restic --quiet --cacert /root/laksana-ca.crt --no-cache"
timeout 30 $restic cat config > /dev/null 2>&1 || timeout 30 $restic init
folder={own}/{name}
mkdir -p "$folder" {paths}
made={marked}/laksana-data
mkdir -p "$made"
chmod 755 "$made"
seq 1 {lines} > "$made/data.txt"
sum=$(sha256sum "$made/data.txt" | cut -d' ' -f1)
printf '{{"files": [{{"path": "%s", "sha256": "%s"}}]}}' "$made/data.txt" "$sum" > "$folder/manifest.json"
timeout 60 $restic backup --host {name} --tag {ticket} --time "{time}" {paths} "$folder" > /dev/null
seq 1 {whole} > "$made/data.txt"
"""


WHOLE = 20_000
"""Lines of data that a service really has."""


@dataclass(frozen=True)
class Past:
    """One backup of a service: how many days old, and how much it holds."""

    days: int
    lines: int = WHOLE


FRESH = (Past(70), Past(40), Past(5))


class Estate:
    """Services that are made for a demo or a test, and taken back."""

    def __init__(self, office: Office, *, say: Callable[[str], None] = lambda _: None) -> None:
        self.office = office
        self._say = say
        self.accounts: list[Service] = []
        self.names: list[Service] = []
        self.servers: list[Service] = []

    @property
    def services(self) -> list[Service]:
        """All that was made or entered."""
        return [*self.accounts, *self.names, *self.servers]

    def add_accounts(self, users: Sequence[str], *, owner: str, now: datetime) -> None:
        """Make hosting accounts with their names, two at a time, and enter them."""
        self._say(f"Membuat {len(users)} akun hosting …")
        rows = [self._account_row(user, owner, now) for user in users]
        names = [self._name_row(row, owner, now) for row in rows]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._make, zip(rows, names, strict=True)))
        self.office.registry.enter([*rows, *names])
        self.accounts += rows
        self.names += names

    def add_server(self, name: str, *, place: str, host: str, owner: str, now: datetime) -> Service:
        """Enter a server that a lab host stands for; without a host nobody answers at its address."""
        found = lab.find_host(host) if host else None
        key = _host_key(found.root) if found else f"ssh-ed25519 {'A' * 68}"
        specification = {
            "address": found.address if found else DOWN_ADDRESS, "port": 22, "host_key": key, "user": "laksana",
            "vcpu": 1, "memory_mb": 1024, "disk_gb": 10,
        }  # fmt: skip
        row = Service(
            kind="vps", name=name, owner=owner, contact="Siti Aminah", specification=specification, place=place,
            ticket=f"impor-{name}", state=ACTIVE, since=now, phone="081234567890",
        )  # fmt: skip
        self.office.registry.enter([row])
        self.servers.append(row)
        return row

    def back_up(self, service: Service, past: Iterable[Past], *, now: datetime, on: str) -> None:
        """Give a service backups of the past, made on a lab host."""
        kind = next(
            item for item in KEPT.values() if item.registry_kind == service.kind and item.place in {"", service.place}
        )
        backup = kind.backup(self.office, service)
        assert backup is not None
        access = self.office.backups.access(service.kind, service.name, service.ticket)
        marked = backup.paths[-1] if backup.target == SERVER else backup.paths[0]
        self._hand_over_authority(on)
        environment = {
            "RESTIC_PASSWORD": access.password, "AWS_ACCESS_KEY_ID": access.access_key,
            "AWS_SECRET_ACCESS_KEY": access.secret_key, "RESTIC_REPOSITORY": access.repository,
        }  # fmt: skip
        for item in past:
            moment = now - timedelta(days=item.days)
            script = _SEED.format(
                own=OWN_FOLDER, name=service.name, paths=" ".join(backup.paths), marked=marked, lines=item.lines,
                whole=WHOLE, ticket=service.ticket, time=f"{moment:%Y-%m-%d %H:%M:%S}",
            )  # fmt: skip
            self._run(on, environment, script)

    def break_site(self, user: str) -> None:
        """Take an account's PHP away, as a careless hand does: its site answers no more, and the playbook mends it."""
        command = f"rm -f /etc/php/8.2/fpm/pool.d/laksana-{user}.conf && systemctl reload php8.2-fpm"
        self._on("hosting1", command)

    def fill(self, user: str, percent: int) -> None:
        """Fill an account's quota."""
        size = QUOTA_MB * percent // 100
        self._on("hosting1", f"dd if=/dev/urandom of=/srv/hosting/{user}/laksana-fill bs=1M count={size} && sync")

    def remove(self) -> None:
        """Take the accounts and names back from the hosts, and everything out of the registry."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._take_back, zip(self.accounts, self.names, strict=True)))
        for service in self.services:
            self.office.registry.remove(service.kind, service.name, ticket=service.ticket, at=self.office.now())

    def _take_back(self, pair: tuple[Service, Service]) -> None:
        row, name = pair
        for playbook, variables in self._changes(row, name):
            self._play(playbooks.UNDO, playbook, variables, row)

    def _make(self, pair: tuple[Service, Service]) -> None:
        row, name = pair
        for playbook, variables in self._changes(row, name):
            self._play(APPLY, playbook, variables, row)
        self._on("hosting1", f"echo Contoh > /srv/hosting/{row.name}/public_html/index.html")

    def _play(self, verb: str, playbook: str, variables: Mapping[str, object], row: Service) -> PlaybookOutcome:
        secrets = {f"{playbook}_password": "Estate0Estate0"} if playbook == "hosting_account" else {}
        change = Change(variables, secrets, (row.name,))
        done = self.office.provisioner.run(verb, playbook, change, playbooks.Case(row.ticket, f"estate-{verb}", 1))
        if not done.ok:
            raise ProvisioningError(f"{row.name}: {done.failures}")
        return done

    def _changes(self, row: Service, name: Service) -> list[tuple[str, dict[str, object]]]:
        settings = self.office.settings
        account = {
            "hosting_account_user": row.name, "hosting_account_name": name.name, "hosting_account_quota_mb": QUOTA_MB,
            "hosting_account_database": "tidak", "hosting_account_ticket": row.ticket,
        }  # fmt: skip
        site = {
            "subdomain_label": row.name, "subdomain_zone": settings.dns_zone,
            "subdomain_address": settings.proxy_address, "subdomain_target": settings.hosting_address,
            "subdomain_target_port": 80, "subdomain_ticket": row.ticket,
        }  # fmt: skip
        return [("hosting_account", account), ("subdomain", site)]

    def _account_row(self, user: str, owner: str, now: datetime) -> Service:
        specification = {
            "user": user, "quota_mb": QUOTA_MB, "database": "tidak", "site": f"{user}.{self.office.settings.dns_zone}",
        }  # fmt: skip
        return Service(
            kind="hosting", name=user, owner=owner, contact="Siti Aminah", specification=specification,
            place="hosting", ticket=f"impor-{user}", state=ACTIVE, since=now, phone="081234567890",
        )  # fmt: skip

    def _name_row(self, account: Service, owner: str, now: datetime) -> Service:
        specification = {"target": self.office.settings.hosting_address, "port": 80}
        return replace(
            account, kind="subdomain", name=str(account.specification["site"]), specification=specification,
            place="proxy", owner=owner, since=now,
        )  # fmt: skip

    def _hand_over_authority(self, host: str) -> None:
        root = lab.find_host(host).root
        (root / "root/laksana-ca.crt").write_bytes(places.CA.read_bytes())

    def _run(self, host: str, environment: Mapping[str, str], script: str) -> None:
        """Run a script on a host; what is secret goes with it over standard input."""
        head = "\n".join(f"{name}={json.dumps(value)}" for name, value in environment.items())
        done = lab.run_script(host, f"{head}\n{script}", seconds=120)
        assert done.returncode == 0, f"{host}: {done.stderr[-800:]}"

    def _on(self, host: str, command: str) -> None:
        done = lab.run_on(host, "sh", "-c", command)
        assert done.returncode == 0, f"{host}: {done.stderr}"


def _host_key(root: Path) -> str:
    return " ".join((root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()[:2])
