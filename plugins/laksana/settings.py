"""Configuration, read once from the environment and passed in; nothing is read at import.

Every setting is a variable ``LAKSANA_<FIELD>`` (upper case). Secrets are given as files, never as values; the one
exception is the password inside ``LAKSANA_DATABASE_URL``, as with Airflow's own database address: keep the
environment private.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

from laksana.errors import SettingsError

_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """All that an installation may set; the defaults fit the demo."""

    database_url: str = field(default="postgresql+psycopg2://laksana@127.0.0.1:5432/laksana", repr=False)
    """SQLAlchemy URL of Laksana's own tables (PostgreSQL)."""
    specs_dir: Path = _PROJECT / "include" / "sop_specs"
    """Folder of the SOP files."""
    dags_dir: Path = _PROJECT / "dags"
    """Folder of Airflow's DAG files; `laksana spec new` writes one there beside each new SOP file."""
    letters_dir: Path = _PROJECT / "include" / "letters"
    """Folder of letter templates and of the office's letterhead (``office.yaml``)."""
    calendar_dir: Path = _PROJECT / "include" / "kalender"
    """Folder of working hours (``jam-kerja.yaml``) and changes to the days off (``libur.yaml``)."""
    playbooks_dir: Path = _PROJECT / "playbooks"
    """Folder of playbooks and roles."""
    inventory: str = "lab"
    """Name of the inventory folder under ``playbooks/inventory``."""
    state_dir: Path = Path("/var/lib/laksana/demo")
    """Folder for run directories, evidence, the local archive and the demo's keys."""
    airflow_api_url: str = "http://127.0.0.1:8080"
    """Base address of Airflow's API server."""
    public_url: str = "http://127.0.0.1:8080"
    """Address under which applicants reach these pages; letters name it."""
    airflow_api_user: str = "laksana"
    """Service account that starts runs."""
    airflow_api_password_file: Path = Path("/var/lib/laksana/demo/secrets/laksana.password")
    """File with the service account's password."""
    dns_zone: str = "gresikkab.go.id"
    """Zone under which sub-domains are made."""
    dns_server: str = "10.77.0.11"
    """Address of the authoritative DNS server that the tests ask."""
    proxy_address: str = "10.77.0.12"
    """Address of the web proxy; the A records point at it."""
    target_networks: str = "10.77.0.0/24"
    """Comma-separated networks in which a target address must lie; empty: any."""
    target_must_be_public: bool = False
    """True where a target address must be a public one."""
    dns_provider: str = "bind"
    """Who serves the zone: ``bind`` (our own name server) or ``cloudflare``."""
    cloudflare_api_url: str = "https://api.cloudflare.com/client/v4"
    """Base address of Cloudflare's API."""
    cloudflare_zone_id: str = ""
    """Cloudflare's id of the zone."""
    cloudflare_token_file: Path = Path("/var/lib/laksana/demo/secrets/cloudflare.token")
    """File with an API token that may edit the zone's DNS."""
    hosting_provider: str = "own"
    """Who keeps hosting accounts: ``own`` (our own host, by playbook) or ``cpanel`` (a WHM server, by its API)."""
    hosting_address: str = "10.77.0.14"
    """Address of the hosting host."""
    hosting_host_name: str = "hosting.gresikkab.go.id"
    """Name of the hosting host, as applicants' FTPS programs check it in the certificate."""
    hosting_ca_file: Path = Path("/run/laksana-lab/tls/ca.crt")
    """Certificate of the authority that signed the hosting host's certificate."""
    hosting_capacity_mb: int = 20480
    """Sum of the quotas that the hosting host can bear, in MiB."""
    whm_api_url: str = "https://127.0.0.1:2087"
    """Base address of the WHM server."""
    whm_user: str = "root"
    """WHM login that the API token belongs to."""
    whm_token_file: Path = Path("/var/lib/laksana/demo/secrets/whm.token")
    """File with a WHM API token that may make, change and remove accounts."""
    whm_ca_file: Path = Path("/run/laksana-lab/tls/ca.crt")
    """Certificate of the authority that signed the WHM server's certificate."""
    vps_addresses: str = "10.78.0.20-10.78.0.99"
    """First and last address of the pool that virtual machines of the compute centre get theirs from."""
    vps_overcommit: int = 4
    """Virtual CPUs that may be given away for each real one of the hypervisor."""
    vps_reserve_memory_mb: int = 1024
    """Memory of the hypervisor that is never given away, in MiB."""
    monitoring_time: str = "07.30"
    """Time of the working day at which the calendar starts the Monitoring SOPs; empty: never."""
    maintenance_time: str = "08.00"
    """Time of a month's first working day at which the calendar starts the Pemeliharaan SOPs; empty: never."""
    evaluation_time: str = "08.00"
    """Time of a quarter's first working day at which the calendar starts the Evaluasi SOP; empty: never."""
    ssh_user: str = "laksana"
    """Account with which the office looks into servers."""
    ssh_key_file: Path = Path("/run/laksana-lab/ssh/id_ed25519")
    """Private key of that account."""
    ssh_known_hosts_file: Path = Path("/run/laksana-lab/ssh/known_hosts")
    """Host keys of the office's own hosts; servers of the registry are known by their rows."""
    s3_url: str = "https://10.77.0.17:8333"
    """Address of the S3 server that keeps backups, and the archive where it is given a bucket."""
    s3_region: str = "gresik"
    """Region that requests to it are signed for."""
    s3_access_key_file: Path = Path("/run/laksana-lab/s3/access.key")
    """File with its access key."""
    s3_secret_key_file: Path = Path("/run/laksana-lab/s3/secret.key")
    """File with its secret key."""
    s3_ca_file: str = "/run/laksana-lab/tls/ca.crt"
    """Certificate of the authority that signed its certificate; empty: one of the well-known authorities."""
    archive_bucket: str = ""
    """Bucket of the archive; empty: the archive is a folder of this machine."""
    archive_lock_days: int = 0
    """Days for which the archive's bucket lets nobody delete a document, its administrators neither; 0: none."""
    backup_bucket: str = "laksana-cadangan"
    """Bucket of the backups."""
    backup_key_file: Path = Path("/var/lib/laksana/demo/secrets/backups.key")
    """File with the key that the backups' passwords follow from; without it no backup can be read."""
    service_months: int = 12
    """Months after which a service is due for renewal."""
    secrets_key_file: Path = Path("/var/lib/laksana/demo/secrets/secrets.key")
    """File with the key of the secret store (url-safe base64, 32 bytes); keep it apart from the database's backups."""
    secret_days: int = 7
    """Days for which an applicant can fetch a password, once."""
    signing_dir: Path = Path("/var/lib/laksana/demo/signing")
    """Folder of the signers' PKCS#12 files, their passphrase files and the trust root."""
    timezone: str = "Asia/Jakarta"
    """Time zone of the office."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read every ``LAKSANA_*`` variable that is set.

        Raises:
            SettingsError: a value can't be read; the message names the variable and what is allowed.
        """
        found: dict[str, object] = {}
        for item in fields(cls):
            name = f"LAKSANA_{item.name.upper()}"
            if name in environment:
                found[item.name] = _convert(name, environment[name], item.type)
        return cls(**found)  # type: ignore[arg-type]  # _convert gave each field its own type

    def networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Return the allowed target networks.

        Raises:
            SettingsError: one of them is no network.
        """
        try:
            return tuple(ipaddress.ip_network(part.strip()) for part in self.target_networks.split(",") if part.strip())
        except ValueError as error:
            raise SettingsError(
                f"LAKSANA_TARGET_NETWORKS: {error} (allowed: networks like 203.0.113.0/24, separated by commas)"
            ) from error


def _convert(name: str, text: str, kind: object) -> object:
    """Turn a variable's text into the field's type."""
    if kind == "Path":
        return Path(text)
    if kind == "bool":
        if text.lower() not in {"true", "false", "1", "0"}:
            raise SettingsError(f"{name}={text!r} is neither true nor false (allowed: true, false, 1, 0)")
        return text.lower() in {"true", "1"}
    if kind == "int":
        if not text.isascii() or not text.isdigit():
            raise SettingsError(f"{name}={text!r} is no whole number (allowed: digits)")
        return int(text)
    return text


@cache
def current() -> Settings:
    """Return this process's settings, read at the first call; for entry points only, rooms get them as arguments."""
    return Settings.from_environment(os.environ)
