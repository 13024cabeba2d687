"""The composition root: opens the real parts of an installation from its settings, once, and hands them out.

Libraries that take long to load (signing, Ansible) come in with the part that needs them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from laksana.airflow_client import AirflowClient
from laksana.archive.api import Archive
from laksana.archive.local import LocalArchive
from laksana.backups.api import BackupStore
from laksana.backups.places import BackupPlaces
from laksana.backups.repository import Repositories
from laksana.casefile import CaseFile
from laksana.database.connection import open_database
from laksana.documents.numbering import LetterNumbers
from laksana.documents.signing.api import Signer
from laksana.errors import SettingsError, SpecError
from laksana.gates.ledger import DecisionLedger
from laksana.monitoring.claims import RoundClaims
from laksana.monitoring.observations import Observations
from laksana.monitoring.outages import Outages
from laksana.posts.holders import Holders
from laksana.registry.services import ServiceRegistry
from laksana.secretstore.handover import Handovers
from laksana.secretstore.store import SecretStore
from laksana.servicedesk.api import Ticket
from laksana.servicedesk.builtin import BuiltinDesk
from laksana.settings import Settings
from laksana.spec import load_spec
from laksana.spec.loading import build_spec_of, read_spec_file
from laksana.spec.model import Spec
from laksana.versions.snapshot import SpecText
from laksana.versions.store import SopVersions
from laksana.worktime.hours import WorkCalendar

if TYPE_CHECKING:
    from laksana.provisioning.playbooks import Provisioner


@dataclass(frozen=True)
class Office:
    """An installation's parts, each opened when it is first asked for."""

    settings: Settings

    @cached_property
    def database(self) -> Engine:
        """Laksana's own database."""
        return open_database(self.settings.database_url)

    @cached_property
    def desk(self) -> BuiltinDesk:
        """The service desk."""
        return BuiltinDesk(self.database, self.settings.timezone)

    @cached_property
    def registry(self) -> ServiceRegistry:
        """The service registry."""
        return ServiceRegistry(self.database)

    @cached_property
    def secrets(self) -> SecretStore:
        """The secret store."""
        return SecretStore(self.database, self.settings.secrets_key_file)

    @cached_property
    def versions(self) -> SopVersions:
        """The versions of SOPs that have been in force."""
        return SopVersions(self.database)

    @cached_property
    def handovers(self) -> Handovers:
        """The one-time hand-overs of secrets to applicants."""
        return Handovers(self.database, self.secrets)

    @cached_property
    def observations(self) -> Observations:
        """What routine rounds saw of services."""
        return Observations(self.database)

    @cached_property
    def outages(self) -> Outages:
        """The outages of services."""
        return Outages(self.database)

    @cached_property
    def claims(self) -> RoundClaims:
        """Which round works on which service."""
        return RoundClaims(self.database)

    @cached_property
    def backups(self) -> BackupStore:
        """The backups of services."""
        return Repositories(BackupPlaces.from_settings(self.settings))

    @cached_property
    def holders(self) -> Holders:
        """Who holds which post."""
        return Holders(self.database)

    @cached_property
    def ledger(self) -> DecisionLedger:
        """The decision ledger."""
        return DecisionLedger(self.database)

    @cached_property
    def numbers(self) -> LetterNumbers:
        """The letters' numbers."""
        return LetterNumbers(self.database)

    @cached_property
    def archive(self) -> Archive:
        """The archive of documents."""
        settings = self.settings
        if not settings.archive_bucket:
            return LocalArchive(settings.state_dir / "archive")
        from laksana.archive.s3 import Bucket, S3Archive  # boto3 takes a tenth of a second to load

        bucket = Bucket(
            name=settings.archive_bucket, url=settings.s3_url, region=settings.s3_region,
            access_key_file=settings.s3_access_key_file, secret_key_file=settings.s3_secret_key_file,
            ca_file=settings.s3_ca_file, lock_days=settings.archive_lock_days,
        )  # fmt: skip
        return S3Archive(bucket)

    @cached_property
    def signer(self) -> Signer:
        """Signs documents with the holder's own key."""
        from laksana.documents.signing.pades import PadesSigner

        return PadesSigner(self.settings.signing_dir, letters_dir=self.settings.letters_dir)

    @cached_property
    def provisioner(self) -> Provisioner:
        """Runs playbooks on the real hosts, or asks the providers that the settings name."""
        from laksana.provisioning.playbooks import Places, Provisioner
        from laksana.provisioning.providers.choice import providers_of
        from laksana.provisioning.runner import AnsibleRunner

        places = Places.from_settings(self.settings)
        return Provisioner(AnsibleRunner(), places, providers=providers_of(self.settings))

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The office's working hours and days off."""
        return WorkCalendar.load(self.settings.calendar_dir)

    def now(self) -> datetime:
        """Return the office's time."""
        return datetime.now(ZoneInfo(self.settings.timezone))

    def today(self) -> date:
        """Return the office's date."""
        return self.now().date()

    def casefile(self, ticket: str) -> CaseFile:
        """Open the case file of a ticket."""
        return CaseFile(self.database, ticket)

    def spec(self, slug: str) -> Spec:
        """Return the version of an SOP that is in force: what its file says, or said before it was broken.

        Raises:
            SpecError: there is no such file, or it is broken and no version of it was ever in force.
        """
        file = self.settings.specs_dir / f"{slug}.yaml"
        try:
            return load_spec(file)
        except SpecError:
            found = self.versions.in_force(slug) if file.exists() else None
            if found is None:
                raise
            return found

    def spec_of(self, ticket: Ticket) -> Spec:
        """Return the version of the SOP that a case goes by.

        Raises:
            VersionError: it is not kept any more.
        """
        return self.spec_at(ticket.slug, ticket.spec_digest)

    def spec_at(self, slug: str, digest: str) -> Spec:
        """Return a version of an SOP; without a digest the one in force.

        Raises:
            VersionError: it is not kept any more.
        """
        if not digest:
            return self.spec(slug)
        try:
            current = load_spec(self.settings.specs_dir / f"{slug}.yaml")
        except SpecError:
            current = None
        return current if current and current.digest == digest else self.versions.spec(slug, digest)

    def keep_version(self, spec: Spec, *, at: datetime) -> None:
        """Keep the version that a case begins with; nothing to do where the SOPs' DAG bundle has kept it already."""
        file = self.settings.specs_dir / f"{spec.slug}.yaml"
        text = read_spec_file(file) if spec.file == str(file) else ""
        if text and build_spec_of(file, text).digest == spec.digest:  # it may have changed since it was read
            self.versions.keep(SpecText(spec.slug, spec.digest, text), at=at)

    def airflow(self) -> AirflowClient:
        """Open Airflow's REST API under the service account; one client a thread, which keeps its login.

        Raises:
            SettingsError: the account's password file can't be read.
        """
        client: AirflowClient | None = getattr(self._clients, "airflow", None)
        if client is None:
            client = self._clients.airflow = self._open_airflow()
        return client

    @cached_property
    def _clients(self) -> threading.local:
        return threading.local()

    def _open_airflow(self) -> AirflowClient:
        """Log in with the service account's password, which may have been changed since the process started."""
        file = self.settings.airflow_api_password_file
        try:
            password = file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(
                f"LAKSANA_AIRFLOW_API_PASSWORD_FILE={file} can't be read ({error.strerror}); "
                "allowed: a file with the service account's password"
            ) from error
        return AirflowClient(self.settings.airflow_api_url, self.settings.airflow_api_user, password)
