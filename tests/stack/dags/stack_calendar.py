"""A DAG that the office's calendar starts, for the test of what was missed; it does nothing else."""

from airflow.sdk import DAG, task

from laksana.building.timetable import WorkdayTimetable

with DAG("stack_calendar", schedule=WorkdayTimetable("07.30"), catchup=False):

    @task
    def come_by() -> None:
        """Do nothing."""

    come_by()
