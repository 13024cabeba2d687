"""Airflow DAG of the SOP "Pemeliharaan Layanan Sub Domain"."""

from laksana.building.dag import sop_dag

dag = sop_dag("pemeliharaan-layanan-sub-domain")
