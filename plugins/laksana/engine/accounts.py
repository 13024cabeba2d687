"""Airflow accounts and roles with least rights, made at start-up; never takes away what a person changed by hand.

All of it runs in one process: FAB's application takes seconds to build, so it is built once for all accounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

ANSWERING = "laksana_penjawab"
"""Role of who answers gates."""
APPLYING = "laksana_pemohon"
"""Role of who applies; answers only gates that name the applicant."""
AUDITING = "laksana_auditor"
"""Role of who reads everything and changes nothing."""
SERVICE = "laksana_layanan"
"""Role of the service account that starts runs and reads their state."""

Rights = frozenset[tuple[str, str]]

_READING: Rights = frozenset(
    [
        ("can_read", "Website"),
        ("can_read", "DAGs"),
        ("can_read", "DAG Runs"),
        # Without these three the run's graph stays empty.
        ("can_read", "DAG Dependencies"),
        ("can_read", "DAG Versions"),
        ("can_read", "DAG Warnings"),
        ("can_read", "Plugins"),
        ("can_read", "Task Instances"),
        ("can_read", "HITL Detail"),
        ("can_read", "Task Logs"),
        ("can_read", "My Profile"),
        ("can_read", "My Password"),
        ("can_edit", "My Password"),
        ("menu_access", "DAGs"),
        ("menu_access", "HITL Detail"),
    ]
)
_ANSWERING: Rights = _READING | {("can_edit", "HITL Detail")}

RIGHTS: Mapping[str, Rights] = {
    ANSWERING: _ANSWERING,
    APPLYING: _ANSWERING,
    AUDITING: _READING
    | {
        ("can_read", "Audit Logs"),
        ("menu_access", "Audit Logs"),
        ("can_read", "DAG Code"),
    },
    SERVICE: frozenset(
        [
            ("can_read", "Website"),
            ("can_read", "DAGs"),
            ("can_edit", "DAGs"),
            ("can_read", "DAG Runs"),
            ("can_create", "DAG Runs"),
            ("can_read", "Task Instances"),
            ("can_read", "HITL Detail"),
            ("can_read", "XComs"),
        ]
    ),
}
"""What each role may do. No role may edit task instances: marking a gate done would go past the signature."""


class AccountOffice:
    """Makes roles and accounts; a second time changes nothing."""

    def __init__(self, security: Any) -> None:
        self._security = security

    def prepare_roles(self, rights: Mapping[str, Rights] = RIGHTS) -> None:
        """Give each role exactly its rights; rights on single DAGs, which Airflow keeps in step itself, are left."""
        for name, wanted in rights.items():
            role = self._security.add_role(name)
            for permission in list(role.permissions):
                right = (permission.action.name, permission.resource.name)
                if right not in wanted and ":" not in permission.resource.name:
                    self._security.remove_permission_from_role(role, permission)
            for action, resource in sorted(wanted):
                self._security.add_permission_to_role(role, self._security.create_permission(action, resource))

    def create_account(self, username: str, password: str, name: str, roles: Sequence[str]) -> bool:
        """Make an account and tell whether it is new; of an old one only the roles are brought in line."""
        wanted = [self._security.find_role(role) for role in roles]
        user = self._security.find_user(username=username)
        if user is None:
            first, _, last = name.partition(" ")
            self._security.add_user(username, first, last or "-", f"{username}@laksana.invalid", wanted, password)
            return True
        if {role.id for role in user.roles} != {role.id for role in wanted}:
            user.roles = wanted
            self._security.update_user(user)
        return False


@contextmanager
def open_office() -> Iterator[AccountOffice]:
    """Lend the office on the Airflow database that this process is configured for."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
    from airflow.providers_manager import ProvidersManager

    ProvidersManager().initialize_providers_configuration()  # FAB reads its defaults from there
    with get_application_builder() as builder:
        yield AccountOffice(builder.sm)
