"""Airflow DAG of the SOP "Permohonan Penambahan Resource VPS"."""

from laksana.building.dag import sop_dag

dag = sop_dag("permohonan-penambahan-resource-vps")
