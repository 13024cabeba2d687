"""Airflow DAG of the SOP "Permohonan VPS PDN"."""

from laksana.building.dag import sop_dag

dag = sop_dag("permohonan-vps-pdn")
