"""Airflow DAG of the SOP "Permohonan Akun Hosting"."""

from laksana.building.dag import sop_dag

dag = sop_dag("permohonan-akun-hosting")
