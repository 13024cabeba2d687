"""A double of a WHM server: WHM API 1 over TLS, with accounts, and UAPI's module Mysql for their databases."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.serving import Call, Double, Reply

USER = "root"
TOKEN = "MARKERWHMTOKEN9XQ4"  # noqa: S105  # the double's own; searched for in all that a run leaves
_CHANGING = {
    "createacct", "editquota", "removeacct", "create_database", "create_user", "set_privileges_on_database",
}  # fmt: skip


@dataclass
class StoredAccount:
    """An account as the server keeps it."""

    user: str
    domain: str
    email: str
    quota: int
    password: str
    suspended: int = 0
    databases: dict[str, set[str]] = field(default_factory=dict)
    database_users: dict[str, str] = field(default_factory=dict)


class WhmDouble(Double):
    """One server with its accounts."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(tls)
        self.accounts: dict[str, StoredAccount] = {}
        self.prefixing = True
        """Whether names of databases must begin with the login."""
        self.refusal = ""
        """What ``createacct`` refuses everything with; empty: nothing."""

    def put(self, user: str, domain: str, *, email: str = "", quota: int = 512) -> StoredAccount:
        """Make an account by another's hand."""
        account = self.accounts[user] = StoredAccount(user, domain, email, quota, "another")
        return account

    def functions(self) -> list[str]:
        """Return what was called, UAPI's functions by their own names."""
        return [call.body.get("cpanel.function") or call.path.removeprefix("/json-api/") for call in self.calls]

    def changes(self) -> int:
        """Count the calls that were to change something."""
        return sum(name in _CHANGING for name in self.functions())

    def answer(self, call: Call) -> Reply:
        """Check the token, then do what is asked."""
        if call.headers.get("Authorization") != f"whm {USER}:{TOKEN}":
            denied = {"reason": "Access denied", "result": "0"}
            return Reply(403, {"cpanelresult": {"apiversion": "2", "error": "Access denied", "data": denied}})
        values = {**call.query, **call.body}
        if values.pop("api.version", "") != "1":
            return Reply(200, {"status": 0, "statusmsg": "this double speaks version 1 only"})
        function = call.path.removeprefix("/json-api/")
        known = {
            "accountsummary": self._summary, "createacct": self._create, "editquota": self._quota,
            "removeacct": self._remove, "uapi_cpanel": self._uapi,
        }  # fmt: skip
        if function not in known:
            return _said(function, f"Unknown app (“{function}”) requested for this version (1) of the API.", result=0)
        return known[function](values)

    def _summary(self, values: Mapping[str, str]) -> Reply:
        found = [
            account
            for account in self.accounts.values()
            if account.user == values.get("user") or account.domain == values.get("domain")
        ]
        if not found:
            return _said("accountsummary", "Account does not exist.", result=0)
        return _said("accountsummary", "OK", {"acct": [_row(account) for account in found]})

    def _create(self, values: Mapping[str, str]) -> Reply:
        user, domain = values["username"], values["domain"]
        if self.refusal:
            return _said("createacct", self.refusal, result=0)
        if user in self.accounts:
            return _said("createacct", f"This system already has an account named “{user}”.", result=0)
        if any(account.domain == domain for account in self.accounts.values()):
            return _said("createacct", f"The domain “{domain}” already exists in the userdata.", result=0)
        self.accounts[user] = StoredAccount(
            user, domain, values.get("contactemail", ""), int(values.get("quota", "0")), values["password"]
        )
        shown = "HIDDEN" if values.get("showpass") == "n" else values["password"]
        reply = _said("createacct", "Account Creation Ok", {"ip": "192.0.2.1", "package": "default"})
        reply.data["metadata"]["output"] = {"raw": f"| UserName: {user}\n| PassWord: {shown}\n"}
        return reply

    def _quota(self, values: Mapping[str, str]) -> Reply:
        account = self.accounts.get(values["user"])
        if account is None:
            return _said("editquota", f"No such user: {values['user']}", result=0)
        account.quota = int(values["quota"])
        return _said("editquota", "Set quota for user.")

    def _remove(self, values: Mapping[str, str]) -> Reply:
        if self.accounts.pop(values["username"], None) is None:
            return _said("removeacct", f"Warning!.. system user {values['username']} does not exist!", result=0)
        return _said("removeacct", f"{values['username']} account removed")

    def _uapi(self, values: Mapping[str, str]) -> Reply:
        account = self.accounts.get(values["cpanel.user"])
        if account is None or values["cpanel.module"] != "Mysql":
            return _said("uapi_cpanel", "The system could not load the account or the module.", result=0)
        data, error = self._mysql(account, values["cpanel.function"], values)
        said = {"status": int(not error), "data": data, "errors": [error] if error else None, "metadata": {}}
        return _said("uapi_cpanel", "OK", {"uapi": said})

    def _mysql(self, account: StoredAccount, function: str, values: Mapping[str, str]) -> tuple[Any, str]:
        """Return data and error of a function of the module Mysql."""
        prefix = f"{account.user}_" if self.prefixing else ""
        name = values.get("name", "")
        if function == "get_restrictions":
            return {"max_database_name_length": 64, "max_username_length": 47, "prefix": prefix or None}, ""
        if function == "list_databases":
            rows = [{"database": item, "users": sorted(users)} for item, users in account.databases.items()]
            return [row | {"disk_usage": 0} for row in rows], ""
        if function == "list_users":
            return [{"user": item, "shortuser": item, "databases": []} for item in account.database_users], ""
        if function in {"create_database", "create_user"} and not name.startswith(prefix):
            return None, f"The name “{name}” does not begin with the required prefix “{prefix}”."
        return None, _mysql_change(account, function, values)


def _mysql_change(account: StoredAccount, function: str, values: Mapping[str, str]) -> str:
    """Change databases or users and return the error."""
    name = values.get("name", "")
    if function == "create_database":
        if name in account.databases:
            return f"The database “{name}” already exists."
        account.databases[name] = set()
    elif function == "create_user":
        if name in account.database_users:
            return f"The user “{name}” already exists."
        account.database_users[name] = values["password"]
    elif function == "set_privileges_on_database":
        if values["database"] not in account.databases or values["user"] not in account.database_users:
            return "The database or the user does not exist."
        account.databases[values["database"]].add(values["user"])
    else:
        return f"The system could not find the function “{function}” in the module “Mysql”."
    return ""


def _row(account: StoredAccount) -> dict[str, Any]:
    """Write an account as ``accountsummary`` does."""
    return {
        "user": account.user, "domain": account.domain, "email": account.email or "*unknown*", "owner": USER,
        "plan": "default", "partition": "home", "ip": "192.0.2.1", "shell": "/usr/local/cpanel/bin/noshell",
        "suspended": account.suspended, "suspendreason": "not suspended", "diskused": "1M",
        "disklimit": f"{account.quota}M" if account.quota else "unlimited",
    }  # fmt: skip


def _said(command: str, reason: str, data: Mapping[str, Any] | None = None, *, result: int = 1) -> Reply:
    metadata = {"command": command, "reason": reason, "result": result, "version": 1}
    return Reply(200, {"metadata": metadata} | ({"data": data} if data is not None else {}))
