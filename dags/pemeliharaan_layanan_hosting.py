"""Airflow DAG of the SOP "Pemeliharaan Layanan Hosting"."""

from laksana.building.dag import sop_dag

dag = sop_dag("pemeliharaan-layanan-hosting")
