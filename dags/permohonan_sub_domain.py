"""Airflow DAG of the SOP "Permohonan Sub Domain"."""

from laksana.building.dag import sop_dag

dag = sop_dag("permohonan-sub-domain")
