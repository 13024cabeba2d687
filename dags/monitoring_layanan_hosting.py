"""Airflow DAG of the SOP "Monitoring Layanan Hosting"."""

from laksana.building.dag import sop_dag

dag = sop_dag("monitoring-layanan-hosting")
