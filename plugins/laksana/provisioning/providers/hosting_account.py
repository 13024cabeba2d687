"""A hosting account on a WHM server, in the stead of the whole ``hosting_account`` playbook.

Whose an account is stands in its contact address, which WHM takes when it makes the account and shows in its summary.
An account with another address is refused when one is to be made, and left alone when ours is to be removed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from laksana.provisioning.providers.calls import FarSide, Patience, Place, carry_through
from laksana.provisioning.providers.evidence import Evidence, scrubber_of
from laksana.provisioning.providers.faults import FarSideError
from laksana.provisioning.providers.forms import DATABASE, DOMAIN, LOGIN, QUOTA, TICKET, checked
from laksana.provisioning.providers.setup import checked_authority, checked_url, read_token
from laksana.provisioning.providers.whm import NAME, Account, Databases, NewAccount, WhmServer
from laksana.provisioning.providers.work import Step, carry_out
from laksana.provisioning.workspace import make_workspace
from laksana.records import PlaybookOutcome
from laksana.settings import Settings

HOST = "whm"
FTP_PORT = 21
_PASSWORDS = ("hosting_account_password", "hosting_account_database_password")
_LOCAL_PART = 64
"""Characters that the part of an address before the @ may have."""
_PATIENCE = Patience(tries=3, answer_seconds=120)
"""Making an account takes WHM up to a minute."""


@dataclass(frozen=True)
class CpanelHosting:
    """The provider of hosting accounts."""

    settings: Settings
    patience: Patience = _PATIENCE

    def run(
        self, verb: str, variables: Mapping[str, Any], *, ticket: str, cancelled: Callable[[], bool]
    ) -> PlaybookOutcome:
        """Carry out plan, apply, verify or undo for one account.

        Raises:
            ProviderError: address, token file or authority are not set up rightly.
            ProvisioningError: the folder of the run can't be made.
        """
        place, token = self._place()
        folder = make_workspace(self.settings.state_dir, ticket=ticket, step=f"{HOST}-{verb}", attempt=1)
        passwords = [str(variables.get(name) or "") for name in _PASSWORDS]
        evidence = Evidence(folder, scrubber_of([token, *passwords]))
        with FarSide(place, self.patience, evidence, cancelled=cancelled) as far:
            keeper = HostingAccount(WhmServer(far), variables, mail_domain=self.settings.dns_zone)
            return evidence.conclude(carry_out(verb, "hosting_account", HOST, keeper))

    def _place(self) -> tuple[Place, str]:
        token = read_token("LAKSANA_WHM_TOKEN_FILE", self.settings.whm_token_file)
        url = checked_url("LAKSANA_WHM_API_URL", self.settings.whm_api_url)
        authority = checked_authority("LAKSANA_WHM_CA_FILE", self.settings.whm_ca_file)
        authorization = f"whm {self.settings.whm_user}:{token}"
        place = Place(NAME, url, authorization, "LAKSANA_WHM_TOKEN_FILE", authority, "LAKSANA_WHM_CA_FILE")
        return place, token


class HostingAccount:
    """One account, as one request wants it."""

    def __init__(self, server: WhmServer, variables: Mapping[str, Any], *, mail_domain: str) -> None:
        """Keep the server and what is asked for; nothing is looked at yet."""
        self._server = server
        self._variables = variables
        self._mail_domain = mail_domain

    @cached_property
    def wanted(self) -> NewAccount:
        """The account that is asked for."""
        values = self._variables
        ticket = checked(values, "hosting_account_ticket", TICKET)
        return NewAccount(
            user=checked(values, "hosting_account_user", LOGIN),
            domain=checked(values, "hosting_account_name", DOMAIN),
            email=contact_of(ticket, self._mail_domain),
            quota_mb=int(checked(values, "hosting_account_quota_mb", QUOTA)),
            password=str(values.get("hosting_account_password") or ""),
        )

    @cached_property
    def _with_database(self) -> bool:
        return checked(self._variables, "hosting_account_database", DATABASE) == "mariadb"

    @cached_property
    def _databases(self) -> Databases:
        return Databases(self._server, self.wanted.user)

    @cached_property
    def _database(self) -> str:
        """Name of the database and of its user: the login, or below the prefix that the server demands."""
        prefix = self._databases.prefix()
        return f"{prefix}db" if prefix else self.wanted.user

    def present(self) -> Iterator[Step]:
        """Yield what is to do until account and database are as the request wants them."""
        wanted, asks_database = self.wanted, self._with_database
        account = self._server.account(user=wanted.user)
        if account is None:
            self._refuse_taken_site()
            yield Step("The account exists", "", self._lines(), self._create)
        else:
            self._refuse_unlike(account)
            if account.quota_mb != wanted.quota_mb:
                before, after = _quota_line(account.quota_mb), _quota_line(wanted.quota_mb)
                yield Step("The home has room up to the quota and no further", before, after, self._set_quota)
        if asks_database:
            yield from self._database_steps(new=account is None)

    def absent(self) -> Iterator[Step]:
        """Yield the removal of this ticket's account, with all that is in it; another's is left alone."""
        wanted = self.wanted
        account = self._server.account(user=wanted.user)
        if account is not None and _is_of(account, wanted):
            yield Step("The account is gone", self._lines(), "", self._remove)

    def findings(self) -> Iterator[str]:
        """Yield what is wrong with the account."""
        wanted, asks_database = self.wanted, self._with_database
        account = self._server.account(user=wanted.user)
        if account is None:
            yield f"akun {wanted.user} tidak ada di {NAME}"
            return
        if not _is_of(account, wanted):
            yield f"akun {wanted.user} bukan milik tiket ini"
        if account.domain != wanted.domain:
            yield f"situs akun {wanted.user} adalah {account.domain}, seharusnya {wanted.domain}"
        if account.quota_mb != wanted.quota_mb:
            yield f"kuota akun {wanted.user} {account.quota_mb or 'tanpa batas'} MB, seharusnya {wanted.quota_mb} MB"
        if account.suspended:
            yield f"akun {wanted.user} sedang ditangguhkan"
        if asks_database and self._database not in self._databases.holders().get(self._database, ()):
            yield f"basis data {self._database} atau penggunanya tidak ada"

    def facts(self) -> dict[str, Any]:
        """Return what the playbook would; before the account is there, what it will most likely be."""
        wanted = self.wanted
        account = self._server.account(user=wanted.user)
        database = "tidak"
        if self._with_database:
            database = self._database if account else wanted.user
        home = account.home if account else f"/home/{wanted.user}"
        return {
            "user": wanted.user, "home": home, "quota_mb": wanted.quota_mb, "database": database,
            "ftp_port": FTP_PORT,
        }  # fmt: skip

    def _database_steps(self, *, new: bool) -> Iterator[Step]:
        """Yield the making of database and user; a new account has neither, and can't be asked in a plan."""
        holders = {} if new else self._databases.holders()
        text = "database: mariadb\n"
        if new or self._database not in holders:
            yield Step("The database exists", "", text, self._create_database)
        if new or self._database not in holders.get(self._database, ()):
            yield Step("Its user has all rights on it and on nothing else", "", text, self._let_user_in)

    def _refuse_taken_site(self) -> None:
        other = self._server.account(domain=self.wanted.domain)
        if other is not None:
            raise FarSideError(f"situs {self.wanted.domain} sudah dipakai akun {other.user} di {NAME}: pilih nama lain")

    def _refuse_unlike(self, account: Account) -> None:
        wanted = self.wanted
        if not _is_of(account, wanted):
            raise _taken(wanted.user)
        if account.domain != wanted.domain:
            raise FarSideError(
                f"akun {wanted.user} sudah ada untuk situs {account.domain}, bukan {wanted.domain}; batalkan dahulu"
            )

    def _create(self) -> None:
        if not self.wanted.password:  # WHM would make one up that nobody knows
            raise FarSideError("isian kurang: hosting_account_password belum ditetapkan")
        carry_through(self._server.far, lambda: self._server.create(self.wanted), self._is_made)

    def _is_made(self) -> bool:
        account = self._server.account(user=self.wanted.user)
        if account is not None:
            self._refuse_unlike(account)
        return account is not None

    def _set_quota(self) -> None:
        self._server.set_quota(self.wanted.user, self.wanted.quota_mb)

    def _remove(self) -> None:
        user = self.wanted.user
        is_gone: Callable[[], bool] = lambda: self._server.account(user=user) is None  # noqa: E731  # beside its use
        carry_through(self._server.far, lambda: self._server.remove(user), is_gone)

    def _create_database(self) -> None:
        databases, name = self._databases, self._database
        carry_through(self._server.far, lambda: databases.create(name), lambda: name in databases.holders())

    def _let_user_in(self) -> None:
        databases, name = self._databases, self._database
        if name not in databases.users():
            password = str(self._variables.get("hosting_account_database_password") or "")
            if not password:
                raise FarSideError("isian kurang: hosting_account_database_password belum ditetapkan")
            make: Callable[[], None] = lambda: databases.create_user(name, password)  # noqa: E731  # beside its use
            carry_through(self._server.far, make, lambda: name in databases.users())
        databases.grant(name, name)

    def _lines(self) -> str:
        """Write the account as the playbook's register does."""
        wanted = self.wanted
        database = "mariadb" if self._with_database else "tidak"
        ticket = self._variables["hosting_account_ticket"]
        lines = (f"user: {wanted.user}", f"ticket: {ticket}", f"site: {wanted.domain}")
        return "\n".join(lines) + f"\n{_quota_line(wanted.quota_mb)}database: {database}\n"


def contact_of(ticket: str, mail_domain: str) -> str:
    """Return the contact address that marks a ticket's account.

    Signs that an address can't bear are written as their code; a ticket too long for an address as its digest.
    """
    plain = re.sub(r"[^A-Za-z0-9-]", lambda sign: f"_{ord(sign[0]):02x}", ticket)
    local = f"laksana-{plain}"
    if len(local) > _LOCAL_PART:
        local = f"laksana-{hashlib.sha256(ticket.encode()).hexdigest()[:40]}"
    return f"{local}@{mail_domain}"


def _is_of(account: Account, wanted: NewAccount) -> bool:
    """Tell whether an account is the ticket's; mail programs, and so perhaps the server, ignore case."""
    return account.email.casefold() == wanted.email.casefold()


def _taken(user: str) -> FarSideError:
    return FarSideError(
        f"akun {user} sudah ada di {NAME} dan bukan milik tiket ini: "
        "pilih nama pengguna lain, atau minta pembuatnya menghapus akun itu"
    )


def _quota_line(quota_mb: int | None) -> str:
    return f"quota_mb: {quota_mb or 'unlimited'}\n"
