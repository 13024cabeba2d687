"""Airflow DAG of the SOP "Evaluasi Layanan Pusat Data"."""

from laksana.building.dag import sop_dag

dag = sop_dag("evaluasi-layanan-pusat-data")
