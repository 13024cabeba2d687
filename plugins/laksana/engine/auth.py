"""Airflow's FAB auth manager with two corrected answers: who may answer a gate, and what right that takes.

Airflow syncs DAG-level permissions only where the dotted path of the auth manager contains the text ``FabAuthManager``
(``dag_processing/collection.py``), hence the class name. Nothing here knows what a gate decides.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from airflow.api_fastapi.auth.managers.base_auth_manager import ResourceMethod
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager
from airflow.providers.fab.auth_manager.models import User

from laksana.database.connection import open_database
from laksana.engine.assignment import may_answer
from laksana.posts.holders import Holders
from laksana.settings import current

HITL_RESOURCE = "HITL Detail"
"""FAB's name of the gates as a thing one may read or edit."""


class LaksanaFabAuthManager(FabAuthManager):  # type: ignore[misc]  # Airflow's classes are not typed for us
    """Lets the holders of a role answer its gates, and needs no right to edit the DAG for that."""

    def is_authorized_hitl_task(self, *, assigned_users: set[str], user: User) -> bool:
        """Tell whether a user may answer a gate, by who holds the gate's roles at this moment.

        The user object may be some seconds old (``[fab] cache_ttl``); the holders are asked anew each time.
        """
        settings = current()
        today = datetime.now(ZoneInfo(settings.timezone)).date()
        holders = Holders(open_database(settings.database_url))
        return may_answer(assigned_users, str(user.username), lambda role: holders.logins(role, today))

    def is_authorized_dag(
        self,
        *,
        method: ResourceMethod,
        user: User,
        access_entity: DagAccessEntity | None = None,
        details: DagDetails | None = None,
    ) -> bool:
        """Tell whether a user may do something with a DAG or a part of it.

        Stock FAB asks for the right to edit the DAG from whoever answers one of its gates, and that right also pauses
        the DAG. Here an answer takes the right to edit gates and to read the DAG; all else is Airflow's answer.
        """
        if method == "PUT" and access_entity == DagAccessEntity.HITL_DETAIL:
            may_edit = self.is_authorized_custom_view(method="PUT", resource_name=HITL_RESOURCE, user=user)
            may_read = super().is_authorized_dag(method="GET", user=user, access_entity=access_entity, details=details)
            return bool(may_edit and may_read)
        return bool(super().is_authorized_dag(method=method, user=user, access_entity=access_entity, details=details))
