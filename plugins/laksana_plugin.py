"""Announces Laksana to Airflow's plugin loader; holds no logic, since every process of Airflow executes this file."""

import sys

from airflow.plugins_manager import AirflowPlugin

from laksana.building.timetable import WorkdayTimetable


class LaksanaPlugin(AirflowPlugin):
    """Registers the timetable, and the HTTP door in the API server only: other processes need no web framework."""

    name = "laksana"
    timetables = [WorkdayTimetable]  # noqa: RUF012  # as Airflow reads it
    if "api-server" in sys.argv or "api_server" in sys.argv:
        from laksana.webservice.answer_guard import AnswerGuard
        from laksana.webservice.app import build_app

        fastapi_apps = [{"app": build_app(), "url_prefix": "/laksana", "name": "Laksana"}]
        fastapi_root_middlewares = [
            {"middleware": AnswerGuard, "args": [], "kwargs": {}, "name": "Laksana answer guard"}
        ]
        external_views = [{"name": "Tugas saya", "href": "/laksana/tugas", "url_route": "tugas", "destination": "nav"}]
