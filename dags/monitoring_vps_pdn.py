"""Airflow DAG of the SOP "Monitoring VPS (Virtual Private Server) PDN"."""

from laksana.building.dag import sop_dag

dag = sop_dag("monitoring-vps-pdn")
