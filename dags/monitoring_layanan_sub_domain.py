"""Airflow DAG of the SOP "Monitoring Layanan Sub Domain"."""

from laksana.building.dag import sop_dag

dag = sop_dag("monitoring-layanan-sub-domain")
