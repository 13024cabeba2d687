"""The client of a WHM server's JSON API (version 1): accounts, and by UAPI an account's databases.

Every call is a POST with a form, so that no value comes into an address or a web server's log. Of ``createacct`` the
output is never kept: it repeats the password.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from laksana.provisioning.providers.calls import Answer, Call, FarSide
from laksana.provisioning.providers.faults import FarSideError, strange_answer

NAME = "WHM"
_NO_ACCOUNT = re.compile(r"\b(?:does not|doesn.t) exist\b", re.IGNORECASE)
_LIMIT = re.compile(r"(\d+)M?", re.ASCII)


@dataclass(frozen=True)
class Account:
    """An account as ``accountsummary`` shows it."""

    user: str
    domain: str
    email: str
    """The contact address; says whose the account is."""
    quota_mb: int | None
    """None where there is no limit."""
    home: str
    suspended: bool


@dataclass(frozen=True)
class NewAccount:
    """An account that is to be made."""

    user: str
    domain: str
    email: str
    quota_mb: int
    password: str


class WhmServer:
    """The accounts of one server."""

    def __init__(self, far: FarSide) -> None:
        """Keep the session."""
        self.far = far

    def account(self, *, user: str = "", domain: str = "") -> Account | None:
        """Return the account with a login or with a main domain, or nothing."""
        form = {"user": user} if user else {"domain": domain}
        answer = self._post("accountsummary", form, repeatable=True)
        if _failed(answer) and _NO_ACCOUNT.search(_reason(answer)):
            return None
        rows = _data(answer).get("acct")
        if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], Mapping):
            raise strange_answer(NAME, "accountsummary tanpa satu acct")
        return _account(rows[0])

    def create(self, account: NewAccount) -> None:
        """Make an account without a shell; a login or domain that is there is refused by the server itself."""
        form: dict[str, str | int] = {
            "username": account.user, "domain": account.domain, "contactemail": account.email,
            "quota": account.quota_mb, "password": account.password, "hasshell": 0, "showpass": "n",
        }  # fmt: skip
        _data(self._post("createacct", form))

    def set_quota(self, user: str, quota_mb: int) -> None:
        """Set an account's quota."""
        _data(self._post("editquota", {"user": user, "quota": quota_mb}, repeatable=True))

    def remove(self, user: str) -> None:
        """Remove an account with its files, DNS entries and databases."""
        _data(self._post("removeacct", {"username": user, "keepdns": 0}))

    def uapi(self, user: str, function: str, values: Mapping[str, str] | None = None, *, repeatable: bool) -> Any:
        """Call a function of UAPI's module ``Mysql`` as an account."""
        form = {"cpanel.user": user, "cpanel.module": "Mysql", "cpanel.function": function, **(values or {})}
        said = _data(self._post("uapi_cpanel", form, repeatable=repeatable)).get("uapi")
        if not isinstance(said, Mapping) or said.get("status") not in {0, 1, "0", "1"}:
            raise strange_answer(NAME, f"uapi {function} tanpa status")
        if int(said["status"]) == 0:
            errors = said.get("errors")
            why = "; ".join(str(error) for error in errors) if isinstance(errors, list) else ""
            raise FarSideError(f"{NAME} menolak {function}: {why or 'tanpa alasan'}")
        return said.get("data")

    def _post(self, function: str, form: Mapping[str, str | int], *, repeatable: bool = False) -> Answer:
        """Call a function of WHM API 1."""
        call = Call("POST", f"/json-api/{function}", form={"api.version": 1, **form}, repeatable=repeatable)
        return self.far.ask(call)


class Databases:
    """The databases of one account."""

    def __init__(self, server: WhmServer, user: str) -> None:
        """Keep the server and the account."""
        self._server = server
        self._user = user

    def prefix(self) -> str:
        """Return what names of databases must begin with; empty where the server demands nothing."""
        found = self._server.uapi(self._user, "get_restrictions", repeatable=True)
        if not isinstance(found, Mapping):
            raise strange_answer(NAME, "get_restrictions tanpa data")
        return str(found.get("prefix") or "")

    def holders(self) -> dict[str, frozenset[str]]:
        """Return each database with the users that may use it."""
        rows = self._rows("list_databases", "database")
        return {str(row["database"]): frozenset(map(str, row.get("users") or ())) for row in rows}

    def users(self) -> frozenset[str]:
        """Return the database users."""
        return frozenset(str(row["user"]) for row in self._rows("list_users", "user"))

    def create(self, name: str) -> None:
        """Make a database."""
        self._server.uapi(self._user, "create_database", {"name": name}, repeatable=False)

    def create_user(self, name: str, password: str) -> None:
        """Make a database user."""
        self._server.uapi(self._user, "create_user", {"name": name, "password": password}, repeatable=False)

    def grant(self, name: str, user: str) -> None:
        """Give a user all rights on a database, in the stead of what rights there were."""
        values = {"database": name, "user": user, "privileges": "ALL PRIVILEGES"}
        self._server.uapi(self._user, "set_privileges_on_database", values, repeatable=True)

    def _rows(self, function: str, key: str) -> list[Mapping[str, Any]]:
        rows = self._server.uapi(self._user, function, repeatable=True)
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) and key in row for row in rows):
            raise strange_answer(NAME, f"{function} tanpa {key}")
        return rows


def _failed(answer: Answer) -> bool:
    metadata = answer.data.get("metadata")
    return not isinstance(metadata, Mapping) or metadata.get("result") not in {1, "1"}


def _reason(answer: Answer) -> str:
    """Return why a call failed; the old form of refusals has its reason elsewhere."""
    for key in ("metadata", "cpanelresult"):
        found = answer.data.get(key)
        if isinstance(found, Mapping) and (why := found.get("reason") or found.get("error")):
            return str(why)
    return f"HTTP {HTTPStatus(answer.status)}"


def _data(answer: Answer) -> Mapping[str, Any]:
    """Take the data out of its envelope.

    Raises:
        FarSideError: the server refused.
    """
    if _failed(answer):
        raise FarSideError(f"{NAME} menolak: {_reason(answer)}")
    data = answer.data.get("data")
    return data if isinstance(data, Mapping) else {}


def _account(row: Mapping[str, Any]) -> Account:
    """Read one account."""
    if not all(isinstance(row.get(key), str) for key in ("user", "domain")):
        raise strange_answer(NAME, "acct tanpa user atau domain")
    limit = _LIMIT.fullmatch(str(row.get("disklimit", "")))
    return Account(
        user=row["user"], domain=row["domain"], email=str(row.get("email") or ""),
        quota_mb=int(limit[1]) if limit else None, home=f"/{row.get('partition') or 'home'}/{row['user']}",
        suspended=str(row.get("suspended", 0)) == "1",
    )  # fmt: skip
